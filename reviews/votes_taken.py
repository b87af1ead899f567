"""A ballot as the minutes tell it: its question, its count in words, who stepped aside and, where the rule says so, who
voted how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reviews import tally
from reviews.meetings import moving, presence, presiding
from reviews.models import BallotState
from reviews.wording import OUTCOMES

if TYPE_CHECKING:
    from reviews.models import Ballot, BallotSeat

CHOICES = {
    "approve": "yes",
    "approve_with_conditions": "yes, with conditions",
    "request_changes": "asked for changes",
    "decline": "no",
    "abstain": "abstained",
}


def decided(ballot: Ballot) -> bool:
    """Whether it is closed and its outcome is a decision."""
    return ballot.state == BallotState.CLOSED and ballot.outcome in tally.OUTCOMES


def word(ballot: Ballot) -> str:
    """What came of it, in a word or two."""
    if ballot.tally.get("consent"):
        return "Adopted by consent"
    return OUTCOMES.get(ballot.outcome, ballot.outcome)


def shown(ballot: Ballot) -> dict[str, Any]:
    """One vote of a meeting as plain values; nothing of how it goes while it is open. `counts` are whole numbers by
    outcome, with abstentions; `names` who voted how, [] unless the body's rule has it in the minutes."""
    closed = ballot.state == BallotState.CLOSED
    taken = presence.taken_up(ballot)
    return {
        "ballot": str(ballot.pk),
        "question": ballot.question,
        "state": ballot.state,
        "consent": bool(ballot.tally.get("consent")),
        "secret": ballot.secret,
        "clause": ballot.step.clause,
        "taken_at": taken.at if taken else None,
        "closed_at": ballot.closed_at,
        "closed_by": str(ballot.closed_by) if ballot.closed_by else "",
        "outcome": ballot.outcome,
        "word": word(ballot) if closed else "",
        "sentence": ballot.tally.get("sentence", "") if closed else "",
        "counts": _counts(ballot) if closed else {},
        "present": len(taken.present) if taken and taken.present is not None else None,
        "motion": moving.said(taken, secret=ballot.secret),
        "presiding": presiding.presided(ballot) if closed else presiding.over(ballot),
        "recused": recused(ballot),
        "names": names(ballot) if closed else [],
    }


def _counts(ballot: Ballot) -> dict[str, int]:
    """Votes by outcome and abstentions; {} where nobody was counted."""
    if ballot.tally.get("consent"):
        return {}
    return {**ballot.tally["counts"], "abstain": ballot.tally["abstain"]}


def recused(ballot: Ballot) -> list[str]:
    """The members without a vote in it for a conflict, in the order of the roll."""
    out = {row.person_id for row in ballot.recusals.all()}
    return [str(seat.person) for seat in ballot.roll.all() if seat.person_id in out]


def names(ballot: Ballot) -> list[dict[str, str]]:
    """Who voted how, in the order of the roll; of a secret ballot, or where the rule does not ask for it, nothing."""
    if ballot.secret or not ballot.rule.get("names_in_minutes"):
        return []
    out = {row.person_id for row in ballot.recusals.all()}
    cast = {vote.seat_id: vote for vote in ballot.votes.all() if vote.person_id not in out}
    room = presence.room_of(ballot)
    return [
        {
            "name": str(vote.person),
            "for": str(seat.person) if vote.on_behalf_of_id else "",
            "choice": vote.choice,
            "word": CHOICES.get(vote.choice, vote.choice),
        }
        for seat in ballot.roll.all()
        if (vote := cast.get(seat.pk)) and _counted(ballot, seat, room)
    ]


def _counted(ballot: Ballot, seat: BallotSeat, room: presence.Room | None) -> bool:
    """Whether a vote on this line was counted, and not left out since its voter had gone."""
    return room is None or seat.person_id in room or presence.counts_from_afar(ballot)
