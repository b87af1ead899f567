"""A learner's collections: made, changed, filled, ordered, taken apart. Only their own, only with their own badges."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.locking import locked
from credentials.models import Award, Collection, ImportedBadge, Placed
from credentials.models.award import Visibility
from journal import clock
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person

Badge: TypeAlias = "Award | ImportedBadge"
MOST, MOST_BADGES = 50, 100
LONGEST_TITLE, LONGEST_WORDS = 120, 2000


def _own(collection: Collection, by: Person) -> Collection:
    """The collection, locked, so that two windows change it one after the other."""
    collection = locked(Collection.objects.all(), collection.pk)
    if collection.owner_id != by.pk:
        raise PermissionDenied("Only who made a collection changes it.")
    return collection


def _wrong(title: str, words: str, visibility: str) -> list[Reason]:
    found = []
    if not title.strip():
        found.append(Reason("Give it a title.", field="title"))
    if len(title.strip()) > LONGEST_TITLE:
        found.append(Reason(f"A title has at most {LONGEST_TITLE} characters.", field="title"))
    if len(words) > LONGEST_WORDS:
        found.append(Reason(f"Write at most {LONGEST_WORDS:,} characters.", field="words"))
    if visibility not in Visibility.values:
        found.append(Reason("Choose one of the three.", field="visibility"))
    return found


@transaction.atomic
def make(*, title: str, words: str, visibility: str, by: Person) -> Collection:
    """A new collection without badges. Refused without a title, with too much text, and when there are 50."""
    refuse_if(_wrong(title, words, visibility))
    if Collection.objects.made_by(by).count() >= MOST:
        raise Refused(f"You have {MOST} collections. Delete one first.")
    return Collection.objects.create(
        owner=by, title=title.strip(), words=words.strip(), visibility=visibility, made_at=clock.now()
    )


@transaction.atomic
def change(*, collection: Collection, title: str, words: str, visibility: str, by: Person) -> Collection:
    """Another title, text or choice of who sees it. Refused as `make` is."""
    collection = _own(collection, by)
    refuse_if(_wrong(title, words, visibility))
    collection.title, collection.words, collection.visibility = title.strip(), words.strip(), visibility
    collection.save(update_fields=["title", "words", "visibility"])
    return collection


@transaction.atomic
def add(*, collection: Collection, badge: Badge, by: Person) -> None:
    """Put a badge of one's own, of ours or from elsewhere, at its end; one that is in it already stays where it is.

    Refused for a badge that is not accepted, revoked or replaced, for one from elsewhere that failed a check, and when
    there are 100.
    """
    collection = _own(collection, by)
    _require_fit(badge, by)
    placed = list(collection.placed.all())
    if any(_same(one, badge) for one in placed):
        return
    if len(placed) >= MOST_BADGES:
        raise Refused(f"A collection holds {MOST_BADGES} badges. Take one out first.")
    last = placed[-1].place if placed else 0
    Placed.objects.create(collection=collection, place=last + 1, **_as_placed(badge))


def _require_fit(badge: Badge, by: Person) -> None:
    """Whether it is one's own, and may be shown."""
    if badge.holder_id != by.pk:
        raise PermissionDenied("A collection holds one's own badges.")
    if isinstance(badge, ImportedBadge):
        if not badge.sound:
            raise Refused("It failed a check when it was last looked at.")
        return
    award = Award.objects.defer("document").get(pk=badge.pk)  # as it stands now
    if award.accepted_at is None or award.revoked_at or award.superseded_by_id:
        raise Refused("Choose a badge that you accepted and that is in force.")


def _as_placed(badge: Badge) -> dict[str, Badge]:
    return {"imported" if isinstance(badge, ImportedBadge) else "award": badge}


def _same(placed: Placed, badge: Badge) -> bool:
    return badge.pk in (placed.award_id, placed.imported_id)


@transaction.atomic
def take_out(*, collection: Collection, badge: Badge, by: Person) -> None:
    """The badge is no longer in it; doing it twice is harmless."""
    _own(collection, by).placed.filter(**_as_placed(badge)).delete()


@transaction.atomic
def move(*, collection: Collection, badge: Badge, up: bool, by: Person) -> None:
    """One place up or down. Nothing happens at the end, or when it is no longer in it."""
    placed = list(_own(collection, by).placed.all())
    at = next((n for n, one in enumerate(placed) if _same(one, badge)), None)
    to = None if at is None else at - 1 if up else at + 1
    if at is None or to is None or not 0 <= to < len(placed):
        return
    placed[at], placed[to] = placed[to], placed[at]
    for n, one in enumerate(placed, 1):
        one.place = n
    Placed.objects.bulk_update(placed, ["place"])


def follow(*, older: Award, newer: Award) -> None:
    """In the caller's transaction: where a badge is replaced by another of the same holder, that one takes its places."""
    if newer.holder_id == older.holder_id:
        there = Placed.objects.filter(award=newer).values("collection")
        Placed.objects.filter(award=older).exclude(collection__in=there).update(award=newer)


@transaction.atomic
def delete(*, collection: Collection, by: Person) -> None:
    """The collection is gone, and its address answers nothing; the badges stay."""
    _own(collection, by).delete()
