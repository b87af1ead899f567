"""A body takes back what it decided: a member moves it, the chair opens the vote, closing the ballot counts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from journal import clock
from policies.reasons import refuse_if
from proposals.actions import rescinding
from proposals.states import State
from reviews import motions
from reviews.actions import opening, telling
from reviews.actions.ballots import may_convene
from reviews.actions.locking import locked_ballot
from reviews.conditions import note_reasons
from reviews.models import Ballot, BallotKind, MotionNotice

if TYPE_CHECKING:
    from accounts.models import Person
    from proposals.models import Proposal

PAUSED = (State.ON_HOLD, State.CHANGES_REQUESTED)


@transaction.atomic
def move(*, ballot: Ballot, reason: str, by: Person) -> MotionNotice:
    """Move to rescind what this ballot decided; that gives notice of the motion to the whole body.

    Effects: MotionNotice, record, mail and notices to the members as they are today. Refused: a ballot that decided
    nothing, a body that rescinds nothing, a motion or a vote that is under way, a decision that cannot be undone any
    more, no reason. PermissionDenied: anyone but a member of the body with a vote, who neither proposes nor was recused.
    """
    ballot = locked_ballot(ballot)
    motions.require_member(ballot, by)
    refuse_if(motions.move_reasons(ballot))
    refuse_if(note_reasons(reason, "Say why: the body reads it, and it stands in the record.", "reason"))
    notice = MotionNotice.objects.create(ballot=ballot, by=by, reason=reason.strip(), at=clock.now())
    opening.note_in_record(ballot, "rescind_moved", by, note=notice.reason)
    telling.rescind_moved(ballot, ballot.body_rules, notice.pk)
    return notice


@transaction.atomic
def open_vote(*, ballot: Ballot, by: Person) -> Ballot:
    """Open the vote on a motion to rescind. After the days of notice more than half of the votes cast is enough too.

    Effects: a ballot of its own on the latest revision with the roll as it is today; record, mail and notices to its
    voters. Refused: no motion, a vote that is open already, a body that cannot convene, a decision that cannot be
    undone any more. PermissionDenied: anyone but who presides over the body and the programme manager.
    """
    ballot = locked_ballot(ballot)
    if not may_convene(ballot.step, by):
        raise PermissionDenied("The chair of the body or the programme manager opens its ballot.")
    refuse_if(motions.vote_reasons(ballot))
    notice = motions.pending(ballot)
    assert notice is not None  # noqa: S101 (`vote_reasons` has looked)
    return opening.open_motion(decided=ballot, by=by, notice=notice)


def follow(proposal: Proposal) -> None:
    """After a move of the proposal: votes on rescinding from which nothing can come any more are void, and all told."""
    rows = Ballot.objects.select_for_update(of=("self",)).open().filter(proposal=proposal)
    for ballot in rows.filter(kind=BallotKind.RESCIND).select_related("step", "revision"):
        ballot.proposal = ballot.step.proposal = proposal
        if why := _overtaken(ballot, proposal):
            opening.void(ballot=ballot, reason=why)


def _overtaken(ballot: Ballot, proposal: Proposal) -> str:
    """Why it is void; "" while it goes on, or waits for the proposal to come back."""
    if proposal.state in PAUSED:
        return ""
    if proposal.revisions.filter(number__gt=ballot.revision.number).exists():
        return "The proposers have submitted a further revision."
    found = rescinding.reasons(ballot.step, proposal)
    return found[0].text if found else ""
