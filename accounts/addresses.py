"""Which person an e-mail address leads to: the one they sign in by, or a further one that they proved."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from allauth.account.models import EmailAddress
from django.db.models import F

from accounts.models import Person

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Iterable, Mapping

Found = TypeVar("Found")


def holder_of(email: str) -> Person | None:
    """The person with this address (in any case); None when nobody has it."""
    email = email.strip().lower()
    return Person.objects.filter(pk=keys_of([email]).get(email)).first()


def keys_of(emails: Iterable[str]) -> dict[str, uuid.UUID]:
    """The keys of the people with these addresses, which are in lower case, by address; one query or two."""
    wanted = set(emails)
    found = dict(Person.objects.filter(email__among=wanted).values_list("email", "pk"))
    if len(found) == len(wanted):
        return found
    proven = EmailAddress.objects.filter(email__among=wanted - found.keys(), verified=True)
    return found | dict(proven.values_list("email", "user_id"))


def further_of(emails: Collection[str]) -> dict[str, str]:
    """Of these addresses those that are somebody's further one, with the address by which that person is known."""
    rows = EmailAddress.objects.filter(email__among=emails, verified=True).exclude(email=F("user__email"))
    return dict(rows.values_list("email", "user__email"))


def proven_by(person: Person) -> list[str]:
    """Every address of a person, the one they sign in by first."""
    rows = EmailAddress.objects.filter(user=person, verified=True).exclude(email=person.email)
    return [person.email, *rows.order_by("email").values_list("email", flat=True)]


def by_address(
    asked: Collection[str], further: Mapping[str, str], found: Mapping[str, Found]
) -> dict[str, Found]:
    """What was found by the addresses that people are known by, for each that was asked, be it a further one."""
    mains = {email: further.get(email, email) for email in asked}
    return {email: found[main] for email, main in mains.items() if main in found}
