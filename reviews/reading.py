"""What a person is shown of a ballot: the same for the page and the API, and never more than they may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reviews import motions, rolls, rules, spread, tally, wording
from reviews.conditions import shown as shown_condition
from reviews.models import BallotState
from reviews.viewpoint import ActsFor, Viewpoint

if TYPE_CHECKING:
    from accounts.models import Person
    from reviews.models import Ballot, BallotSeat, Condition


def shown(ballot: Ballot, person: Person, acts_for: ActsFor | None = None) -> dict[str, Any]:
    """The ballot as this person may see it; for a list, `acts_for` is looked up once."""
    view = Viewpoint(ballot, person, acts_for)
    closed = ballot.state == BallotState.CLOSED
    return {
        "id": str(ballot.pk),
        "proposal": str(ballot.proposal_id),
        "step": str(ballot.step_id),
        "body": ballot.body_rules.name,
        "question": ballot.question,
        "revision": {"number": ballot.revision.number, "hash": ballot.revision.hash},
        "clause": ballot.clause,
        "outcomes": ballot.outcomes,
        "state": ballot.state,
        "void_reason": ballot.void_reason,
        "opened_at": ballot.opened_at,
        "closes_at": ballot.closes_at,
        "closed_at": ballot.closed_at,
        "secret": ballot.secret,
        **words_of(ballot),
        "roll": [_line(view, seat) for seat in view.roll],
        **motion_of(view),
        "secrecy": secrecy(view),
        "my": mine(view),
        "may_close": view.closes and not rules.not_open(ballot),
        "outcome": ballot.outcome,
        "tally": ballot.tally if closed else None,
        "sentence": ballot.tally.get("sentence", "") if closed else "",
        "scores": [row.as_dict() for row in scores(view)],
        "conditions": [shown_condition(row) for row in _conditions(ballot)],
    }


def _conditions(ballot: Ballot) -> list[Condition]:
    rows = list(ballot.conditions.all())
    for row in rows:
        row.proposal, row.step = ballot.proposal, ballot.step
    return rows


def scores(view: Viewpoint) -> list[spread.Spread]:
    """How the members scored it, once it is closed and where any did. Who is recused does not count."""
    ballot = view.ballot
    if ballot.state != BallotState.CLOSED or ballot.secret:
        return []
    votes = [vote.rubric for vote in view.votes.values() if vote.person_id not in view.recused]
    return spread.table(ballot.body_rules.rubric, votes) if any(votes) else []


def motion_of(view: Viewpoint) -> dict[str, Any]:
    """What kind of vote it is and, for the body and the offices, on whose motion and why."""
    ballot, told = view.ballot, not view.proposes
    return {
        "kind": ballot.kind,
        "takes_up": str(ballot.takes_up_id) if ballot.takes_up_id else "",
        "moved_by": str(ballot.moved_by) if told and ballot.moved_by else "",
        "motion": ballot.motion if told else "",
        "noticed_at": ballot.noticed_at,
    }


def secrecy(view: Viewpoint) -> list[str]:
    """What the totals of a secret ballot may give away, or did."""
    ballot = view.ballot
    if not ballot.secret or ballot.state == BallotState.VOID:
        return []
    if ballot.state == BallotState.CLOSED:
        chosen = [n for n in (*ballot.tally["counts"].values(), ballot.tally["abstain"]) if n]
        return [wording.UNANIMOUS] if len(chosen) == 1 else []
    presides = ballot.rule.get("chair_votes") == "never"
    voters = [
        seat for seat in view.roll if seat.person_id and seat.votes and seat.person_id not in view.recused
    ]
    return wording.secrecy(sum(not (seat.chair and presides) for seat in voters))


def words_of(ballot: Ballot) -> dict[str, str]:
    """Quorum and majority in words, before anyone votes, from the roll alone; and the rules that allow a vote without
    a meeting, or in secret, where it is one."""
    rule = rolls.rule_of(ballot)
    roll = [
        tally.Line(
            filled=seat.person_id is not None, votes=seat.votes, counts_for_quorum=seat.counts_for_quorum
        )
        for seat in ballot.roll.all()
    ]
    needed, of = tally.quorum(rule, roll)
    by_notice = wording.rescission_words(noticed=ballot.noticed_at is not None)
    return {
        "quorum": wording.quorum_words(rule, needed, of),
        "majority": by_notice if ballot.rescinds else wording.majority_words(rule),
        "asynchronous_rule": rule.asynchronous_rule if rule.asynchronous else "",
        "secret_rule": rule.secret_rule if rule.secret else "",
    }


def mine(view: Viewpoint) -> dict[str, Any]:
    """The person's own part: their vote, and whether they can vote now or why not."""
    vote = view.vote
    reasons = rules.vote_reasons(view)
    told = reasons if view.seat or view.proposes else motions.joined_later(view) if view.alone else []
    return {
        "on_the_roll": view.own_seat is not None,
        "acts_for": str(view.acting.person) if view.acting else "",
        "names_alternate": view.own_seat is not None and view.own_seat.alternates,
        "voted": vote is not None,
        "choice": vote.choice if vote else "",
        "comment": vote.comment if vote else "",
        "rubric": vote.rubric if vote else {},
        "conditions": vote.conditions if vote else [],
        "recused": view.is_recused,
        "may_vote": view.seat is not None and not reasons,
        "reasons": [reason.as_dict() for reason in told],
    }


def _line(view: Viewpoint, seat: BallotSeat) -> dict[str, Any]:
    """One line of the roll; what this person may not see yet is None."""
    vote = view.votes.get(seat.pk)
    line: dict[str, Any] = {
        "line": seat.pk,
        "seat": seat.title,
        "person": str(seat.person) if seat.person else None,
        "chair": seat.chair,
        "votes": seat.votes,
        "recused": seat.person_id in view.recused,
        "voted": vote is not None if view.sees_who_voted else None,
    }
    if not view.sees_votes:
        return {**line, "cast_by": None, "choice": None, "comment": None, "rubric": None, "conditions": None}
    return {
        **line,
        "cast_by": str(vote.person) if vote and vote.on_behalf_of_id else "",
        "choice": vote.choice if vote else "",
        "comment": vote.comment if vote else "",
        "rubric": vote.rubric if vote else {},
        "conditions": vote.conditions if vote else [],
    }
