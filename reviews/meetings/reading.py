"""What a person is shown of a meeting: the same for the page and the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.authority import institutions_of
from journal import clock
from reviews.meetings import agenda, minutes, presence, presiding, quorum
from reviews.meetings import rules as meetings
from reviews.meetings.minutes import roll_of
from reviews.models import Meeting, MeetingState, Panel

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Institution, Person
    from policies.schema import Body
    from reviews.models import MeetingSeat

WORDS = {
    MeetingState.PLANNED: ("Planned", "past", "draft"),
    MeetingState.CALLED: ("Called", "now", "waiting"),
    MeetingState.IN_SESSION: ("In session", "now", "here"),
    MeetingState.ADJOURNED: ("Over", "past", "done"),
    MeetingState.CANCELLED: ("Called off", "past", "ended"),
}
Place = tuple["Institution", "Body", Panel | None]


def listed(rows: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Meetings with what `brief` reads."""
    return rows.select_related("institution", "policy", "keeper")


def brief(meeting: Meeting) -> dict[str, Any]:
    """One meeting in a list."""
    word, tone, shape = WORDS[MeetingState(meeting.state)]
    return {
        "id": str(meeting.pk),
        "institution": meeting.institution.slug,
        "campus": meeting.institution.name,
        "body": meeting.body,
        "body_name": meeting.body_rules.name,
        "starts_at": meeting.starts_at,
        "zone": meeting.zone.key,
        "place": meeting.place,
        "keeper": str(meeting.keeper) if meeting.keeper else "",
        "state": meeting.state,
        "word": word,
        "tone": tone,
        "shape": shape,
        "called_at": meeting.called_at,
        "opened_at": meeting.opened_at,
        "adjourned_at": meeting.adjourned_at,
        "cancelled_reason": meeting.cancelled_reason,
        "minutes_state": meeting.minutes_state if meeting.is_over else "",
        "late": meeting.is_late,
    }


def shown(meeting: Meeting, person: Person) -> dict[str, Any]:
    """The whole meeting: agenda, roll with who is in the room, quorum while it is in session, what I am to it."""
    roll = roll_of(meeting)
    return {
        **brief(meeting),
        "agenda": agenda.agenda_of(meeting),
        "roll": [_line(seat) for seat in roll],
        "guests": meeting.guests,
        "quorum": _quorum(meeting, roll) if meeting.in_session else None,
        "presiding": presiding.now(meeting),
        "my": {
            "runs": meetings.runs(meeting, person),
            "keeps": meetings.keeps(meeting, person),
            "sits": meetings.sits(meeting, person),
        },
    }


def _line(seat: MeetingSeat) -> dict[str, Any]:
    """A line of the roll; `since` is set while somebody is in the room for it."""
    stretches = list(seat.stretches.all())
    here = next((row for row in stretches if row.left_at is None), None)
    return {
        "line": seat.pk,
        "name": str(seat.person),
        "seat": seat.title,
        "chair": seat.chair,
        "votes": seat.votes,
        "since": here.arrived_at if here else None,
        "by": str(here.person) if here and here.person_id != seat.person_id else "",
        "stretches": [{"id": row.pk, **minutes.stretch(seat, row)} for row in stretches],
    }


def _quorum(meeting: Meeting, roll: list[MeetingSeat]) -> dict[str, Any]:
    """How many seats that count are in the room now, and how many it takes."""
    there = presence.room([row for seat in roll for row in seat.stretches.all()], clock.now())
    found = quorum.of_room(meeting, there, roll)
    return {**found, "quorate": found["present"] >= found["needed"]}


# --- where one may plan --------------------------------------------------------------------------
def places(person: Person) -> dict[str, Place]:
    """The bodies whose meetings the person runs, by a key: standing ones of their campuses, and panels that judge now."""
    found: dict[str, Place] = {}
    for institution in institutions_of(person):
        if institution.in_force_id is None:
            continue
        for body in institution.policy.pack.bodies:
            if body.formed == "standing" and meetings.may_run(institution, body, None, person):
                found[f"{institution.slug}:{body.id}"] = (institution, body, None)
    for panel in _panels(person):
        institution, body = panel.proposal.institution, panel.proposal.policy.pack.body(panel.body)
        if meetings.may_run(institution, body, panel, person):
            found[f"panel:{panel.pk}"] = (institution, body, panel)
    return found


def _panels(person: Person) -> QuerySet[Panel]:
    """Panels whose vote is open, among those that the person may see."""
    rows = Panel.objects.visible_to(person).filter(
        proposal__steps__status="open", proposal__steps__kind="ballot"
    )
    return rows.select_related("proposal__institution", "proposal__policy").distinct()[:50]


def place_name(place: Place) -> str:
    """A body as the form of a new meeting offers it."""
    institution, body, panel = place
    return f"{body.name}, for “{panel.proposal}”" if panel else f"{body.name}, {institution}"
