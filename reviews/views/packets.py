"""The packet of a meeting: its page, how far it is, asking for it; and the minutes on paper."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.clauses import marked as in_words
from accounts.staff import dashboard, person_of
from journal import clock
from journal.papers.answers import answer
from journal.papers.sizes import size_of
from policies.reasons import Refused
from reviews.actions import packets as actions
from reviews.meetings import minutes as reading
from reviews.meetings import minutes_paper, packets
from reviews.views.meetings import find, page
from reviews.views.minutes import find_minutes

if TYPE_CHECKING:
    from reviews.models import Meeting


@dashboard
def packet(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """My edition of the packet, and how far it is; posting has it made, or made anew. htmx asks for the middle alone."""
    found, person = find(request, key), person_of(request)
    if not packets.may_read(found, person):
        raise PermissionDenied(packets.NOT_YOURS)
    refusals: list[dict[str, Any]] = []
    if request.method == "POST":
        try:
            actions.ask(meeting=found, by=person)
        except Refused as error:
            refusals = in_words(found.policy, error.reasons)
        else:
            messages.success(request, "It is being made. You can leave this page.")
            return redirect("packet", key)
    part = bool(getattr(request, "htmx", False)) and request.method == "GET"
    template = "reviews/meetings/packet_part.html" if part else "reviews/meetings/packet.html"
    context = {"packet": _shown(found, request), "refusals": refusals, "heading": "Packet"}
    return page(request, template, found, context, refused=request.method == "POST")


def _shown(meeting: Meeting, request: HttpRequest) -> dict[str, Any]:
    """What the page shows; it asks again by itself while something is still to come."""
    shown = packets.shown(meeting, person_of(request))
    going_on = shown["state"] in ("waiting", "making")
    return {
        **shown,
        "poll": reverse("packet", args=[meeting.pk]) if going_on else "",
        "can": not shown["reasons"],
    }


@require_safe
def minutes_paper_of(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The minutes as a PDF, for who may read them."""
    found = find_minutes(request, key)
    data = minutes_paper.minutes(reading.said(found), clock.now(), size_of(found.institution))
    return answer(request, data, f"minutes {found}")
