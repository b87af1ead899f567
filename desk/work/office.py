"""What waits for those who run an office: questions to answer, attendance to mark."""

from __future__ import annotations

from django.urls import reverse
from django.utils.text import Truncator

from desk.work.item import MOST, Item, Items, first
from desk.work.standing import Standing
from journal import clock
from outreach.models import Enquiry, Session


def enquiries(standing: Standing) -> list[Item]:
    """Questions and requests without an answer, the oldest first."""
    if not standing.runs_office:
        return []
    waiting = Enquiry.objects.visible_to(standing.person).waiting().select_related("institution", "unit")
    rows, more = first(waiting, standing, MOST)
    found = [
        Item(
            title=enquiry.get_kind_display() + (f" for {enquiry.whom}" if enquiry.whom else ""),
            text=Truncator(enquiry.text).chars(160),
            url=reverse("office_enquiry", args=[enquiry.pk]),
            place=str(enquiry.institution),
            since=enquiry.confirmed_at,
        )
        for enquiry in rows
    ]
    return Items(found, more=more, whole=reverse("outreach_home"), words="Questions and requests")


def to_mark(standing: Standing) -> list[Item]:
    """Sessions that were held, of which nobody has said who came."""
    if not standing.runs_office:
        return []
    held = Session.objects.visible_to(standing.person).to_mark(clock.now()).select_related("institution")
    rows, more = first(held, standing, MOST)
    found = [
        Item(
            title=session.title,
            text="Say who came.",
            url=reverse("office_session", args=[session.pk]),
            place=str(session.institution),
            since=session.ends_at,
        )
        for session in rows
    ]
    return Items(found, more=more, whole=reverse("outreach_home"), words="Sessions")
