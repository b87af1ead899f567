"""Who is in the room: the attendance of a meeting as a value, and what it means for a ballot that the meeting took up.

A ballot without a meeting knows no room (None): who votes in it takes part. In a meeting those in the room take part,
whether they vote or not. Somebody away who has voted counts only where the body's rule allows votes without a meeting,
and in a secret ballot, since nobody can take a vote out of the box.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

from journal import clock
from policies.reasons import Reason
from reviews.models import BallotState

if TYPE_CHECKING:
    from reviews.models import Attendance, Ballot, Meeting, TakenUp
    from reviews.viewpoint import Viewpoint

Room = frozenset[uuid.UUID]  # the members for whom somebody is there, themselves or an alternate


def room(stretches: Iterable[Attendance], at: dt.datetime) -> Room:
    """The members present at a moment: who leaves is gone from then on, who comes is there from then on."""
    return frozenset(
        row.line.person_id
        for row in stretches
        if row.arrived_at <= at and (row.left_at is None or at < row.left_at)
    )


def in_person(meeting: Meeting) -> Room:
    """The members who are in the room themselves now: nobody presides by an alternate."""
    return in_person_at(meeting, clock.now()) if meeting.in_session else frozenset()


def in_person_at(meeting: Meeting, at: dt.datetime) -> Room:
    """The members who were in the room themselves at a moment."""
    rows = [row for row in meeting.attendances.all() if row.person_id == row.line.person_id]
    return room(rows, at)


def now_in(meeting: Meeting) -> Room:
    """Who is in the room now."""
    return room(meeting.attendances.all(), clock.now()) if meeting.in_session else frozenset()


def taken_up(ballot: Ballot) -> TakenUp | None:
    """Under which item a meeting took it up."""
    return getattr(ballot, "taken_up", None)


def room_of(ballot: Ballot) -> Room | None:
    """Who was in the room when it closed, or is now while it is open; None for a ballot that no meeting took up."""
    taken = taken_up(ballot)
    if taken is None:
        return None
    if taken.present is not None:
        return frozenset(uuid.UUID(key) for key in taken.present)
    return now_in(taken.item.meeting)


def counts_from_afar(ballot: Ballot) -> bool:
    """Whether a vote counts although its voter is not in the room."""
    return bool(ballot.rule.get("asynchronous")) or ballot.secret


def away_reasons(view: Viewpoint) -> list[Reason]:
    """Why somebody who is not in the room cannot vote in a meeting."""
    ballot, seat = view.ballot, view.seat
    if ballot.state != BallotState.OPEN or seat is None or ballot.rule.get("asynchronous"):
        return []
    there = room_of(ballot)
    if there is None or seat.person_id in there:
        return []
    who = "you are" if seat.person_id == view.person.pk else f"nobody is there for {seat.person}, nor are you"
    said = (
        f"This vote is taken in a meeting, and {who} not recorded as in the room. Tell who keeps the minutes."
    )
    return [Reason(said, ballot.clause)]
