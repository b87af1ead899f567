"""The holder's own answer to an award: accept it and choose who may see it, or decline it. Either can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from credentials.actions.wallet import choice_of, own
from credentials.models import Award
from credentials.models.award import Visibility
from journal import clock
from journal.actions import record
from policies.reasons import Refused

if TYPE_CHECKING:
    from accounts.models import Person

MOST_WORDS = 300


def problem(award: Award) -> str:
    """Why there is nothing to accept or decline any more; "" while there is."""
    if award.revoked_at:
        return "This badge was revoked, so there is nothing to accept any more."
    if award.superseded_by_id:
        return "A newer badge has taken the place of this one. It stands in your wallet."
    return ""


@transaction.atomic
def accept(*, award: Award, visibility: str, by: Person) -> Award:
    """Take the award: from now on those whom the holder chose see its page and its files.

    Effects: accepted, a decline is taken back, an entry in the definition's record; accepting twice saves the choice.
    Only the holder. Refused: an unknown choice, an award that was revoked or superseded.
    """
    award = own(award, by)
    visibility = choice_of(visibility)
    _refuse_over(award)
    if award.accepted_at is None:
        _note(award, "award accepted", by)
    award.accepted_at, award.visibility = award.accepted_at or clock.now(), visibility
    award.declined_at, award.decline_reason = None, ""
    award.save(update_fields=["accepted_at", "visibility", "declined_at", "decline_reason"])
    return award


@transaction.atomic
def decline(*, award: Award, reason: str = "", by: Person) -> Award:
    """Say no: the award is hidden from everyone but its holder and staff, and its links stop working.

    Effects: declined, with what the holder wrote for those who keep awards; an entry in the definition's record
    without it. The institution's record and the award's standing stay as they are; accepting takes it back.
    Declining twice changes nothing. Only the holder. Refused for an award that was revoked or superseded.
    """
    award = own(award, by)
    _refuse_over(award)
    if award.declined_at:
        return award
    award.declined_at, award.accepted_at = clock.now(), None
    award.decline_reason, award.visibility = " ".join(reason.split())[:MOST_WORDS], Visibility.PRIVATE
    award.save(update_fields=["declined_at", "accepted_at", "decline_reason", "visibility"])
    award.share_links.filter(withdrawn_at__isnull=True).update(withdrawn_at=award.declined_at)
    _note(award, "award declined", by)
    return award


def _refuse_over(award: Award) -> None:
    if wrong := problem(award):
        raise Refused(wrong)


def _note(award: Award, act: str, by: Person) -> None:
    record.write(
        subject_kind="definition",
        subject_id=award.definition_id,
        institution=award.institution,
        act=act,
        by=by,
        detail={"award": str(award.pk)},  # what a learner wrote stays with the award
    )
