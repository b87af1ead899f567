"""Why someone cannot vote, step aside, close or extend now: one list for the button, the action and the API."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from journal import clock
from policies.reasons import Reason
from reviews import conditions, counting, discussion, motions
from reviews.meetings import presence, presiding
from reviews.models import BallotState, Choice
from reviews.models.roll import CONFLICT_OF_THE_SEAT
from reviews.moments import written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policies.schema import Body
    from reviews.models import Ballot, BallotSeat
    from reviews.viewpoint import Viewpoint

LONGEST_COMMENT = 10_000
LONGEST_REASON = 200
SCORES = range(1, 6)


def not_open(ballot: Ballot) -> list[Reason]:
    """Why nothing can be done with this ballot at all: void, closed, or its proposal on hold."""
    if ballot.state == BallotState.VOID:
        return [Reason(f"This ballot is void: {ballot.void_reason}", ballot.clause)]
    if ballot.state == BallotState.CLOSED and ballot.closed_at:
        closed = f"{ballot.closed_by} closed this ballot on {written(ballot.closed_at, ballot)}."
        return [Reason(f"{closed} {ballot.tally.get('sentence', '')}", ballot.clause)]
    if ballot.proposal.state == "on_hold":
        return [Reason("The proposal is on hold. The ballot goes on once it is resumed.", ballot.clause)]
    return []


# --- voting --------------------------------------------------------------------------------------
def require_voter(view: Viewpoint) -> None:
    """PermissionDenied for who is not on the roll; a proposer, wherever they stand, is told the reason instead."""
    if not view.person.is_active or (view.seat is None and not view.proposes):
        late = [reason.text for reason in motions.joined_later(view)] if view.person.is_active else []
        raise PermissionDenied(*(late or ["Only members on the roll of this ballot vote in it."]))


def vote_reasons(view: Viewpoint) -> list[Reason]:
    """Why this person cannot vote now; empty when nothing stands in the way."""
    ballot = view.ballot
    if view.proposes:
        return [Reason("You propose this credential, so you have no vote on it.", ballot.clause)]
    if stopped := not_open(ballot):
        return stopped
    if ballot.closes_at and ballot.closes_at <= clock.now():
        ended = written(ballot.closes_at, ballot)
        return [Reason(f"Voting ended on {ended}. The chair closes the ballot.", ballot.clause)]
    if view.is_recused:
        return [Reason("You are recused from this ballot, so you have no vote in it.", ballot.clause)]
    if away := presence.away_reasons(view):
        return away
    if view.acting and (reasons := _acting_reasons(view, view.acting)):
        return reasons
    return _seat_reasons(view, view.seat) if view.seat else []


def _acting_reasons(view: Viewpoint, seat: BallotSeat) -> list[Reason]:
    """Why an alternate cannot vote for the member of this line."""
    clause, vote = view.ballot.clause, view.votes.get(seat.pk)
    if seat.person_id and view.recused.get(seat.person_id, "") in CONFLICT_OF_THE_SEAT:
        said = f"{seat.person} proposes this credential, or is of the unit that does: nobody votes for them."
        return [Reason(said, clause)]
    if view.of_the_unit:
        return [Reason("You hold a role in the unit that proposes, so you have no vote on it.", clause)]
    if vote and vote.person_id == seat.person_id:
        return [Reason(f"{seat.person} has voted, and the member's own vote counts.", clause)]
    if vote and vote.person_id != view.person.pk:
        return [Reason(f"Somebody else has voted for {seat.person} already.", clause)]
    return []


def _seat_reasons(view: Viewpoint, seat: BallotSeat) -> list[Reason]:
    clause = view.ballot.clause
    if not seat.votes:
        return [Reason(f"The seat “{seat.title}” advises and has no vote.", clause)]
    if seat.chair and view.ballot.voting_rule.chair_votes == "never":
        return [Reason("The chair of this body has no vote.", clause)]
    if view.ballot.secret and view.line_vote and not view.vote:
        said = "Your alternate has voted for you. A secret vote cannot be changed: nobody can tell which one it is."
        return [Reason(said, clause)]
    if view.ballot.secret and view.vote:
        return [
            Reason(
                "You have voted. A secret vote cannot be changed: nobody can tell which one is yours.", clause
            )
        ]
    return []


def recuse_reasons(view: Viewpoint) -> list[Reason]:
    """Why this person cannot step aside (any more)."""
    if view.is_recused:
        return [Reason("You are recused from this ballot already.", view.ballot.clause)]
    if stopped := not_open(view.ballot):
        return stopped
    if view.ballot.secret and view.vote:
        return [
            Reason("You have voted. A secret vote cannot be taken back out of the count.", view.ballot.clause)
        ]
    return []


def ruling_reasons(view: Viewpoint, seat: BallotSeat | None, reason: str) -> list[Reason]:
    """Why the chair cannot rule that this member is recused."""
    clause = view.ballot.clause
    if stopped := not_open(view.ballot):
        return stopped
    if seat is None or seat.person is None:
        return [Reason("Nobody sits there.", clause)]
    if seat.person_id == view.person.pk:
        return [Reason("For yourself, use “I have a conflict”.", clause)]
    if seat.person_id in view.recused:
        return [Reason(f"{seat.person} is recused from this ballot already.", clause)]
    if view.ballot.secret and seat.pk in view.votes:
        said = f"{seat.person} has voted. A secret vote cannot be taken back out of the count."
        return [Reason(said, clause)]
    return conditions.note_reasons(
        reason, "Say why: the member reads it, and it stands in the record.", "reason"
    )


def choice_reasons(
    ballot: Ballot, choice: str, comment: str, rubric: Mapping[str, object], asked: Sequence[str] = ()
) -> list[Reason]:
    """What is wrong with a vote as it was sent."""
    reasons = []
    allowed = [*ballot.outcomes, Choice.ABSTAIN]
    if choice not in allowed:
        words = ", ".join(Choice(name).label.lower() for name in allowed)
        reasons.append(Reason(f"Choose one of what this body can say: {words}.", ballot.clause, "choice"))
    if len(comment) > LONGEST_COMMENT:
        text = f"A comment has at most {LONGEST_COMMENT:,} characters; this one has {len(comment):,}."
        reasons.append(Reason(text, "", "comment"))
    if ballot.secret and (comment.strip() or rubric or asked):
        text = "A secret vote carries no comment or scores: they could tell whose it is."
        reasons.append(Reason(text, "", "comment"))
    if ballot.rescinds and rubric:
        reasons.append(Reason("A vote on rescinding carries no scores.", "", "rubric"))
    if asked and choice != Choice.APPROVE_WITH_CONDITIONS:
        text = "Conditions go with “Approve with conditions”. Choose that, or take them out."
        reasons.append(Reason(text, ballot.clause, "conditions"))
    reasons += conditions.text_reasons(asked)
    return [*reasons, *_rubric_reasons(ballot.body_rules, rubric)]


def _rubric_reasons(body: Body, rubric: Mapping[str, object]) -> list[Reason]:
    clause = body.rubric_clause or body.clause
    unknown = [name for name in rubric if name not in body.rubric]
    reasons = [Reason(f"{body.name} does not score “{name[:80]}”.", clause, "rubric") for name in unknown]
    return reasons + [
        Reason(f"Score “{name[:80]}” from {SCORES[0]} to {SCORES[-1]}.", clause, "rubric")
        for name, score in rubric.items()
        if name in body.rubric and (type(score) is not int or score not in SCORES)
    ]


# --- closing -------------------------------------------------------------------------------------
def require_closer(view: Viewpoint) -> None:
    """PermissionDenied for anyone but who closes this ballot."""
    if not view.closes:
        raise PermissionDenied(presiding.who_closes(view.ballot))


def close_reasons(ballot: Ballot) -> list[Reason]:
    """Why the ballot cannot be closed now: it is not open, a concern or a unit's view waits for an answer, nothing
    could come of rescinding any more, or it waits for a chair whose vote would decide."""
    holding = motions.overtaken if ballot.rescinds else _held
    if stopped := not_open(ballot) or holding(ballot):
        return stopped
    if counting.chair_could_decide(ballot):
        text = "The chair's vote would decide this ballot. Vote or abstain, then close it."
        return [Reason(text, ballot.body_rules.clause or ballot.clause)]
    return []


def _held(ballot: Ballot) -> list[Reason]:
    return discussion.holding(ballot.step)


def stop_reasons(ballot: Ballot, reason: str) -> list[Reason]:
    """Why a vote cannot be stopped: it is not open, or nobody would know why."""
    if stopped := not_open(ballot):
        return stopped
    if not reason.strip() or len(reason) > LONGEST_REASON:
        said = f"Say why, in at most {LONGEST_REASON} characters: everyone on the roll reads it."
        return [Reason(said, "", "reason")]
    return []


def extend_reasons(ballot: Ballot, until: dt.datetime) -> list[Reason]:
    """Why the closing date cannot be moved: only a body that may vote without meeting has one."""
    if stopped := not_open(ballot):
        return stopped
    if ballot.closes_at is None:
        text = "No rule of this body allows a vote over days, so there is no date to move. The chair closes the ballot."
        return [Reason(text, ballot.body_rules.clause or ballot.clause)]
    latest = max(ballot.closes_at, clock.now())
    if until <= latest:
        return [Reason(f"Choose a day after {written(latest, ballot)}.", "", "until")]
    return []
