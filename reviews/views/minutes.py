"""Minutes: read and print them, note what should be read differently, record that the body approved them."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.clauses import marked as in_words
from accounts.staff import dashboard, person_of
from policies.reasons import Refused
from reviews.actions import minutes as actions
from reviews.meetings import minutes as reading
from reviews.meetings import rules as meetings
from reviews.meetings.forms import WordsForm
from reviews.models import Meeting, MinutesState
from reviews.views.frame import posted, put_refusal
from reviews.views.meetings import find, page

RELATED = (
    "institution", "policy", "panel__proposal__policy", "keeper", "opened_by", "adjourned_by", "approved_by",
    "approved_in__policy",
)  # fmt: skip


def find_minutes(request: HttpRequest, key: uuid.UUID) -> Meeting:
    """A meeting that is over, for who may read its minutes; else 404."""
    rows = Meeting.objects.read_by(person_of(request)).filter(state="adjourned")
    return get_object_or_404(rows.select_related(*RELATED), pk=key)


@dashboard
def minutes(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What the minutes say; posting adds a note to them."""
    found, person = find_minutes(request, key), person_of(request)
    allowed = actions.may_correct(found, person)
    if request.method == "POST" and not allowed:
        raise PermissionDenied("Members of the body note corrections.")
    form = WordsForm(
        "What should be read differently",
        posted(request),
        help="It stands below the minutes, with your name.",
    )
    refusals: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct(meeting=found, text=form.cleaned_data["text"], by=person)
        except Refused as error:
            refusals = put_refusal(form, error, found.policy)
        else:
            messages.success(request, "Your note stands below the minutes.")
            return redirect("minutes", key)
    said = reading.said(found)
    context: dict[str, Any] = {"said": said, "form": form if allowed else None, "refusals": refusals}
    context |= {"sees": _sees(found, request), "approve": _approve_address(found, request)}
    return page(request, "reviews/meetings/minutes.html", found, context, refused=request.method == "POST")


def _sees(meeting: Meeting, request: HttpRequest) -> bool:
    """Whether the meeting's own page opens too; offices read the minutes alone."""
    return Meeting.objects.visible_to(person_of(request)).filter(pk=meeting.pk).exists()


def _approve_address(meeting: Meeting, request: HttpRequest) -> str:
    draft = meeting.minutes_state == MinutesState.DRAFT
    return (
        reverse("minutes_approve", args=[meeting.pk])
        if draft and meetings.runs(meeting, person_of(request))
        else ""
    )


@dashboard
def minutes_approve(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Record that the body approved the minutes, and how."""
    found = find(request, key)
    meetings.require_runner(found, person_of(request))
    form = WordsForm(
        "How the body approved them", posted(request), help="Such as: by e-mail, nobody objected by 3 March."
    )
    refusals = in_words(found.policy, actions.approve_reasons(found)) if request.method == "GET" else []
    if request.method == "POST" and form.is_valid():
        try:
            actions.approve(meeting=found, how=form.cleaned_data["text"], by=person_of(request))
        except Refused as error:
            refusals = put_refusal(form, error, found.policy)
        else:
            messages.success(request, "The minutes are approved.")
            return redirect("minutes", key)
    context = {
        "heading": "The minutes are approved",
        "changes": ["The minutes stay as they read now, with a seal. Offices of the campus can read them."],
        "told": [],
        "final": ["Nothing about this meeting changes any more. What is wrong is noted below the minutes."],
        "form": form,
        "refusals": refusals,
        "submit": "Approve the minutes",
        "back": reverse("minutes", args=[key]),
    }
    return page(request, "reviews/meetings/act.html", found, context, refused=request.method == "POST")
