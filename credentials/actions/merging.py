"""The badges of two records of one learner come into one wallet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.merging import Moved
from credentials import hooks
from credentials.actions import awards
from credentials.models import Award, ClaimLink, Collection, ImportedBadge, Profile, StudentNumber
from credentials.models.award import Why

if TYPE_CHECKING:
    import uuid

    from accounts.models import Person


def move(kept: Person, gone: Person) -> list[Moved]:
    """Every award of `gone` comes to `kept`, with its links. In the caller's transaction.

    Of two live awards of one credential the older stays, and the newer is superseded by it. Stacks that the awards
    complete in the one wallet are noted.
    """
    rows = Award.objects.select_for_update(of=("self",)).filter(holder__in=[kept, gone]).defer("document")
    found = list(rows.order_by("pk"))
    put_aside = _put_aside(sorted(found, key=lambda one: (one.awarded_at, one.holder_id != kept.pk, one.pk)))
    theirs = [award for award in found if award.holder_id == gone.pk]
    Award.objects.filter(pk__in=[award.pk for award in theirs]).update(holder=kept)
    ClaimLink.objects.filter(person=gone).update(person=kept)
    Collection.objects.filter(owner=gone).update(owner=kept)
    _profile(kept, gone)
    _brought(kept, gone)
    _numbered(kept, gone)
    for award in theirs:
        award.holder = kept
    hooks.stacks().earned([award for award in theirs if not (award.revoked_at or award.superseded_by_id)])
    moved = [Moved(award.institution_id, "award", award.pk) for award in theirs]
    return moved + [Moved(award.institution_id, "award superseded", award.pk) for award in put_aside]


def _profile(kept: Person, gone: Person) -> None:
    """The public page of `gone` is turned off, for it would now show more; `kept` may turn it on if they had none."""
    theirs = Profile.objects.filter(person=gone)
    theirs.update(shown=False)
    if not Profile.objects.filter(person=kept).exists():
        theirs.update(person=kept)


def _brought(kept: Person, gone: Person) -> None:
    """Badges from elsewhere come along, but for those that `kept` has too."""
    theirs = ImportedBadge.objects.filter(holder=gone)
    theirs.filter(digest__in=ImportedBadge.objects.filter(holder=kept).values("digest")).delete()
    theirs.update(holder=kept)


def _numbered(kept: Person, gone: Person) -> None:
    """The student numbers of campuses where `kept` has none come along; where both had one, that of `kept` stands."""
    theirs = StudentNumber.objects.filter(person=gone)
    own = StudentNumber.objects.filter(person=kept).values_list("institution", flat=True)
    theirs.filter(institution__in=list(own)).delete()
    theirs.update(person=kept)


def _put_aside(found: list[Award]) -> list[Award]:
    """Of two live awards of one credential, in the order of time, the newer ends and points to the older."""
    first: dict[uuid.UUID, Award] = {}
    newer = []
    live = [award for award in found if not (award.revoked_at or award.superseded_by_id)]
    for award in live:
        older = first.setdefault(award.definition_id, award)
        if older is not award:
            awards.supersede(older=award, by_award=older, why=Why.MERGE)
            award.superseded_by = older
            _answer_for(older, award)
            newer.append(award)
    return newer


def _answer_for(older: Award, newer: Award) -> None:
    """Whoever accepted the newer one has accepted this credential."""
    if newer.accepted_at and not older.accepted_at and not older.declined_at:
        older.accepted_at, older.visibility = newer.accepted_at, newer.visibility
        older.save(update_fields=["accepted_at", "visibility"])
