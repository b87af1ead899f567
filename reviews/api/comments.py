"""Comments, concerns and the views of units over HTTP; never more than the caller may read."""

from __future__ import annotations

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given, page
from accounts.models import Unit
from policies.reasons import Reason, Refused
from proposals.models import Proposal
from reviews.actions import comments, views
from reviews.models import AskedView, Comment, CommentVersion, Visibility

REFUSED = OpenApiResponse(description="Refused: `{detail, reasons: [{clause, text, field}]}`")
OPEN = OpenApiParameter("open", bool, description="`1`: only what waits for an answer.")
FIELD = OpenApiParameter("field", description='Only on this question, "section.field".')


class CommentIn(serializers.Serializer[Any]):
    """A comment on `field` ("section.field", empty for the whole), or a reply to `parent`, whose field and visibility
    hold for it."""

    text = serializers.CharField(trim_whitespace=False)
    field = serializers.CharField(max_length=100, allow_blank=True, default="")
    visibility = serializers.ChoiceField(choices=Visibility.choices, required=False, default="")
    concern = serializers.BooleanField(default=False)
    parent: Any = serializers.UUIDField(required=False, allow_null=True, default=None)


class TextIn(serializers.Serializer[Any]):
    text = serializers.CharField(trim_whitespace=False)


class ReasonIn(serializers.Serializer[Any]):
    reason = serializers.CharField(allow_blank=True, default="")


class AskIn(serializers.Serializer[Any]):
    """Which unit is asked; `required`: no step closes before it has answered."""

    unit = serializers.UUIDField()
    question = serializers.CharField(allow_blank=True, default="")
    required: Any = serializers.BooleanField(default=False)


class VersionRow(serializers.ModelSerializer[CommentVersion]):
    class Meta:
        model = CommentVersion
        fields = ("number", "text", "at")


class CommentRow(serializers.ModelSerializer[Comment]):
    """`text` is the latest version, `versions` are all; `answers` marks the written answer to a concern."""

    author = serializers.CharField(source="author.name")
    settled_by = serializers.CharField(source="settled_by.name", allow_null=True, default=None)
    revision = serializers.IntegerField(source="revision.number")
    text = serializers.CharField()
    edited_at = serializers.DateTimeField(allow_null=True)
    versions = VersionRow(many=True)

    class Meta:
        model = Comment
        fields = (
            "id", "proposal", "revision", "field", "parent", "author", "body", "visibility", "concern", "answers",
            "text", "written_at", "edited_at", "withdrawn_at", "settled_at", "settled_by", "versions",
        )  # fmt: skip


class ViewRow(serializers.ModelSerializer[AskedView]):
    """A unit asked for its view; `answer` is empty until its head has answered."""

    unit_name = serializers.CharField(source="unit.name")
    revision = serializers.IntegerField(source="revision.number")
    asked_by = serializers.CharField(source="asked_by.name")
    answered_by = serializers.CharField(source="answered_by.name", allow_null=True, default=None)
    on_behalf_of = serializers.CharField(source="on_behalf_of.name", allow_null=True, default=None)
    withdrawn_by = serializers.CharField(source="withdrawn_by.name", allow_null=True, default=None)

    class Meta:
        model = AskedView
        fields = (
            "id", "proposal", "revision", "unit", "unit_name", "required", "question", "asked_by", "asked_at",
            "answer", "answered_by", "on_behalf_of", "answered_at", "withdrawn_by", "withdrawn_at", "withdrawn_reason",
        )  # fmt: skip


def _proposal(request: Request, key: uuid.UUID) -> Proposal:
    return get_object_or_404(Proposal.objects.visible_to(caller(request)), pk=key)


def _is_on(request: Request, name: str) -> bool:
    return request.query_params.get(name) in ("1", "true")


def _given(request: Request, form: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    return given(form(data=request.data))


@extend_schema(
    operation_id="comments_list", methods=["GET"], parameters=[OPEN, FIELD], responses=CommentRow(many=True)
)
@extend_schema(
    operation_id="comments_create",
    methods=["POST"],
    request=CommentIn,
    responses={201: CommentRow, 409: REFUSED},
)
@api_view(["GET", "POST"])
def comment_list(request: Request, key: uuid.UUID) -> Response:
    """What was said about the proposal, as you may read it, oldest first; POST comments or replies."""
    proposal = _proposal(request, key)
    rows = Comment.objects.readable_by(caller(request)).filter(proposal=proposal)
    if request.method == "POST":
        given = _given(request, CommentIn)
        parent = get_object_or_404(rows, pk=given["parent"]) if given["parent"] else None
        made = comments.add(proposal=proposal, by=caller(request), **{**given, "parent": parent})
        return Response(CommentRow(made).data, status=status.HTTP_201_CREATED)
    if _is_on(request, "open"):
        rows = rows.unanswered()
    if "field" in request.query_params:
        rows = rows.filter(field=request.query_params["field"])
    return page(request, rows.whole(), CommentRow)


def _said(request: Request, key: uuid.UUID) -> Comment:
    return get_object_or_404(Comment.objects.visible_to(caller(request)).whole(), pk=key)


@extend_schema(methods=["GET"], responses=CommentRow)
@extend_schema(methods=["PATCH"], request=TextIn, responses={200: CommentRow, 403: REFUSED, 409: REFUSED})
@api_view(["GET", "PATCH"])
def comment(request: Request, key: uuid.UUID) -> Response:
    """One comment with every version; PATCH changes the words of your own."""
    found = _said(request, key)
    if request.method == "PATCH":
        found = comments.edit(comment=found, by=caller(request), **_given(request, TextIn))
    return Response(CommentRow(found).data)


@extend_schema(request=None, responses={200: CommentRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def comment_withdraw(request: Request, key: uuid.UUID) -> Response:
    """Withdraw your own comment; its words stay in `versions`."""
    return Response(CommentRow(comments.withdraw(comment=_said(request, key), by=caller(request))).data)


@extend_schema(request=None, responses={200: CommentRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def comment_settle(request: Request, key: uuid.UUID) -> Response:
    """Mark a concern as settled: its author, or the chair."""
    return Response(CommentRow(comments.settle(comment=_said(request, key), by=caller(request))).data)


RELATED = ("unit", "revision", "asked_by", "answered_by", "on_behalf_of", "withdrawn_by")


@extend_schema(operation_id="views_list", methods=["GET"], parameters=[OPEN], responses=ViewRow(many=True))
@extend_schema(
    operation_id="views_ask",
    methods=["POST"],
    request=AskIn,
    responses={201: ViewRow, 403: REFUSED, 409: REFUSED},
)
@api_view(["GET", "POST"])
def view_list(request: Request, key: uuid.UUID) -> Response:
    """The views of units on the proposal; POST asks a unit (the programme manager or the chair)."""
    proposal = _proposal(request, key)
    if request.method == "POST":
        given = _given(request, AskIn)
        unit = Unit.objects.filter(institution=proposal.institution, pk=given["unit"]).first()
        if unit is None:
            raise Refused(Reason("Choose a unit of this campus.", "", "unit"))
        made = views.ask(proposal=proposal, by=caller(request), **{**given, "unit": unit})
        return Response(ViewRow(made).data, status=status.HTTP_201_CREATED)
    rows = AskedView.objects.filter(proposal=proposal)
    rows = rows.waiting() if _is_on(request, "open") else rows
    return page(request, rows.select_related(*RELATED), ViewRow)


@extend_schema(operation_id="views_queue", responses=ViewRow(many=True))
@api_view(["GET"])
def view_queue(request: Request) -> Response:
    """What units that you head are asked and have not answered, oldest first."""
    rows = AskedView.objects.visible_to(caller(request)).asked_of(caller(request))
    return page(request, rows.select_related(*RELATED), ViewRow)


def _view(request: Request, key: uuid.UUID) -> AskedView:
    rows = AskedView.objects.visible_to(caller(request)).select_related(*RELATED)
    return get_object_or_404(rows, pk=key)


@extend_schema(responses=ViewRow)
@api_view(["GET"])
def view(request: Request, key: uuid.UUID) -> Response:
    """What one unit is asked, and its answer."""
    return Response(ViewRow(_view(request, key)).data)


@extend_schema(request=TextIn, responses={200: ViewRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def view_answer(request: Request, key: uuid.UUID) -> Response:
    """Answer for the unit: its head, or who acts for them."""
    found = views.answer(view=_view(request, key), by=caller(request), **_given(request, TextIn))
    return Response(ViewRow(found).data)


@extend_schema(request=ReasonIn, responses={200: ViewRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def view_withdraw(request: Request, key: uuid.UUID) -> Response:
    """Take a request back, with a reason: who may ask."""
    found = views.withdraw(view=_view(request, key), by=caller(request), **_given(request, ReasonIn))
    return Response(ViewRow(found).data)
