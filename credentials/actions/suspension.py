"""Suspend an award while something is looked into, and reinstate it. Told by our pages and API, not by its signed status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from credentials import hooks
from credentials.actions.awards import ended_reasons, in_hand, note, require_right, tell, unexplained
from journal import clock
from policies.reasons import Reason, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person
    from credentials.models import Award

FIELDS = ["suspended_at", "suspended_by", "suspension_reason"]


def suspension_reasons(award: Award) -> list[Reason]:
    """Why it cannot be suspended."""
    return [Reason("This award is suspended already.")] if award.suspended_at else ended_reasons(award)


def reinstatement_reasons(award: Award) -> list[Reason]:
    """Why it cannot be reinstated."""
    return ended_reasons(award) or ([] if award.suspended_at else [Reason("This award is not suspended.")])


@transaction.atomic
def suspend(*, award: Award, reason: str, by: Person) -> Award:
    """Suspend until it is reinstated: the reason is kept and the learner told; its page says so, its files are withheld.

    For those who may revoke it. Refused without a reason, and for an award that has ended or is suspended.
    """
    right = require_right(by, award)
    award = in_hand(award)
    refuse_if([*unexplained(reason), *suspension_reasons(award)])
    award.suspended_at, award.suspended_by, award.suspension_reason = clock.now(), by, reason.strip()[:300]
    award.save(update_fields=FIELDS)
    tell(award, "award_suspended", moment=award.suspended_at.isoformat())
    note(award, "award suspended", right)
    return award


@transaction.atomic
def reinstate(*, award: Award, by: Person) -> Award:
    """End the suspension: the award is in force as before, and the learner is told. For those who may revoke it.

    Stacks that it completes again are noted.
    Refused for an award that has ended or is not suspended.
    """
    right = require_right(by, award)
    award = in_hand(award)
    refuse_if(reinstatement_reasons(award))
    award.suspended_at, award.suspended_by, award.suspension_reason = None, None, ""
    award.save(update_fields=FIELDS)
    hooks.stacks().earned([award])
    tell(award, "award_reinstated", moment=clock.now().isoformat(), path=f"/verify/{award.pk}/")
    note(award, "award reinstated", right)
    return award
