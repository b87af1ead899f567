"""What the office keeps of a person: sessions that they registered for, and what they asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.keepers import Told
from outreach.models import Enquiry, Feedback, Registration

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from accounts.models import Institution, Person
    from policies.reasons import Reason


def told(person: Person) -> list[Told]:
    """Registrations and enquiries of their address."""
    seats = Registration.objects.filter(email=person.email).select_related("session__institution")
    asked = Enquiry.objects.filter(email=person.email).select_related("institution")
    return [
        Told(
            "sessions",
            "Sessions you registered for",
            "So that you have a seat, and that a training counts.",
            "Your name and address are taken out; that somebody came is kept.",
            [_seat(row) for row in seats.order_by("asked_at")],
        ),
        Told(
            "enquiries",
            "What you asked the office",
            "So that you get an answer, and nobody has to ask twice.",
            "Your name and address are taken out; question and answer are kept without them.",
            [_enquiry(row) for row in asked.order_by("asked_at")],
        ),
        Told(
            "feedback",
            "What you said of drafts, with your address",
            "So that a draft gets better by what the campus says of it.",
            "Your name and address are taken out; what was said is kept without them.",
            [
                {
                    "campus": row.conversation.institution.name,
                    "name": row.name,
                    "text": row.text,
                    "said_at": row.said_at,
                }
                for row in _feedback(person).order_by("said_at")
            ],
        ),
    ]


def _feedback(person: Person) -> QuerySet[Feedback]:
    return Feedback.objects.filter(email=person.email).select_related("conversation__institution")


def _seat(row: Registration) -> dict[str, object]:
    return {
        "campus": row.session.institution.name,
        "session": row.session.title,
        "name": row.name,
        "state": row.get_state_display(),
        "asked_at": row.asked_at,
        "attendance": row.get_attendance_display(),
    }


def _enquiry(row: Enquiry) -> dict[str, object]:
    return {
        "campus": row.institution.name,
        "name": row.name,
        "text": row.text,
        "for": row.group,
        "asked_at": row.asked_at,
        "answer": row.answer,
        "answered_at": row.answered_at,
    }


def refusals(person: Person) -> list[Reason]:
    """None."""
    return []


def erase(person: Person, to: Person) -> Iterable[Institution]:
    """Take out name and address."""
    seats = Registration.objects.filter(email=person.email).select_related("session__institution")
    asked = Enquiry.objects.filter(email=person.email).select_related("institution")
    said = _feedback(person)
    campuses = {row.session.institution for row in seats} | {row.institution for row in asked}
    campuses |= {row.conversation.institution for row in said}
    said.update(name="", email="")
    seats.update(name="", email="")
    asked.update(name="", email="")
    return campuses
