"""Where a proposal stands on agendas: for everybody who sees the proposal; when and which reading, never what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reviews.meetings.agenda import CAME, READINGS
from reviews.models import AgendaItem, Came, MeetingState

if TYPE_CHECKING:
    from accounts.models import Person
    from proposals.models import Proposal

TOLD = (MeetingState.CALLED, MeetingState.IN_SESSION, MeetingState.ADJOURNED)


def facts(proposal: Proposal, person: Person) -> list[dict[str, Any]]:
    """The meetings that were called on whose agenda it stands or stood, the latest first: body, when, where, reading,
    and whether it was read or put off there. What was voted stands with the ballot. One query."""
    rows = AgendaItem.objects.filter(step__proposal=proposal, meeting__state__in=TOLD)
    rows = rows.select_related("meeting__policy").order_by("-meeting__starts_at", "position")
    return [_shown(row) for row in rows]


def _shown(item: AgendaItem) -> dict[str, Any]:
    meeting = item.meeting
    return {
        "meeting": str(meeting.pk),
        "body": meeting.body_rules.name,
        "starts_at": meeting.starts_at,
        "zone": meeting.zone.key,
        "place": meeting.place,
        "state": meeting.state,
        "reading": item.reading,
        "reading_word": READINGS.get(item.reading, ""),
        "came": item.came,
        "came_word": CAME[Came(item.came)] if item.came else "",
    }


def section(proposal: Proposal, person: Person) -> dict[str, Any] | None:
    """What the proposal's page shows; None where no meeting has it on its agenda."""
    found = facts(proposal, person)
    return {"template": "reviews/parts/on_agendas.html", "agendas": found} if found else None
