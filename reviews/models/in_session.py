"""The votes that meetings take now, and who presides over each: few at any time, so they are looked up by themselves."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F

from reviews import precedence
from reviews.models.attendance import ActingChair, Attendance
from reviews.models.meeting import Meeting, MeetingState
from reviews.models.vote import Recusal

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from reviews.models.roll import BallotSeat

Pairs = set[tuple[uuid.UUID, uuid.UUID]]


@dataclass(frozen=True)
class Taken:
    """Ballots that meetings take now, and the lines of their rolls that preside over them."""

    ballots: tuple[uuid.UUID, ...] = ()
    lines: tuple[int, ...] = ()


def taken(seats: QuerySet[BallotSeat]) -> Taken:
    """All of them, among these lines of rolls; one query while no meeting votes."""
    rows = Meeting.objects.filter(state=MeetingState.IN_SESSION, items__votes__ballot__state="open")
    meetings = dict(rows.values_list("items__votes__ballot", "pk"))
    if not meetings:
        return Taken()
    held = set(meetings.values())
    there = _pairs(Attendance.objects.filter(left_at__isnull=True, person=F("line__person")), held)
    acting = ActingChair.objects.filter(meeting__in=held).order_by("pk")
    named = dict(acting.values_list("meeting", "line__person"))
    recused = set(Recusal.objects.filter(ballot__in=meetings).values_list("ballot", "person"))
    rolls: dict[uuid.UUID, list[BallotSeat]] = {}
    for line in seats.filter(ballot__in=meetings, person__isnull=False).select_related("person"):
        rolls.setdefault(line.ballot_id, []).append(line)
    found = []
    for ballot, lines in rolls.items():
        meeting = meetings[ballot]
        people = {line.person_id for line in lines if line.person_id}
        away = {one for one in people if (meeting, one) not in there or (ballot, one) in recused}
        found.append(precedence.presiding(lines, away, named.get(meeting)))
    return Taken(tuple(meetings), tuple(line.pk for line in found if line))


def _pairs(rows: QuerySet[Attendance], meetings: set[uuid.UUID]) -> Pairs:
    return set(rows.filter(meeting__in=meetings).values_list("meeting", "person"))
