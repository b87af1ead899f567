"""Close a ballot with its count: what is kept of it, who is told, and what follows, in the transaction of who counted."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from journal import clock
from reviews import tally
from reviews.actions import deciding, opening, telling
from reviews.meetings import presence, presiding
from reviews.models import BallotState

if TYPE_CHECKING:
    from accounts.models import Person
    from reviews.models import Ballot


def conclude(
    *,
    ballot: Ballot,
    result: tally.Result,
    by: Person,
    note: str = "",
    conditions: Sequence[str] = (),
    due_on: dt.date | None = None,
    back_to: uuid.UUID | None = None,
) -> Ballot:
    """Close a locked ballot with its count and let the decision take effect, in the transaction of who counted it: `close`,
    or a meeting that adopts by consent. Effects: as `close`; in a meeting who was in the room is kept with the vote."""
    there = _keep_presence(ballot)
    ballot.state, ballot.closed_at, ballot.closed_by = BallotState.CLOSED, clock.now(), by
    ballot.outcome, ballot.tally = result.outcome, result.as_dict()
    ballot.save(update_fields=["state", "closed_at", "closed_by", "outcome", "tally"])
    act = "adopted_by_consent" if ballot.tally.get("consent") else "ballot_closed"
    opening.note_in_record(
        ballot, act, by, outcome=result.outcome, tally=ballot.tally, votes=_named(ballot), **there
    )
    telling.ballot_closed(ballot, ballot.body_rules)
    deciding.take_effect(
        ballot=ballot, by=by, note=note, conditions=conditions, due_on=due_on, back_to=back_to
    )
    return ballot


def _keep_presence(ballot: Ballot) -> dict[str, Any]:
    """In a meeting who was in the room is kept with the vote, and stands in the record; so does who presided for whom."""
    taken, there = presence.taken_up(ballot), presence.room_of(ballot)
    if taken is None or there is None:
        return {}
    taken.present = sorted(str(key) for key in there)
    taken.save(update_fields=["present"])
    return {"meeting": taken.item.meeting_id, "present": taken.present, **presiding.of_closing(ballot)}


def _named(ballot: Ballot) -> list[dict[str, object]]:
    """Who voted how; of a secret ballot, only who took part."""
    rows = ballot.votes.select_related("seat").order_by("seat")
    named = [
        {
            "seat": row.seat.seat,
            "person": row.person_id,
            "choice": row.choice,
            **({"on_behalf_of": row.on_behalf_of_id} if row.on_behalf_of_id else {}),
        }
        for row in rows
    ]
    return [{k: v for k, v in row.items() if k != "choice"} for row in named] if ballot.secret else named
