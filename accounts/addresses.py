"""Which person an e-mail address leads to: the one they sign in by, or a further one that they proved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress

from accounts.models import Person

if TYPE_CHECKING:
    from collections.abc import Iterable


def holder_of(email: str) -> Person | None:
    """The person with this address (in any case); None when nobody has it."""
    email = email.strip().lower()
    return holders_of([email]).get(email)


def holders_of(emails: Iterable[str]) -> dict[str, Person]:
    """The people with these addresses, which are in lower case, by address."""
    wanted = set(emails)
    found = {person.email: person for person in Person.objects.filter(email__in=wanted)}
    proven = EmailAddress.objects.filter(email__in=wanted - found.keys(), verified=True)
    return found | {row.email: row.user for row in proven.select_related("user")}
