"""Tell people something on their home page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from journal import clock
from journal.models import Notice

if TYPE_CHECKING:
    from accounts.models import Person


class Note(NamedTuple):
    """What one person is told, and where it leads."""

    person: Person
    text: str
    path: str = ""


def tell(*, people: Iterable[Person], kind: str, text: str, path: str = "") -> None:
    """A notice for each person (once each), in the caller's transaction. `text` is cut at 300 characters."""
    now = clock.now()
    once = {person.pk: person for person in people}
    Notice.objects.bulk_create(
        Notice(person=person, kind=kind, text=_short(text), path=path, created_at=now)
        for person in once.values()
    )


def tell_each(*, kind: str, notes: Iterable[Note]) -> None:
    """A notice of its own for each, in one statement and the caller's transaction. Texts are cut at 300 characters."""
    now = clock.now()
    Notice.objects.bulk_create(
        Notice(person=note.person, kind=kind, text=_short(note.text), path=note.path, created_at=now)
        for note in notes
    )


@transaction.atomic
def mark_read(*, by: Person, notice: Notice | None = None) -> int:
    """Mark one notice, or all of the person's, as read. Returns how many were unread."""
    mine = Notice.objects.visible_to(by).unread()
    if notice is not None:
        mine = mine.filter(pk=notice.pk)
    return mine.update(read_at=clock.now())


def _short(text: str) -> str:
    return text if len(text) <= 300 else f"{text[:299]}…"
