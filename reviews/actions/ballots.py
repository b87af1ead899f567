"""Vote, step aside, close, extend, hold the vote again. Every act locks the proposal, then the ballot."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import authority
from journal import clock
from policies.calendar import deadline_at
from policies.reasons import Reason, refuse_if
from proposals.models import StepStatus
from reviews import chairing, counting, rules
from reviews.actions import concluding, opening, telling
from reviews.actions.locking import locked_ballot, locked_step
from reviews.conditions import due_reasons, once, text_reasons
from reviews.models import Ballot, BallotBox, BallotSeat, Recusal, Vote, VoteChange
from reviews.moments import written
from reviews.viewpoint import MANAGER, Viewpoint

if TYPE_CHECKING:
    from accounts.models import Person
    from proposals.models import Step


@dataclass(frozen=True)
class _Said:
    """A vote as it was sent."""

    choice: str
    comment: str
    rubric: dict[str, int]
    conditions: list[str]


@transaction.atomic
def vote(
    *,
    ballot: Ballot,
    choice: str,
    comment: str = "",
    by: Person,
    rubric: Mapping[str, int] | None = None,
    conditions: Sequence[str] = (),
) -> Vote:
    """Cast a vote, or change it until the ballot closes; the same vote sent twice is one vote.

    `conditions` go with an approval with conditions; each is followed up if that is the outcome.
    Effects: Vote (the one that counts), VoteChange (each as it was cast), record (that the person voted; how stands
    there after closing only). Of a secret ballot the vote is kept apart from the person and cannot be changed.
    An alternate in force votes for the member who named them; the member's own vote takes its place.
    Refused: a proposer, a recused member, a seat without a vote; a ballot closed, void, past its time or on hold; a
    choice the body does not have; scores outside the rubric. PermissionDenied: who is not on the roll.
    """
    ballot = locked_ballot(ballot)
    view = Viewpoint(ballot, by)
    rules.require_voter(view)
    refuse_if(rules.vote_reasons(view))
    refuse_if(rules.choice_reasons(ballot, choice, comment, rubric or {}, conditions))
    seat, earlier = _seat(view), view.vote
    said = _Said(choice, comment.strip(), dict(rubric or {}), once(conditions))
    if earlier and _Said(earlier.choice, earlier.comment, earlier.rubric, earlier.conditions) == said:
        return earlier
    cast = _cast_secretly(view, seat, choice) if ballot.secret else _cast(view, seat, said)
    act = "vote_changed" if earlier else "vote_cast"
    opening.note_in_record(ballot, act, by, cast.on_behalf_of, seat=seat.seat)
    return cast


def _seat(view: Viewpoint) -> BallotSeat:
    if view.seat is None:
        raise PermissionDenied("Only members on the roll of this ballot vote in it.")
    return view.seat


def _cast(view: Viewpoint, seat: BallotSeat, said: _Said) -> Vote:
    """The vote of this line; a member's own takes the place of their alternate's."""
    earlier = view.line_vote
    cast = earlier or Vote(ballot=view.ballot, seat=seat)
    cast.person, cast.on_behalf_of = view.person, _principal(view)
    cast.choice, cast.comment, cast.rubric, cast.conditions = astuple(said)
    cast.cast_at = clock.now()
    cast.changes = earlier.changes + 1 if earlier else 0
    cast.save()
    VoteChange.objects.create(
        vote=cast,
        person=view.person,
        choice=said.choice,
        comment=said.comment,
        conditions=said.conditions,
        at=cast.cast_at,
    )
    return cast


def _principal(view: Viewpoint) -> Person | None:
    """The member for whom an alternate votes."""
    return view.acting.person if view.acting else None


def _cast_secretly(view: Viewpoint, seat: BallotSeat, choice: str) -> Vote:
    """The participation in one row, the choice as one more in the box."""
    box = BallotBox.objects.select_for_update().get(ballot=view.ballot)
    box.counts = {name: number + (name == choice) for name, number in box.counts.items()}
    box.save(update_fields=["counts"])
    return Vote.objects.create(
        ballot=view.ballot,
        seat=seat,
        person=view.person,
        on_behalf_of=_principal(view),
        choice="",
        cast_at=clock.now(),
    )


@transaction.atomic
def recuse(*, ballot: Ballot, by: Person, reason: str = "") -> Recusal:
    """Declare a conflict of interest: the member has no vote in this ballot, and a vote already cast counts no more.

    Effects: Recusal, record. Refused: a ballot that is not open, a second recusal, a secret vote already cast.
    PermissionDenied: who is not on the roll.
    """
    ballot = locked_ballot(ballot)
    view = Viewpoint(ballot, by)
    rules.require_voter(view)
    seat = _seat(view)
    refuse_if(rules.recuse_reasons(view))
    recusal = Recusal.objects.create(
        ballot=ballot,
        person=by,
        how="declared",
        reason=reason.strip()[: rules.LONGEST_COMMENT],
        at=clock.now(),
    )
    opening.note_in_record(ballot, "recused", by, seat=seat.seat, how="declared")
    return recusal


@transaction.atomic
def rule_recusal(*, ballot: Ballot, line: int, reason: str, by: Person) -> Recusal:
    """Rule that a member (a line of the roll) has a conflict of interest and no vote in this ballot.

    Effects: Recusal with who ruled and why, record, mail and a notice to the member. A vote already cast counts no
    more. Refused: a ballot that is not open, a vacant line, one's own, a member who is recused, a secret vote already
    cast, no reason. PermissionDenied: who does not close this ballot.
    """
    ballot = locked_ballot(ballot)
    view = Viewpoint(ballot, by)
    rules.require_closer(view)
    seat = next((seat for seat in view.roll if seat.pk == line), None)
    refuse_if(rules.ruling_reasons(view, seat, reason))
    if seat is None or seat.person is None:
        raise PermissionDenied("Nobody sits there.")
    recusal = Recusal.objects.create(
        ballot=ballot, person=seat.person, how="chair", reason=reason.strip(), ruled_by=by, at=clock.now()
    )
    opening.note_in_record(
        ballot, "recusal_ruled", by, seat=seat.seat, person=seat.person_id, how="chair", note=recusal.reason
    )
    telling.recusal_ruled(ballot, seat.person, ballot.body_rules)
    return recusal


@transaction.atomic
def close(
    *,
    ballot: Ballot,
    by: Person,
    note: str = "",
    conditions: Sequence[str] = (),
    due_on: dt.date | None = None,
    back_to: uuid.UUID | None = None,
) -> Ballot:
    """Close the ballot, count it, and let the decision take effect.

    Effects: tally and outcome, record (choices by seat, unless the ballot is secret), notices and mail to the body. A
    decision completes the step, which moves the proposal on; without quorum or decision nothing moves, and the vote
    can be held again. An approval with conditions sets those that its voters asked for and `conditions`, to be met by
    `due_on`; a request for changes goes to the earlier step `back_to`, or to the proposers; with another outcome these
    have no effect. `note` and, unless it was a plain approval, the comments of those who voted for the outcome go to
    the proposers without names. A motion to rescind that carried undoes the earlier decision (`deciding`).
    Refused: a ballot that is not open (someone was faster, void, on hold); a concern or a unit's view that waits for
    an answer; a chair's vote that would decide and is not cast; a step that it cannot be sent back to; a rescission
    that nothing could come of. PermissionDenied: anyone but who presides; the programme manager stands in where the
    chair and the vice chair are missing or recused.
    """
    ballot = locked_ballot(ballot)
    rules.require_closer(Viewpoint(ballot, by))
    refuse_if(rules.close_reasons(ballot))
    refuse_if([*text_reasons(conditions), *due_reasons(due_on, ballot.proposal.institution.today())])
    return concluding.conclude(
        ballot=ballot,
        result=counting.of(ballot),
        by=by,
        note=note,
        conditions=conditions,
        due_on=due_on,
        back_to=back_to,
    )


@transaction.atomic
def extend(*, ballot: Ballot, until: dt.date, by: Person) -> Ballot:
    """Move the last day of a vote without a meeting, for those who can close the ballot.

    Effects: closing time (the end of that day in the institution's time zone), record, notices to who has not voted.
    Refused: a body that has no rule for voting over days, a day that is not later, a ballot that is not open.
    """
    ballot = locked_ballot(ballot)
    rules.require_closer(Viewpoint(ballot, by))
    closes_at = deadline_at(until, ballot.proposal.policy.pack.calendar.timezone)
    refuse_if(rules.extend_reasons(ballot, closes_at))
    ballot.closes_at = closes_at
    ballot.save(update_fields=["closes_at"])
    opening.note_in_record(ballot, "ballot_extended", by, until=until)
    telling.ballot_extended(ballot, ballot.body_rules, written(closes_at, ballot))
    return ballot


@transaction.atomic
def rerun(*, step: Step, by: Person) -> Ballot:
    """Hold the vote (again): after a ballot without quorum or decision, or once the body's seats are filled.

    Effects: a new ballot on the latest revision with the roll as it is today, as `opening.open_ballot`.
    Refused: a step that is not open or has a ballot open already; a proposal on hold; a body that lacks a seat.
    PermissionDenied: anyone but the body's chair and the programme manager.
    """
    step = locked_step(step)
    if not may_convene(step, by):
        raise PermissionDenied("The chair of the body or the programme manager opens its ballot.")
    refuse_if(rerun_reasons(step))
    return opening.open_ballot(step=step, by=by)


def may_convene(step: Step, person: Person) -> bool:
    """Who presides over the body today, or the programme manager; never a proposer."""
    if step.kind != "ballot" or step.proposal.proposers.filter(person=person).exists():
        return False
    return authority.holds(person, MANAGER, step.proposal.institution) or chairing.of_step(step) == person


def rerun_reasons(step: Step) -> list[Reason]:
    """Why no ballot can be opened on this step now."""
    if step.status != StepStatus.OPEN:
        return [Reason("This step is not open, so there is nothing to vote on.", step.clause)]
    if step.proposal.state == "on_hold":
        return [Reason("The proposal is on hold. The vote can be held once it is resumed.", step.clause)]
    if Ballot.objects.open().filter(step=step).exists():
        return [Reason("A ballot of this step is open already.", step.clause)]
    return opening.open_reasons(step)
