"""What a certifier does with a request over HTTP: look at its lines, mark them, release some, for a day, stop."""

from __future__ import annotations

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given, page
from issuance.actions import marking, planning, requests
from issuance.actions.marking import Mark
from issuance.actions.parting import RETURN
from issuance.api import REFUSED, RequestRow
from issuance.models import IssuanceRequest, RequestLine

COUNTS = inline_serializer("Changed", {"changed": serializers.IntegerField()})
STOPPED = inline_serializer(
    "Stopped", {"lines": serializers.IntegerField(), "deliveries": serializers.IntegerField()}
)


def request_of(request: Request, key: uuid.UUID) -> IssuanceRequest:
    """The request; one that the caller may not see is 404."""
    return get_object_or_404(IssuanceRequest.objects.visible_to(caller(request)), pk=key)


def row_of(request: Request, key: uuid.UUID) -> Response:
    """The request as the API shows it."""
    rows = IssuanceRequest.objects.visible_to(caller(request)).counted().select_related("requested_by")
    return Response(RequestRow(get_object_or_404(rows, pk=key)).data)


class ReleaseIn(serializers.Serializer[Any]):
    """A release: what becomes of the lines left out, and the day of the awards (at once without one)."""

    note = serializers.CharField(allow_blank=True, default="", max_length=10_000)
    rest = serializers.CharField(default=RETURN, max_length=20)
    due_on = serializers.DateField(allow_null=True, default=None)


@extend_schema(request=ReleaseIn, responses={200: RequestRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def request_approve(request: Request, key: uuid.UUID) -> Response:
    """Release the lines that are not left out (the certifying office); a worker then makes the awards, on `due_on`.

    `rest` says whether lines left out go back to the requester (`return`) or stay with the office (`keep`).
    """
    requests.approve(
        request=request_of(request, key), by=caller(request), **given(ReleaseIn(data=request.data))
    )
    return row_of(request, key)


class LineRow(serializers.ModelSerializer[RequestLine]):
    class Meta:
        model = RequestLine
        fields = (
            "number", "name", "email", "evidence_url", "narrative", "weight", "kinds", "held", "comment",
            "award", "problem",
        )  # fmt: skip


class MarkIn(serializers.Serializer[Any]):
    """What to note at one line."""

    number = serializers.IntegerField(min_value=0, max_value=2**31 - 1)
    held = serializers.BooleanField(default=False)
    comment = serializers.CharField(allow_blank=True, default="", max_length=10_000)


class MarksIn(serializers.Serializer[Any]):
    """Lines, or with `kind` all lines with that doubt."""

    lines = MarkIn(many=True, required=False)
    kind = serializers.CharField(required=False, allow_blank=True, max_length=20)
    held = serializers.BooleanField(default=True)


@extend_schema(
    methods=["GET"],
    parameters=[
        OpenApiParameter(
            "show", description="A kind of doubt, or against, unusual, doubtful, held, commented."
        ),
        OpenApiParameter("q", description="Words in names and addresses."),
    ],
    responses=LineRow(many=True),
)
@extend_schema(methods=["POST"], request=MarksIn, responses={200: COUNTS, 403: REFUSED, 409: REFUSED})
@api_view(["GET", "POST"])
def request_lines(request: Request, key: uuid.UUID) -> Response:
    """The lines, those with something to look at first; POST leaves some out, or comments on them."""
    found = request_of(request, key)
    if request.method == "POST":
        return Response({"changed": _mark(request, found)})
    lines = marking.of_kind(found.lines.all(), request.query_params.get("show", ""))
    asked = request.query_params.get("q", "").replace("\x00", "").strip()[:200]
    return page(request, lines.about(asked).order_by("-weight", "number"), LineRow)


def _mark(request: Request, found: IssuanceRequest) -> int:
    data, by = given(MarksIn(data=request.data)), caller(request)
    if "kind" in data:
        return marking.leave_out(request=found, kind=data["kind"], by=by, held=data["held"])
    marks = {one["number"]: Mark(one["held"], one["comment"]) for one in data.get("lines", [])}
    return marking.mark(request=found, marks=marks, by=by)


@extend_schema(request=None, responses={200: COUNTS, 403: REFUSED})
@api_view(["POST"])
def request_look(request: Request, key: uuid.UUID) -> Response:
    """Look at all lines again."""
    found = request_of(request, key)
    return Response({"changed": marking.look_again(request=found, by=caller(request))})


class DayIn(serializers.Serializer[Any]):
    """On which day; none is at once."""

    due_on = serializers.DateField(allow_null=True)


@extend_schema(request=DayIn, responses={200: RequestRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def request_day(request: Request, key: uuid.UUID) -> Response:
    """Award what is released on another day, or now."""
    data = given(DayIn(data=request.data))
    planning.change_day(request=request_of(request, key), due_on=data["due_on"], by=caller(request))
    return row_of(request, key)


class StopIn(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(allow_blank=True, default="", max_length=300)


@extend_schema(request=StopIn, responses={200: RequestRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def request_recall(request: Request, key: uuid.UUID) -> Response:
    """Take back a release whose day has not come."""
    reason = given(StopIn(data=request.data))["reason"]
    planning.recall(request=request_of(request, key), by=caller(request), reason=reason)
    return row_of(request, key)


@extend_schema(request=StopIn, responses={200: STOPPED, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def request_stop(request: Request, key: uuid.UUID) -> Response:
    """Stop what has not left."""
    reason = given(StopIn(data=request.data))["reason"]
    return Response(planning.stop(request=request_of(request, key), by=caller(request), reason=reason))
