"""A body decides anew what a ballot of its own decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from policies.reasons import refuse_if
from proposals.actions import reopening
from reviews import motions
from reviews.actions import condition_rows
from reviews.actions.locking import locked_ballot
from reviews.conditions import note_reasons
from reviews.models import Ballot, BallotKind, BallotState
from reviews.viewpoint import Viewpoint

if TYPE_CHECKING:
    from accounts.models import Person


@transaction.atomic
def reconsider(*, ballot: Ballot, reason: str, by: Person) -> Ballot | None:
    """Have the body decide anew what this ballot decided, within the days that its rule gives and while nothing has
    come of it. Who moves it voted on the side that won or, in a secret ballot, took part.

    Effects: the proposal is at the step again, what opened on the strength of the decision is void, a new ballot that
    names the old one opens on the same revision (None where the body cannot convene now); open conditions are dropped;
    record, notices and mail. The closed ballot stays as it is.
    Refused: who voted otherwise or not at all, a ballot that decided nothing or is not closed, a body whose rule knows
    no reconsideration, days that are over, a decision on which something rests already, no reason. PermissionDenied:
    who had no vote in it, and proposers.
    """
    ballot = locked_ballot(ballot)
    view = Viewpoint(ballot, by)
    motions.require_mover(view)
    refuse_if(motions.reconsider_reasons(ballot))
    refuse_if(motions.mover_reasons(view))
    refuse_if(note_reasons(reason, "Say why: it stands in the record.", "reason"))
    condition_rows.fall(step=ballot.step, reason="The body decides anew.")
    step = reopening.reopen(step=ballot.step, by=by, reason=reason.strip())
    opened = Ballot.objects.filter(step=step, state=BallotState.OPEN).first()
    if opened:
        opened.kind, opened.takes_up = BallotKind.RECONSIDER, ballot
        opened.moved_by, opened.motion = by, reason.strip()
        opened.save(update_fields=["kind", "takes_up", "moved_by", "motion"])
    return opened
