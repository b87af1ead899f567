"""What people may choose of their mail: at once, once a day, once a week, or not at all.

The app that sends a kind of mail offers it here, in words; a kind that nobody offers always goes out at once, as what
signs people in, invites them, or brings a badge does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from accounts.models import Person
from journal.models import How, MailChoice, MailConsent, MailState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from journal.models import Mail

_STATES = {How.DIGEST: MailState.DIGEST, How.WEEKLY: MailState.WEEKLY, How.NONE: MailState.UNWANTED}
_STOP = Signer(salt="mail that one can do without")


@dataclass(frozen=True)
class Offer:
    """A kind of mail in words, the ways in which one can have it, and the one without a choice."""

    kind: str
    label: str
    ways: tuple[How, ...]
    usual: How = How.IMMEDIATE

    @property
    def needed(self) -> bool:
        """Whether somebody waits for the person, so that it cannot be turned off."""
        return How.NONE not in self.ways


_offers: dict[str, Offer] = {}


def offer(kind: str, label: str, *, none: bool = False, usual: How = How.IMMEDIATE) -> None:
    """Let people choose how they want this kind of mail.

    With `none` nobody waits for an answer: one can have it once a week, or do without, since a notice tells of it.
    """
    ways = (How.IMMEDIATE, How.DIGEST, *((How.WEEKLY, How.NONE) if none else ()))
    _offers[kind] = Offer(kind, label, ways, usual)


def offers() -> list[Offer]:
    """Everything that can be chosen."""
    return list(_offers.values())


def chosen(person: Person) -> dict[str, str]:
    """How the person wants each kind that can be chosen."""
    known = dict(MailChoice.objects.filter(person=person).values_list("kind", "how"))
    return {kind: known.get(kind, one.usual.value) for kind, one in _offers.items()}


def who_agreed(people: Iterable[UUID]) -> set[UUID]:
    """Those of these people who agreed that it is counted when they open mail about their badges; one query."""
    rows = MailConsent.objects.filter(person__in=people, person__is_active=True)
    return set(rows.values_list("person_id", flat=True))


def stop_path(person: Person) -> str:
    """The address at which the person, without signing in, turns off all mail that one can do without."""
    return reverse("mail_stop", args=[_STOP.sign(str(person.pk))])


def stopper(token: str) -> Person | None:
    """Whose address that is; None where it was made up."""
    try:
        return Person.objects.filter(pk=_STOP.unsign(token)).first()
    except BadSignature:
        return None


def apply(rows: Sequence[Mail]) -> None:
    """Give mail that is about to be written the state that its recipient chose; one query where any can be chosen."""
    open_to_choice = [row for row in rows if row.kind in _offers and row.recipient_id]
    if not open_to_choice:
        return
    people = {row.recipient_id for row in open_to_choice}
    kinds = {row.kind for row in open_to_choice}
    choices = MailChoice.objects.filter(person__in=people, kind__in=kinds)
    found: dict[tuple[UUID | None, str], How] = {
        (person, kind): How(how) for person, kind, how in choices.values_list("person", "kind", "how")
    }
    for row in open_to_choice:
        offered = _offers[row.kind]
        how = found.get((row.recipient_id, row.kind), offered.usual)
        row.state = _STATES.get(how if how in offered.ways else offered.usual, row.state)
