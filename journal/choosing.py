"""What people may choose of their mail: at once, once a day, or not at all.

The app that sends a kind of mail offers it here, in words; a kind that nobody offers always goes out at once, as what
signs people in, invites them, or brings a badge does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from journal.models import How, MailChoice, MailState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from accounts.models import Person
    from journal.models import Mail

_STATES = {How.DIGEST: MailState.DIGEST, How.NONE: MailState.UNWANTED}


@dataclass(frozen=True)
class Offer:
    """A kind of mail in words, and the ways in which one can have it."""

    kind: str
    label: str
    ways: tuple[How, ...]


_offers: dict[str, Offer] = {}


def offer(kind: str, label: str, *, none: bool = False) -> None:
    """Let people choose how they want this kind of mail; with `none` they can do without, since a notice tells them."""
    ways = (How.IMMEDIATE, How.DIGEST, *((How.NONE,) if none else ()))
    _offers[kind] = Offer(kind, label, ways)


def offers() -> list[Offer]:
    """Everything that can be chosen."""
    return list(_offers.values())


def chosen(person: Person) -> dict[str, str]:
    """How the person wants each kind that can be chosen."""
    known = dict(MailChoice.objects.filter(person=person).values_list("kind", "how"))
    return {kind: known.get(kind, How.IMMEDIATE.value) for kind in _offers}


def apply(rows: Sequence[Mail]) -> None:
    """Give mail that is about to be written the state that its recipient chose; one query where any can be chosen."""
    open_to_choice = [row for row in rows if row.kind in _offers and row.recipient_id]
    if not open_to_choice:
        return
    people = {row.recipient_id for row in open_to_choice}
    kinds = {row.kind for row in open_to_choice}
    choices = MailChoice.objects.filter(person__in=people, kind__in=kinds).exclude(how=How.IMMEDIATE)
    found: dict[tuple[UUID | None, str], How] = {
        (person, kind): How(how) for person, kind, how in choices.values_list("person", "kind", "how")
    }
    for row in open_to_choice:
        how = found.get((row.recipient_id, row.kind))
        if how in _offers[row.kind].ways:
            row.state = _STATES[how]
