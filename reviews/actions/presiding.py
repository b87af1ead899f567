"""Name who presides over a meeting where neither its chair nor its vice chair can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from journal import clock
from policies.reasons import Refused, refuse_if
from reviews.actions.locking import locked_meeting
from reviews.actions.meetings import note
from reviews.meetings import presiding
from reviews.meetings import rules as meetings
from reviews.models import ActingChair

if TYPE_CHECKING:
    from accounts.models import Person
    from reviews.models import Meeting


@transaction.atomic
def name(*, meeting: Meeting, line: int, by: Person) -> ActingChair:
    """Record that the body named a member (a line of the roll) to preside while neither chair nor vice chair can.

    Effects: ActingChair; until somebody else is named, the member runs the meeting and closes its votes wherever chair
    and vice chair are away or recused; the campus's record, with for whom and why. Refused: a meeting that is not in
    session, a member who is not in the room or is recused from the vote that is open, somebody else who presides.
    PermissionDenied: who neither runs the meeting nor keeps its minutes.
    """
    meeting = locked_meeting(meeting)
    meetings.require_keeper(meeting, by)
    refuse_if(meetings.session_reasons(meeting))
    seat = meeting.roll.select_related("person").filter(pk=line).first()
    if seat is None:
        raise Refused("Nobody on the roll of this meeting has this line.")
    seat.meeting = meeting
    refuse_if(presiding.name_reasons(meeting, seat))
    made = ActingChair.objects.create(meeting=meeting, line=seat, at=clock.now(), recorded_by=by)
    missing = presiding.missing(meeting)
    note(meeting, "acting chair named", by, person=seat.person_id, instead_of=missing)
    return made
