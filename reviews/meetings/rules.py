"""Meetings: who runs one, who may pull an item out of its consent group, and why something cannot be done now."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.formats import date_format

from accounts import authority
from accounts.authority import institutions_of
from journal import clock
from policies.reasons import Reason
from reviews import chairing, rolls
from reviews.models import Meeting, MeetingState, TakenUp
from reviews.viewpoint import MANAGER

if TYPE_CHECKING:
    from accounts.models import Institution, Person
    from policies.schema import Body
    from reviews.models import Panel
    from reviews.rolls import Member

LONGEST = 10_000
LONGEST_PLACE = 300
FARTHEST = dt.timedelta(days=2 * 366)
RUNS = "The chair of the body or the programme manager runs its meetings."


# --- who -----------------------------------------------------------------------------------------
def members_of(institution: Institution, body: Body, panel: Panel | None) -> list[Member]:
    """Who sits on the body today: the holders of its seats, or the members of the panel."""
    if panel:
        return rolls.panel_members(panel)
    there = any(row.id == body.id for row in institution.policy.pack.bodies)
    return rolls.standing_members(body, institution) if there else []


def members(meeting: Meeting) -> list[Member]:
    """Who sits on the meeting's body today."""
    return members_of(meeting.institution, meeting.body_rules, meeting.panel)


def may_run(institution: Institution, body: Body, panel: Panel | None, person: Person) -> bool:
    """Chair and vice chair of the body as it is today, and the programme manager of the campus."""
    if not person.is_active:
        return False
    if authority.holds(person, MANAGER, institution):
        return True
    sitting = members_of(institution, body, panel)
    return any((row.chair or row.vice_chair) and row.person == person for row in sitting)


def runs(meeting: Meeting, person: Person) -> bool:
    """Who may run the body's meetings, and who presides over this one."""
    if may_run(meeting.institution, meeting.body_rules, meeting.panel, person):
        return True
    return person.is_active and chairing.presides(meeting, person)


def keeps(meeting: Meeting, person: Person) -> bool:
    """Who runs it, and who keeps its minutes."""
    return (person.is_active and meeting.keeper_id == person.pk) or runs(meeting, person)


def sits(meeting: Meeting, person: Person) -> bool:
    """Who is called to it, or has come for who is."""
    if not person.is_active:
        return False
    called = meeting.roll.filter(person=person).exists()
    return called or meeting.attendances.filter(person=person).exists()


def require_runner(meeting: Meeting, person: Person) -> None:
    if not runs(meeting, person):
        raise PermissionDenied(RUNS)


def require_keeper(meeting: Meeting, person: Person) -> None:
    if not keeps(meeting, person):
        raise PermissionDenied("The chair, the programme manager or who keeps the minutes records this.")


def require_member(meeting: Meeting, person: Person) -> None:
    if not sits(meeting, person) and not runs(meeting, person):
        raise PermissionDenied("This is for the members of the body.")


# --- times ---------------------------------------------------------------------------------------
def written(moment: dt.datetime, zone: ZoneInfo) -> str:
    """A time on this campus: "3 March 2027, 14:00"."""
    return date_format(timezone.localtime(moment, zone), "j F Y, H:i")


def exists(local: dt.datetime, zone: ZoneInfo) -> bool:
    """Whether clocks on this campus ever show it: an hour is missing when they go forward."""
    there = local.replace(tzinfo=zone)
    return there.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) == local.replace(fold=0)


def moment(local: dt.datetime, zone: ZoneInfo, after: dt.datetime | None = None) -> dt.datetime:
    """The moment that clocks on this campus show so. Of the two in the hour that comes twice it is the first or, where
    that lies before `after`, the second."""
    first = local.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)
    second = local.replace(tzinfo=zone, fold=1).astimezone(dt.UTC)
    return second if after and first < after <= second else first


def time_reasons(local: dt.datetime, zone: ZoneInfo, field: str = "starts_at") -> list[Reason]:
    """Why a time as somebody typed it is none."""
    if exists(local, zone):
        return []
    said = f"{local:%H:%M} does not exist on {local:%-d %B %Y}: clocks go forward then. Choose another time."
    return [Reason(said, "", field)]


def start_reasons(starts_at: dt.datetime) -> list[Reason]:
    """A meeting lies ahead, and not years away."""
    if starts_at <= clock.now():
        return [Reason("Choose a time to come.", "", "starts_at")]
    if starts_at > clock.now() + FARTHEST:
        return [Reason("Choose a time within the next two years.", "", "starts_at")]
    return []


# --- why not -------------------------------------------------------------------------------------
def place_reasons(place: str) -> list[Reason]:
    if len(place) <= LONGEST_PLACE:
        return []
    return [Reason(f"At most {LONGEST_PLACE} characters; this has {len(place):,}.", "", "place")]


def keeper_reasons(institution: Institution, keeper: Person | None) -> list[Reason]:
    if keeper is None or (keeper.is_active and institution in institutions_of(keeper)):
        return []
    return [Reason(f"{keeper} is not known on this campus; invite them first.", "", "keeper")]


def seats_reasons(body: Body, sitting: list[Member]) -> list[Reason]:
    """A meeting needs somebody to come."""
    if sitting:
        return []
    return [Reason(f"Nobody sits on {body.name}, so nobody can meet. Fill its seats first.", body.clause)]


def over(meeting: Meeting) -> list[Reason]:
    """Why nothing about its course can change: it is over, or was cancelled."""
    if meeting.state == MeetingState.CANCELLED:
        return [Reason(f"{meeting.cancelled_by} cancelled this meeting: {meeting.cancelled_reason}")]
    if meeting.state == MeetingState.ADJOURNED and meeting.adjourned_at:
        when = written(meeting.adjourned_at, meeting.zone)
        return [Reason(f"{meeting.adjourned_by} adjourned this meeting on {when}.")]
    return []


def ahead_reasons(meeting: Meeting) -> list[Reason]:
    """Why it cannot be called, moved or cancelled any more."""
    if meeting.in_session and meeting.opened_at:
        when = written(meeting.opened_at, meeting.zone)
        return [Reason(f"{meeting.opened_by} opened this meeting on {when}. It is in session.")]
    return over(meeting)


def call_reasons(meeting: Meeting) -> list[Reason]:
    """Why its members cannot be called now."""
    if stopped := ahead_reasons(meeting):
        return stopped
    if meeting.called_at:
        said = "The members have been called. If you change the time or the place, everybody is told."
        return [Reason(said)]
    if meeting.is_late:
        return [Reason("Its time is past. Open it, or give it another time.")]
    return []


def open_reasons(meeting: Meeting) -> list[Reason]:
    """Why it cannot be opened: not before its day."""
    if stopped := ahead_reasons(meeting):
        return stopped
    starts_on = meeting.starts_at.astimezone(meeting.zone).date()
    if clock.now().astimezone(meeting.zone).date() < starts_on:
        when = written(meeting.starts_at, meeting.zone)
        return [Reason(f"This meeting begins on {when}. Give it another time if you meet earlier.")]
    return []


def session_reasons(meeting: Meeting) -> list[Reason]:
    """Why nothing can be taken up or recorded now: it is not in session."""
    if meeting.is_ahead:
        return [Reason("This meeting has not been opened yet.")]
    return over(meeting)


def adjourn_reasons(meeting: Meeting) -> list[Reason]:
    """Why it cannot end now: a vote that it took up is open."""
    if stopped := session_reasons(meeting):
        return stopped
    rows = TakenUp.objects.filter(item__meeting=meeting, ballot__state="open").select_related("ballot")
    return [Reason(f"A vote is open: {row.ballot.question} Close it, or put the item off.") for row in rows]


def words_reasons(text: str, missing: str = "", field: str = "text") -> list[Reason]:
    """What is wrong with words as they were sent; with `missing` they are compulsory."""
    if missing and not text.strip():
        return [Reason(missing, "", field)]
    if len(text) > LONGEST:
        return [Reason(f"At most {LONGEST:,} characters; this has {len(text):,}.", "", field)]
    return []
