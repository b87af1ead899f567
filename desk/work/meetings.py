"""Meetings on the dashboard's front page: the next ones of one's bodies, draft minutes, what waits for a meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.urls import reverse

from desk.work.item import Item, Items, counted, first
from reviews.meetings.queues import steps_to_meet_on
from reviews.meetings.reading import listed
from reviews.meetings.rules import written
from reviews.models import Meeting, MeetingState, MinutesState

if TYPE_CHECKING:
    from desk.work.standing import Standing

NEXT = 5
MOST = 50
STATES = {
    "planned": "It is planned. The members have not been called yet.",
    "called": "You are called.",
    "in_session": "It is in session.",
}


def of_bodies(standing: Standing) -> tuple[list[Item], list[Item]]:
    """(the next meetings that the person is called to or keeps the minutes of, the one under way on top; minutes that
    have not been approved, the oldest first); one query."""
    if not standing.ties.meets:
        return [], []
    drafted = Q(state=MeetingState.ADJOURNED, minutes_state=MinutesState.DRAFT)
    mine = Meeting.objects.of_member(standing.person).filter(Q(state__in=STATES) | drafted)
    rows = listed(mine).annotate(over=drafted, number=Count("items", filter=Q(items__came="")))
    found = list(rows.order_by("over", "starts_at", "pk")[:MOST])
    over = [meeting for meeting in found if meeting.is_over]
    coming = [meeting for meeting in found if not meeting.is_over]
    return [_ahead(meeting) for meeting in coming[:NEXT]], [_draft(meeting) for meeting in over[:NEXT]]


def _ahead(meeting: Meeting) -> Item:
    agenda = _agenda(meeting.number)  # type: ignore[attr-defined]
    return Item(
        title=meeting.body_rules.name,
        text=STATES[meeting.state],
        url=meeting.get_absolute_url(),
        place=meeting.place or meeting.institution.name,
        facts=[written(meeting.starts_at, meeting.zone), agenda],
        overdue=meeting.is_late,
    )


def _agenda(number: int) -> str:
    return counted(number, "item on the agenda", "items on the agenda") if number else "No agenda yet"


def _draft(meeting: Meeting) -> Item:
    return Item(
        title=f"Minutes of {meeting}",
        text="A draft: read it, and note what should be read differently.",
        url=reverse("minutes", args=[meeting.pk]),
        place=meeting.institution.name,
        since=meeting.adjourned_at,
    )


def to_plan(standing: Standing) -> list[Item]:
    """Proposals before a body that votes in meetings alone, on no agenda yet."""
    if not (standing.ties.sits or standing.decides):
        return []
    rows, more = first(steps_to_meet_on(standing.person), standing, MOST)
    found = [
        Item(
            title=str(step.proposal),
            text="It is read in one meeting and voted on in a later one. Put it on an agenda.",
            url=reverse("meetings"),
            place=step.proposal.policy.pack.body(step.body).name,
            since=step.opened_at,
        )
        for step in rows
    ]
    whole = reverse("waiting", args=["for-meetings"])
    return Items(found, more=more, whole=whole, words="Proposals for a meeting")
