"""Who comes and who goes, with the time; corrected until the meeting is adjourned. Every act locks the meeting."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from journal import clock
from policies.reasons import Refused, refuse_if
from reviews.actions.locking import locked_meeting
from reviews.actions.meetings import note
from reviews.meetings import attending
from reviews.meetings import rules as meetings
from reviews.models import Attendance, MeetingSeat

if TYPE_CHECKING:
    from accounts.models import Person
    from reviews.models import Meeting


@transaction.atomic
def arrive(
    *,
    meeting: Meeting,
    line: int,
    by: Person,
    at: dt.datetime | None = None,
    person: Person | None = None,
) -> Attendance:
    """Record that a member (a line of the roll) is in the room from now or `at`; `person` is an alternate for them.

    Effects: Attendance, the campus's record. Refused: a meeting that is not in session, somebody who is there already,
    a time before the meeting began or to come, an alternate whom the member has not named, a time over which a vote
    was counted. PermissionDenied: who neither runs the meeting nor keeps its minutes.
    """
    meeting, seat = _locked(meeting, line, by)
    arrived_at, who = at or clock.now(), person or seat.person
    rows = list(meeting.attendances.select_related("meeting__policy", "person", "line__person"))
    mine = [row for row in rows if row.line_id == seat.pk]
    refuse_if(attending.span_reasons(meeting, arrived_at, None))
    refuse_if(attending.overlap_reasons(seat, (arrived_at, None), mine))
    refuse_if(attending.person_reasons(seat, who, rows))
    refuse_if(attending.counted_reasons(meeting, None, (arrived_at, None)))
    made = Attendance.objects.create(
        meeting=meeting, line=seat, person=who, arrived_at=arrived_at, recorded_by=by
    )
    note(meeting, "attendance recorded", by, seat=seat.seat, person=who.pk, arrived_at=arrived_at)
    return made


@transaction.atomic
def leave(*, meeting: Meeting, line: int, by: Person, at: dt.datetime | None = None) -> Attendance:
    """Record that a member, or who came for them, left the room now or `at`.

    Effects: the end of the stretch, the campus's record. Refused: a meeting that is not in session, somebody who is not
    there, a time before they came or to come, one over which a vote was counted. PermissionDenied: as `arrive`.
    """
    meeting, seat = _locked(meeting, line, by)
    row = meeting.attendances.filter(line=seat, left_at__isnull=True).select_related("person").first()
    if row is None:
        raise Refused(f"{seat.person} is not in the room.")
    return _change(meeting, row, row.arrived_at, at or clock.now(), by)


@transaction.atomic
def correct(
    *, attendance: Attendance, arrived_at: dt.datetime, left_at: dt.datetime | None, by: Person
) -> Attendance:
    """Put the times of a stretch right.

    Effects: the row, with the times as they were in the campus's record. Refused: as `arrive`, and a stretch that runs
    into another of the same seat. PermissionDenied: as `arrive`.
    """
    meeting, seat = _locked(attendance.meeting, attendance.line_id, by)
    row = _still(meeting, attendance)
    others = (
        meeting.attendances.filter(line=seat).exclude(pk=row.pk).select_related("meeting__policy", "person")
    )
    refuse_if(attending.overlap_reasons(seat, (arrived_at, left_at), others.select_related("line__person")))
    return _change(meeting, row, arrived_at, left_at, by)


@transaction.atomic
def strike(*, attendance: Attendance, by: Person) -> None:
    """Take out a stretch that was recorded by mistake.

    Effects: the row is gone; the campus's record keeps what it said. Refused: a meeting that is not in session, a
    stretch over which a vote was counted. PermissionDenied: as `arrive`.
    """
    meeting, seat = _locked(attendance.meeting, attendance.line_id, by)
    row = _still(meeting, attendance)
    refuse_if(attending.counted_reasons(meeting, (row.arrived_at, row.left_at), None))
    note(
        meeting, "attendance struck", by, seat=seat.seat, person=row.person_id,
        arrived_at=row.arrived_at, left_at=row.left_at,
    )  # fmt: skip
    row.delete()


@transaction.atomic
def note_guests(*, meeting: Meeting, guests: str, by: Person) -> Meeting:
    """Write down who else was there, in words.

    Effects: the row, the campus's record (that it was written). Refused: a meeting that is not in session, too much
    text. PermissionDenied: as `arrive`.
    """
    meeting = locked_meeting(meeting)
    meetings.require_keeper(meeting, by)
    refuse_if([*meetings.session_reasons(meeting), *meetings.words_reasons(guests, field="guests")])
    meeting.guests = guests.strip()
    meeting.save(update_fields=["guests"])
    note(meeting, "guests noted", by)
    return meeting


def _locked(meeting: Meeting, line: int, by: Person) -> tuple[Meeting, MeetingSeat]:
    """The meeting under lock and the line of its roll, where attendance can be recorded now by this person."""
    meeting = locked_meeting(meeting)
    meetings.require_keeper(meeting, by)
    refuse_if(meetings.session_reasons(meeting))
    seat = meeting.roll.select_related("person").filter(pk=line).first()
    if seat is None:
        raise Refused("Nobody on the roll of this meeting has this line.")
    seat.meeting = meeting
    return meeting, seat


def _still(meeting: Meeting, attendance: Attendance) -> Attendance:
    row = meeting.attendances.filter(pk=attendance.pk).select_related("person").first()
    if row is None:
        raise Refused("This was taken out meanwhile.")
    return row


def _change(
    meeting: Meeting, row: Attendance, arrived_at: dt.datetime, left_at: dt.datetime | None, by: Person
) -> Attendance:
    before = (row.arrived_at, row.left_at)
    refuse_if(attending.span_reasons(meeting, arrived_at, left_at))
    refuse_if(attending.counted_reasons(meeting, before, (arrived_at, left_at)))
    row.arrived_at, row.left_at, row.recorded_by = arrived_at, left_at, by
    row.save(update_fields=["arrived_at", "left_at", "recorded_by"])
    note(
        meeting, "attendance recorded", by, person=row.person_id,
        arrived_at=arrived_at, left_at=left_at, before=before,
    )  # fmt: skip
    return row
