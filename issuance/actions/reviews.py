"""An award of a stack that lost a part: revoke it, or keep it with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.locking import locked
from credentials.actions import awards
from credentials.models import Award
from issuance.actions import deliveries, telling
from issuance.models import Outcome, StackReview
from journal import clock
from journal.actions import record
from policies.reasons import Reason, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person

RELATED = (
    "award__institution",
    "award__version__policy",
    "award__definition__unit",
    "award__definition__current",
    "award__holder",
    "cause__version",
)
NOT_YOURS = "Only the certifying office or the programme manager decides whether an award stands."
YOUR_OWN = "This is your own award; someone else must decide."


def may_decide(person: Person, review: StackReview) -> bool:
    """Whoever can revoke the award."""
    return awards.may_revoke(person, review.award)


def decision_reasons(review: StackReview, person: Person) -> list[Reason]:
    """Why nothing can be decided; the page, the API and the action read this list."""
    if review.decided_at:
        return [Reason(f"This was decided already: {review.get_outcome_display().lower()}.")]
    return [Reason(YOUR_OWN)] if review.award.holder_id == person.pk else []


@transaction.atomic
def decide(*, review: StackReview, outcome: str, reason: str, by: Person) -> StackReview:
    """Decide whether an award of a stack stands though it no longer has all its parts.

    Effects: the review's outcome with its reason, an entry in the stack's record. Revoked: as `deliveries.revoke_award`,
    which tells the learner; of an award that was renewed meanwhile the newer one. Kept: the learner is told that it
    stands. Refused: no reason, no such outcome, one's own award, or decided already. Only who can revoke it.
    """
    if not may_decide(by, review):
        raise PermissionDenied(NOT_YOURS)
    review = locked(StackReview.objects.select_related(*RELATED), review.pk)
    found = decision_reasons(review, by)
    if outcome not in Outcome.values:
        found.append(Reason("Say whether it is revoked or kept.", field="outcome"))
    if not reason.strip():
        found.append(Reason("Say why; it is kept with the decision.", field="reason"))
    refuse_if(found)
    review.outcome, review.reason = outcome, reason.strip()[:300]
    review.decided_at, review.decided_by = clock.now(), by
    review.save()
    _act(review, by)
    record.write(
        subject_kind="definition",
        subject_id=review.award.definition_id,
        institution=review.award.institution,
        act="stack award reviewed",
        by=by,
        detail={
            "award": str(review.award_id),
            "outcome": outcome,
        },  # the reason is about a learner: it stays there
    )
    return review


def _act(review: StackReview, by: Person) -> None:
    if review.outcome == Outcome.KEPT:
        telling.kept(review)
        return
    same = Award.objects.live().filter(holder=review.award.holder_id, definition=review.award.definition_id)
    award = same.select_related("institution", "version__policy", "definition__unit", "holder").first()
    if award is not None:
        deliveries.revoke_award(award=award, reason=review.reason, by=by)
