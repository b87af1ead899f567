"""Attendance: why an arrival or a departure cannot be recorded as it was sent, and what it would change."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from journal import clock
from policies.reasons import Reason
from reviews.meetings.rules import written
from reviews.models import Alternate, Ballot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Person
    from reviews.models import Attendance, Meeting, MeetingSeat

Span = tuple[dt.datetime, dt.datetime | None]


def span_reasons(meeting: Meeting, arrived_at: dt.datetime, left_at: dt.datetime | None) -> list[Reason]:
    """A stretch lies within the meeting, and ends after it began."""
    opened = meeting.opened_at or clock.now()
    reasons = []
    if arrived_at < opened:
        said = f"The meeting began at {written(opened, meeting.zone)}. Who was there before is there from then on."
        reasons.append(Reason(said, "", "arrived_at"))
    if left_at is not None and left_at <= arrived_at:
        reasons.append(Reason("Somebody leaves after they have arrived.", "", "left_at"))
    if max(arrived_at, left_at or arrived_at) > clock.now():
        field = "left_at" if left_at and left_at > clock.now() else "arrived_at"
        reasons.append(Reason("This time has not come yet.", "", field))
    return reasons


def overlaps(one: Span, other: Span) -> bool:
    """Whether two stretches have a moment in common; one that ends when the other begins does not."""
    return (one[1] is None or other[0] < one[1]) and (other[1] is None or one[0] < other[1])


def overlap_reasons(line: MeetingSeat, span: Span, others: Iterable[Attendance]) -> list[Reason]:
    """Nobody is in the room twice at once for one seat."""
    for row in others:
        if overlaps(span, (row.arrived_at, row.left_at)):
            when = written(row.arrived_at, row.meeting.zone)
            return [Reason(f"{row} is recorded as in the room from {when} already.", "", "arrived_at")]
    return []


def person_reasons(line: MeetingSeat, person: Person, others: Iterable[Attendance]) -> list[Reason]:
    """For a member there comes the member, or an alternate whom they named; one person for one seat."""
    if any(row.line_id != line.pk and row.person_id == person.pk and row.left_at is None for row in others):
        return [Reason(f"{person} is in the room for somebody else already.", "", "person")]
    if person.pk == line.person_id:
        return []
    if person.meeting_seats.filter(meeting=line.meeting_id).exists():
        return [Reason(f"{person} sits on this body, and one person has one vote.", "", "person")]
    named = Alternate.objects.in_force().filter(
        institution=line.meeting.institution,
        body=line.meeting.body,
        principal=line.person_id,
        delegate=person,
    )
    if line.alternates and named.exists():
        return []
    return [
        Reason(
            f"{line.person} has not named {person} as an alternate, or their seat knows none.", "", "person"
        )
    ]


def counted_reasons(meeting: Meeting, before: Span | None, after: Span | None) -> list[Reason]:
    """A vote was counted over who was in the room. That stays as it was counted: what is wrong is noted in the minutes."""
    votes = Ballot.objects.filter(taken_up__item__meeting=meeting, state="closed", closed_at__isnull=False)
    for moment in votes.order_by("closed_at").values_list("closed_at", flat=True):
        if moment and _covers(before, moment) != _covers(after, moment):
            when = written(moment, meeting.zone)
            said = f"A vote was counted on {when} over who was in the room then, and stays so. Add a note to the minutes."
            return [Reason(said, "", "arrived_at")]
    return []


def _covers(span: Span | None, moment: dt.datetime) -> bool:
    return span is not None and span[0] <= moment and (span[1] is None or moment < span[1])
