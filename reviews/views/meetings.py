"""Meetings: the list, planning one, its page, and what the chair does with it as a whole."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.clauses import marked as in_words
from accounts.models import Institution
from accounts.staff import dashboard, person_of
from journal import clock
from policies.reasons import Refused
from reviews.actions import meetings as actions
from reviews.meetings import calendar_file
from reviews.meetings import rules as meetings
from reviews.meetings.forms import MeetingForm, PlanForm
from reviews.meetings.reading import brief, listed, places
from reviews.models import Meeting
from reviews.views import meeting_card
from reviews.views.frame import framed, posted, put_refusal
from reviews.views.meeting_acts import ACTS

if TYPE_CHECKING:
    from accounts.models import Person

PAGE = 25


def find(request: HttpRequest, key: uuid.UUID) -> Meeting:
    """The meeting, for who may see it; another campus's is 404."""
    rows = Meeting.objects.visible_to(person_of(request))
    related = (
        "institution",
        "policy",
        "panel__proposal__policy",
        "keeper",
        "opened_by",
        "adjourned_by",
        "cancelled_by",
    )
    return get_object_or_404(rows.select_related(*related), pk=key)


def page(
    request: HttpRequest, template: str, meeting: Meeting, context: dict[str, Any], *, refused: bool = False
) -> HttpResponse:
    """A page about a meeting, in its campus's time."""
    whole = {
        "institution": meeting.institution,
        "meeting": meeting,
        "title": meeting.body_rules.name,
        **context,
    }
    return framed(request, template, meeting.zone, whole, refused=refused)


@dashboard
@require_GET
def meeting_list(request: HttpRequest) -> HttpResponse:
    """The meetings of my bodies: those ahead, then those that are over, with the minutes that offices read."""
    person = person_of(request)
    ahead = listed(Meeting.objects.visible_to(person).under_way())
    over = listed(Meeting.objects.read_by(person)).filter(state__in=["adjourned", "cancelled"])
    shown = Paginator(over.order_by("-starts_at", "pk"), PAGE).get_page(request.GET.get("page"))
    mine = set(
        Meeting.objects.visible_to(person)
        .filter(pk__in=[row.pk for row in shown])
        .values_list("pk", flat=True)
    )
    context = {
        "title": "Meetings",
        "ahead": [brief(row) for row in ahead],
        "over": [{**brief(row), "minutes_alone": row.pk not in mine} for row in shown],
        "page": shown,
        "plans": bool(places(person)),
        "institution": _campus(person),
    }
    return framed(request, "reviews/meetings/list.html", timezone.get_current_timezone(), context)


def _campus(person: Person) -> Institution | None:
    return Institution.objects.of(person).select_related("in_force").first()


@dashboard
def meeting_plan(request: HttpRequest) -> HttpResponse:
    """Plan a meeting of a body that I chair or manage."""
    person = person_of(request)
    offered = places(person)
    if not offered:
        raise PermissionDenied(meetings.RUNS)
    form = PlanForm(offered, posted(request))
    refusals: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        institution, body, panel = form.cleaned_data.pop("body")
        try:
            made = actions.plan(
                institution=institution, body=body.id, panel=panel, by=person, **form.cleaned_data
            )
        except Refused as error:
            refusals = put_refusal(form, error, institution.policy)
        else:
            messages.success(request, "Planned. Build the agenda, then call the members.")
            return redirect("agenda", made.pk)
    context = {"title": "Plan a meeting", "form": form, "refusals": refusals, "institution": _campus(person)}
    zone = timezone.get_current_timezone()
    return framed(request, "reviews/meetings/plan.html", zone, context, refused=request.method == "POST")


@dashboard
@require_GET
def meeting(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """When and where, the agenda with what came of it, who is there, what I can do."""
    found, person = find(request, key), person_of(request)
    return page(request, "reviews/meetings/meeting.html", found, meeting_card.context_of(found, person))


@dashboard
def meeting_change(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Another time, place or keeper of the minutes."""
    found = find(request, key)
    meetings.require_runner(found, person_of(request))
    form = MeetingForm(found.zone, posted(request), found)
    refusals = in_words(found.policy, meetings.ahead_reasons(found)) if request.method == "GET" else []
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(meeting=found, by=person_of(request), **form.cleaned_data)
        except Refused as error:
            refusals = put_refusal(form, error, found.policy)
        else:
            messages.success(request, "Changed. Whoever was called is told.")
            return redirect(found)
    context = {"heading": "Change the meeting", "form": form, "refusals": refusals, "submit": "Save"}
    return page(request, "reviews/meetings/form.html", found, context, refused=request.method == "POST")


@dashboard
def meeting_act(request: HttpRequest, key: uuid.UUID, act: str) -> HttpResponse:
    """Call, open, adjourn or cancel it, adopt the consent group: a page that says what follows, and the act."""
    if act not in ACTS:
        raise Http404("No such act")
    found, chosen = find(request, key), ACTS[act]
    meetings.require_runner(found, person_of(request))
    form = chosen.form(found, posted(request))
    refusals = in_words(found.policy, chosen.why_not(found)) if request.method == "GET" else []
    if request.method == "POST" and form.is_valid():
        try:
            chosen.perform(found, person_of(request), form.cleaned_data)
        except Refused as error:
            refusals = put_refusal(form, error, found.policy)
        else:
            messages.success(request, chosen.done)
            return redirect(found)
    context = {**chosen.consequences(found), "heading": chosen.title, "form": form, "refusals": refusals}
    context |= {"submit": chosen.title, "no": chosen.no, "back": found.get_absolute_url()}
    return page(request, "reviews/meetings/act.html", found, context, refused=request.method == "POST")


@dashboard
@require_GET
def meeting_calendar(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The meeting as a file for one's own calendar."""
    found = find(request, key)
    address = settings.SITE_URL + reverse("meeting", args=[found.pk])
    answer = HttpResponse(calendar_file.of_meeting(found, address, clock.now()), content_type="text/calendar")
    answer["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return answer
