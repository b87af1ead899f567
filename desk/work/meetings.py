"""Meetings on the dashboard's front page: the next ones of one's bodies, draft minutes, what waits for a meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.urls import reverse

from desk.work.item import Item, counted
from reviews.meetings.queues import steps_to_meet_on
from reviews.meetings.reading import listed
from reviews.meetings.rules import written
from reviews.models import Meeting

if TYPE_CHECKING:
    from accounts.models import Person

NEXT = 5
MOST = 50
STATES = {
    "planned": "It is planned. The members have not been called yet.",
    "called": "You are called.",
    "in_session": "It is in session.",
}


def ahead(person: Person) -> list[Item]:
    """The next meetings that the person is called to or keeps the minutes of, the one under way on top."""
    rows = listed(Meeting.objects.of_member(person).under_way())
    return [
        Item(
            title=meeting.body_rules.name,
            text=STATES[meeting.state],
            url=meeting.get_absolute_url(),
            place=meeting.place or meeting.institution.name,
            facts=[written(meeting.starts_at, meeting.zone), _agenda(meeting.number)],
            overdue=meeting.is_late,
        )
        for meeting in rows.annotate(number=Count("items", filter=Q(items__came="")))[:NEXT]
    ]


def _agenda(number: int) -> str:
    return counted(number, "item on the agenda", "items on the agenda") if number else "No agenda yet"


def drafts(person: Person) -> list[Item]:
    """Minutes of the person's bodies that have not been approved, the oldest first."""
    rows = Meeting.objects.of_member(person).filter(state="adjourned", minutes_state="draft")
    return [
        Item(
            title=f"Minutes of {meeting}",
            text="A draft: read it, and note what should be read differently.",
            url=reverse("minutes", args=[meeting.pk]),
            place=meeting.institution.name,
            since=meeting.adjourned_at,
        )
        for meeting in listed(rows).order_by("adjourned_at", "pk")[:NEXT]
    ]


def to_plan(person: Person) -> list[Item]:
    """Proposals before a body that votes in meetings alone, on no agenda yet."""
    return [
        Item(
            title=str(step.proposal),
            text="It is read in one meeting and voted on in a later one. Put it on an agenda.",
            url=reverse("meetings"),
            place=step.proposal.policy.pack.body(step.body).name,
            since=step.opened_at,
        )
        for step in steps_to_meet_on(person)[:MOST]
    ]
