"""Meetings over HTTP: those I may see, one, its minutes; plan, change, call, cancel, open, adjourn it."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.addressees import people_at
from accounts.listing import caller, given, page
from accounts.models import Person
from reviews.actions import floor, meetings, minutes
from reviews.api.ballots import REFUSED
from reviews.api.meeting_shapes import MeetingWhole, MinutesWhole
from reviews.meetings import minutes as reading
from reviews.meetings.papers_listed import papers_of
from reviews.meetings.reading import brief, listed, places, shown
from reviews.meetings.rules import LONGEST, LONGEST_PLACE, RUNS
from reviews.models import Meeting, MeetingState

DONE = {200: MeetingWhole, 403: REFUSED, 409: REFUSED}


class ChangeIn(serializers.Serializer[Any]):
    """When (with its offset from UTC), where, and who keeps the minutes."""

    starts_at = serializers.DateTimeField()
    place = serializers.CharField(allow_blank=True, default="", max_length=LONGEST_PLACE)
    keeper = serializers.EmailField(required=False, allow_null=True, default=None)


class PlanIn(ChangeIn):
    """`body` is "<campus>:<body>", or "panel:<id>" for a body that was formed for one proposal."""

    body = serializers.CharField(max_length=100)


class OpenIn(serializers.Serializer[Any]):
    """The lines of the roll of those who are there."""

    present = serializers.ListField(child=serializers.IntegerField(), required=False, default=list)


class CancelIn(serializers.Serializer[Any]):
    reason = serializers.CharField(allow_blank=True, default="", max_length=LONGEST)


class WordsIn(serializers.Serializer[Any]):
    text = serializers.CharField(allow_blank=True, default="", max_length=LONGEST)


def known_person(address: str, field: str) -> Person:
    """The person behind an address; refused where there is none."""
    return people_at([address], field)[0]


def person_at(address: str | None, field: str) -> Person | None:
    """The person behind an address; None for none."""
    return known_person(address, field) if address else None


def _timed(form: ChangeIn) -> dict[str, Any]:
    data = given(form)
    return {**data, "keeper": person_at(data["keeper"], "keeper")}


def find(request: Request, key: uuid.UUID) -> Meeting:
    """The meeting, for who may see it."""
    rows = listed(Meeting.objects.visible_to(caller(request)))
    return get_object_or_404(rows.select_related("panel__proposal__policy", "opened_by"), pk=key)


def answer(request: Request, key: uuid.UUID) -> Response:
    """The meeting as it now is."""
    return Response(_whole(request, key))


def _whole(request: Request, key: uuid.UUID) -> dict[str, Any]:
    meeting, person = find(request, key), caller(request)
    return {**shown(meeting, person), "papers": papers_of(meeting, person)}


STATE = OpenApiParameter("state", enum=MeetingState.values)


@extend_schema(methods=["GET"], operation_id="meetings_list", parameters=[STATE], responses=dict)
@extend_schema(methods=["POST"], request=PlanIn, responses={201: MeetingWhole, 403: REFUSED, 409: REFUSED})
@api_view(["GET", "POST"])
def meeting_list(request: Request) -> Response:
    """Meetings you may see, the latest first; POST plans one."""
    if request.method == "POST":
        return _plan(request)
    rows = listed(Meeting.objects.visible_to(caller(request)))
    if state := request.query_params.get("state"):
        rows = rows.filter(state=state)
    return page(request, rows.order_by("-starts_at", "pk"), brief)


def _plan(request: Request) -> Response:
    data = _timed(PlanIn(data=request.data))
    offered = places(caller(request))
    if (key := data.pop("body")) not in offered:
        raise PermissionDenied(RUNS)
    institution, body, panel = offered[key]
    made = meetings.plan(institution=institution, body=body.id, panel=panel, by=caller(request), **data)
    return Response(_whole(request, made.pk), status=status.HTTP_201_CREATED)


@extend_schema(responses=MeetingWhole)
@api_view(["GET"])
def meeting_detail(request: Request, key: uuid.UUID) -> Response:
    """One meeting: agenda, roll with who is in the room, quorum while it is in session."""
    return answer(request, key)


@extend_schema(request=ChangeIn, responses=DONE)
@api_view(["POST"])
def meeting_change(request: Request, key: uuid.UUID) -> Response:
    """Another time, place or keeper of the minutes (the chair, the programme manager)."""
    meetings.change(meeting=find(request, key), by=caller(request), **_timed(ChangeIn(data=request.data)))
    return answer(request, key)


@extend_schema(request=None, responses=DONE)
@api_view(["POST"])
def meeting_call(request: Request, key: uuid.UUID) -> Response:
    """Call the members (the chair, the programme manager)."""
    meetings.call(meeting=find(request, key), by=caller(request))
    return answer(request, key)


@extend_schema(request=CancelIn, responses=DONE)
@api_view(["POST"])
def meeting_cancel(request: Request, key: uuid.UUID) -> Response:
    """Call it off, with a reason (the chair, the programme manager)."""
    meetings.cancel(meeting=find(request, key), by=caller(request), **given(CancelIn(data=request.data)))
    return answer(request, key)


@extend_schema(request=OpenIn, responses=DONE)
@api_view(["POST"])
def meeting_open(request: Request, key: uuid.UUID) -> Response:
    """Open it, with those who are there (the chair, the programme manager)."""
    meetings.open_session(meeting=find(request, key), by=caller(request), **given(OpenIn(data=request.data)))
    return answer(request, key)


@extend_schema(request=None, responses=DONE)
@api_view(["POST"])
def meeting_adjourn(request: Request, key: uuid.UUID) -> Response:
    """End it (the chair, the programme manager)."""
    meetings.adjourn(meeting=find(request, key), by=caller(request))
    return answer(request, key)


@extend_schema(request=None, responses=DONE)
@api_view(["POST"])
def meeting_adopt(request: Request, key: uuid.UUID) -> Response:
    """Adopt the consent group (the chair, the programme manager); all of it or nothing."""
    floor.adopt_consent(meeting=find(request, key), by=caller(request))
    return answer(request, key)


# --- minutes -------------------------------------------------------------------------------------
def _over(request: Request, key: uuid.UUID) -> Meeting:
    rows = Meeting.objects.read_by(caller(request)).filter(state=MeetingState.ADJOURNED)
    return get_object_or_404(listed(rows), pk=key)


@extend_schema(responses=MinutesWhole)
@api_view(["GET"])
def minutes_detail(request: Request, key: uuid.UUID) -> Response:
    """What the minutes say; offices of the campus read them once they are approved."""
    found = _over(request, key)
    return Response({**reading.said(found), "papers": papers_of(found, caller(request))})


@extend_schema(request=WordsIn, responses={200: dict, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def minutes_correct(request: Request, key: uuid.UUID) -> Response:
    """Note what should be read differently (members; after the approval the chair, the programme manager)."""
    minutes.correct(meeting=_over(request, key), by=caller(request), **given(WordsIn(data=request.data)))
    return Response(reading.said(_over(request, key)))


class HowIn(serializers.Serializer[Any]):
    how = serializers.CharField(allow_blank=True, default="", max_length=LONGEST)


@extend_schema(request=HowIn, responses={200: dict, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def minutes_approve(request: Request, key: uuid.UUID) -> Response:
    """Record that the body approved the minutes, and how (the chair, the programme manager)."""
    minutes.approve(meeting=_over(request, key), by=caller(request), **given(HowIn(data=request.data)))
    return Response(reading.said(_over(request, key)))
