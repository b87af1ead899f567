"""Who is in the room: record arrivals and departures, put times right, note who else was there."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.clauses import marked as in_words
from accounts.models import Person
from accounts.staff import dashboard, person_of
from policies.reasons import Refused
from reviews.actions import attendance as actions
from reviews.meetings import rules as meetings
from reviews.meetings.forms import ArrivalForm, StretchForm, WordsForm, local
from reviews.meetings.reading import shown
from reviews.models import Alternate, Attendance, Meeting, MeetingSeat
from reviews.views.frame import posted, put_refusal
from reviews.views.meetings import find, page


@dashboard
def attendance(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The roll with who is there and since when; posting notes who else was there."""
    found, person = find(request, key), person_of(request)
    meetings.require_keeper(found, person)
    form = _guests(found, posted(request))
    refusals = in_words(found.policy, meetings.session_reasons(found)) if request.method == "GET" else []
    if request.method == "POST" and form.is_valid():
        try:
            actions.note_guests(meeting=found, guests=form.cleaned_data["text"], by=person)
        except Refused as error:
            refusals = put_refusal(form, error, found.policy)
        else:
            messages.success(request, "Noted.")
            return redirect("attendance", key)
    context = {"facts": shown(found, person), "form": form, "refusals": refusals}
    return page(request, "reviews/meetings/attendance.html", found, context, refused=request.method == "POST")


def _guests(meeting: Meeting, data: Any) -> WordsForm:
    form = WordsForm(
        "Who else was there", data, required=False, help="Guests, in words. It stands in the minutes."
    )
    form.initial = {"text": meeting.guests}
    return form


@dashboard
@require_POST
def attendance_now(request: HttpRequest, key: uuid.UUID, line: int) -> HttpResponse:
    """This member comes or goes now (`act` is "arrive" or "leave")."""
    found, person = find(request, key), person_of(request)
    try:
        if request.POST.get("act") == "leave":
            actions.leave(meeting=found, line=line, by=person)
        else:
            actions.arrive(meeting=found, line=line, by=person)
    except Refused as error:
        messages.error(request, error.reasons[0].text)
    answer = redirect("attendance", key)
    answer["Location"] += f"#line-{line}"
    return answer


@dashboard
def attendance_arrive(request: HttpRequest, key: uuid.UUID, line: int) -> HttpResponse:
    """This member came at a certain time, or somebody came for them."""
    found = find(request, key)
    meetings.require_keeper(found, person_of(request))
    seat = get_object_or_404(found.roll.select_related("person"), pk=line)
    form = ArrivalForm(found, [seat.person, *_alternates(found, seat)], posted(request))
    refusals: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            actions.arrive(
                meeting=found,
                line=line,
                at=form.cleaned_data["at"],
                person=form.chosen(),
                by=person_of(request),
            )
        except Refused as error:
            refusals = put_refusal(form, error, found.policy)
        else:
            return redirect("attendance", key)
    context = {"heading": f"{seat.person} came", "form": form, "refusals": refusals, "submit": "Record it"}
    return page(request, "reviews/meetings/form.html", found, context, refused=request.method == "POST")


def _alternates(meeting: Meeting, seat: MeetingSeat) -> list[Person]:
    if not seat.alternates:
        return []
    rows = Alternate.objects.in_force().filter(
        institution=meeting.institution, body=meeting.body, principal=seat.person
    )
    return [row.delegate for row in rows.select_related("delegate")]


@dashboard
def attendance_correct(request: HttpRequest, key: uuid.UUID, stretch: int) -> HttpResponse:
    """Put the times of a stretch right, or take it out (`strike`)."""
    found = find(request, key)
    meetings.require_keeper(found, person_of(request))
    rows = Attendance.objects.select_related("person", "line__person", "meeting")
    row = get_object_or_404(rows, pk=stretch, meeting=found)
    initial = {"arrived_at": local(row.arrived_at, found.zone), "left_at": local(row.left_at, found.zone)}
    form = StretchForm(found, posted(request), initial)
    refusals: list[dict[str, Any]] = []
    strikes = "strike" in request.POST
    if request.method == "POST" and (strikes or form.is_valid()):
        try:
            _correct(row, {} if strikes else form.cleaned_data, person_of(request))
        except Refused as error:
            refusals = put_refusal(form, error, found.policy)
        else:
            return redirect("attendance", key)
    context = {"heading": f"{row}: put it right", "form": form, "refusals": refusals, "strike": row}
    return page(request, "reviews/meetings/form.html", found, context, refused=request.method == "POST")


def _correct(row: Attendance, given: dict[str, Any], by: Person) -> None:
    if given:
        actions.correct(attendance=row, by=by, **given)
    else:
        actions.strike(attendance=row, by=by)
