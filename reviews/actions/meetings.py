"""Plan, change, call, cancel, open and adjourn a meeting of a body. Every act locks the meeting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from journal import clock
from journal.actions import record
from policies.reasons import Reason, Refused, refuse_if
from reviews.actions import telling_meetings
from reviews.actions.locking import locked_meeting
from reviews.meetings import agenda
from reviews.meetings import rules as meetings
from reviews.models import Attendance, Meeting, MeetingSeat, MeetingState

if TYPE_CHECKING:
    from accounts.models import Institution, Person
    from policies.schema import Body
    from reviews.models import Panel
    from reviews.rolls import Member


@transaction.atomic
def plan(
    *,
    institution: Institution,
    body: str,
    starts_at: dt.datetime,
    by: Person,
    place: str = "",
    keeper: Person | None = None,
    panel: Panel | None = None,
) -> Meeting:
    """Plan a meeting of a standing body or, with `panel`, of a body that was formed for one proposal.

    Effects: Meeting with the roll of its members as they are today, an entry in the campus's record. Nobody is told
    before the meeting is called. Refused: a body that the policy does not have or on which nobody sits, a time that is
    past or more than two years away, a keeper of the minutes whom the campus does not know.
    PermissionDenied: anyone but the chair, the vice chair and the programme manager.
    """
    policy = institution.policy if panel is None else panel.proposal.policy
    rules = next((row for row in policy.pack.bodies if row.id == body), None)
    if rules is None or (rules.formed == "proposal") != (panel is not None):
        raise PermissionDenied("There is no such body here that meets.")
    if not meetings.may_run(institution, rules, panel, by):
        raise PermissionDenied(meetings.RUNS)
    refuse_if(_plan_reasons(institution, starts_at, place, keeper))
    refuse_if(meetings.seats_reasons(rules, meetings.members_of(institution, rules, panel)))
    made = Meeting.objects.create(
        institution=institution,
        policy=policy,
        body=body,
        panel=panel,
        starts_at=starts_at,
        place=place.strip(),
        keeper=keeper,
        planned_by=by,
        planned_at=clock.now(),
    )
    _roll(made)
    note(made, "meeting planned", by, starts_at=starts_at, place=made.place)
    return made


def _plan_reasons(
    institution: Institution, starts_at: dt.datetime, place: str, keeper: Person | None
) -> list[Reason]:
    return [
        *meetings.start_reasons(starts_at),
        *meetings.place_reasons(place),
        *meetings.keeper_reasons(institution, keeper),
    ]


@transaction.atomic
def change(
    *, meeting: Meeting, starts_at: dt.datetime, by: Person, place: str = "", keeper: Person | None = None
) -> Meeting:
    """Give a meeting that lies ahead another time, place or keeper of the minutes.

    Effects: the row, record; where the members were called already, notices and mail to them if time or place differ.
    Refused: a meeting that was opened or cancelled, what `plan` refuses. PermissionDenied: who does not run it.
    """
    meeting = locked_meeting(meeting)
    meetings.require_runner(meeting, by)
    refuse_if(meetings.ahead_reasons(meeting))
    refuse_if(_plan_reasons(meeting.institution, starts_at, place, keeper))
    moved = (meeting.starts_at, meeting.place) != (starts_at, place.strip())
    meeting.starts_at, meeting.place, meeting.keeper = starts_at, place.strip(), keeper
    meeting.save(update_fields=["starts_at", "place", "keeper"])
    note(meeting, "meeting changed", by, starts_at=starts_at, place=meeting.place)
    if moved and meeting.called_at:
        telling_meetings.changed(meeting)
    return meeting


@transaction.atomic
def cancel(*, meeting: Meeting, reason: str, by: Person) -> Meeting:
    """Call a meeting off that lies ahead, with a reason; what stands on its agenda waits for another.

    Effects: the row, record; notices and mail where the members were called. Refused: a meeting that was opened or
    cancelled, no reason. PermissionDenied: who does not run it.
    """
    meeting = locked_meeting(meeting)
    meetings.require_runner(meeting, by)
    refuse_if(meetings.ahead_reasons(meeting))
    refuse_if(meetings.words_reasons(reason, "Say why: the members read it.", "reason"))
    meeting.state, meeting.cancelled_at, meeting.cancelled_by = MeetingState.CANCELLED, clock.now(), by
    meeting.cancelled_reason = reason.strip()
    meeting.save(update_fields=["state", "cancelled_at", "cancelled_by", "cancelled_reason"])
    note(meeting, "meeting cancelled", by, reason=meeting.cancelled_reason)
    if meeting.called_at:
        telling_meetings.cancelled(meeting)
    return meeting


@transaction.atomic
def call(*, meeting: Meeting, by: Person) -> Meeting:
    """Call the members to the meeting.

    Effects: the roll as it is today, notices and mail with the agenda's link and a calendar file to its members, their
    alternates and who keeps the minutes; notices to the proposers of what stands on the agenda; record.
    Refused: a meeting that was called, opened or cancelled, or whose time is past. PermissionDenied: who does not run it.
    """
    meeting = locked_meeting(meeting)
    meetings.require_runner(meeting, by)
    refuse_if(meetings.call_reasons(meeting))
    _roll(meeting)
    agenda.read_again(meeting)
    meeting.state, meeting.called_at = MeetingState.CALLED, clock.now()
    meeting.save(update_fields=["state", "called_at"])
    note(meeting, "meeting called", by, roll=_seats(meeting))
    telling_meetings.called(meeting)
    return meeting


@transaction.atomic
def open_session(*, meeting: Meeting, by: Person, present: Collection[int] = ()) -> Meeting:
    """Open the meeting, with those of its roll who are there (`present`, numbers of lines).

    Effects: the roll as it is today, frozen from now on; an arrival at this moment for each who is there; record.
    Refused: a meeting that is open, over or cancelled, one of a later day, somebody who is not on the roll.
    PermissionDenied: who does not run it.
    """
    meeting = locked_meeting(meeting)
    meetings.require_runner(meeting, by)
    refuse_if(meetings.open_reasons(meeting))
    before = {seat.pk: str(seat.person) for seat in meeting.roll.select_related("person")}
    _roll(meeting)
    agenda.read_again(meeting)
    lines = {seat.pk: seat for seat in meeting.roll.select_related("person")}
    if unknown := set(present) - set(lines):
        raise Refused(_gone(before, unknown))
    meeting.state, meeting.opened_at, meeting.opened_by = MeetingState.IN_SESSION, clock.now(), by
    meeting.save(update_fields=["state", "opened_at", "opened_by"])
    there = [lines[key] for key in sorted(set(present))]
    Attendance.objects.bulk_create(
        Attendance(
            meeting=meeting, line=line, person=line.person, arrived_at=meeting.opened_at, recorded_by=by
        )
        for line in there
    )
    note(meeting, "meeting opened", by, roll=_seats(meeting), present=[line.person_id for line in there])
    return meeting


def _gone(before: Mapping[int, str], unknown: Collection[int]) -> list[Reason]:
    """Who was marked as there, and does not sit on the body."""
    names = [before.get(key, "Somebody you marked") for key in sorted(unknown)]
    return [Reason(f"{name} does not sit on the body. Leave them out.", "", "present") for name in names]


@transaction.atomic
def adjourn(*, meeting: Meeting, by: Person) -> Meeting:
    """End the meeting. Who is in the room stayed to the end; what was not dealt with waits for another meeting.

    Effects: the row; its agenda and attendance are final, its minutes a draft; record, notices and mail to the members.
    Refused: a meeting that is not in session (someone was faster), an open vote that it took up.
    PermissionDenied: who does not run it.
    """
    meeting = locked_meeting(meeting)
    meetings.require_runner(meeting, by)
    refuse_if(meetings.adjourn_reasons(meeting))
    meeting.state, meeting.adjourned_at, meeting.adjourned_by = MeetingState.ADJOURNED, clock.now(), by
    meeting.save(update_fields=["state", "adjourned_at", "adjourned_by"])
    note(meeting, "meeting adjourned", by)
    telling_meetings.minutes_drafted(meeting)
    return meeting


def note(meeting: Meeting, act: str, by: Person, **detail: object) -> None:
    """An entry in the campus's chain."""
    record.write(
        subject_kind="campus",
        subject_id=meeting.institution_id,
        institution=meeting.institution,
        act=act,
        by=by,
        detail={"meeting": meeting.pk, "body": meeting.body, **detail},
    )


def _seats(meeting: Meeting) -> list[dict[str, object]]:
    return [{"seat": row.seat, "person": row.person_id} for row in meeting.roll.all()]


def _roll(meeting: Meeting) -> None:
    """Bring the roll in line with who sits on the body today; lines of those who stay, stay."""
    body = meeting.body_rules
    sitting = {row.person.pk: row for row in meetings.members(meeting)}
    lines = {line.person_id: line for line in meeting.roll.all()}
    for person, line in lines.items():
        if person not in sitting:
            line.delete()
    for person, member in sitting.items():
        line = lines.get(person) or MeetingSeat(meeting=meeting, person=member.person)
        _seat(line, body, member).save()


def _seat(line: MeetingSeat, body: Body, member: Member) -> MeetingSeat:
    seat = next(seat for seat in body.seats if seat.id == member.seat)
    line.seat, line.title, line.chair = seat.id, seat.title, member.chair
    line.votes, line.alternates = seat.votes, seat.alternates
    return line
