"""Conditions of an approval over HTTP: those I may see, one, set some, say that one is met, accept, send back, waive."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given, page
from proposals.models import Proposal, Step
from reviews import queues
from reviews.actions import conditions
from reviews.api.ballots import REFUSED
from reviews.conditions import LONGEST, LONGEST_NOTE, MOST, files_of, shown
from reviews.models import Condition, ConditionState

if TYPE_CHECKING:
    from django.db.models import QuerySet


class ConditionsIn(serializers.Serializer[Any]):
    conditions = serializers.ListField(child=serializers.CharField(max_length=LONGEST), max_length=MOST)
    due_on = serializers.DateField(required=False, allow_null=True, default=None)


class NoteIn(serializers.Serializer[Any]):
    note = serializers.CharField(allow_blank=True, default="", max_length=LONGEST_NOTE)


class MeetIn(NoteIn):
    file = serializers.ListField(child=serializers.FileField(), required=False)


def _rows(request: Request) -> QuerySet[Condition]:
    return Condition.objects.visible_to(caller(request)).select_related(
        "proposal__institution", "proposal__policy", "step__person", "ballot", "met_by", "settled_by"
    )


@extend_schema(
    operation_id="conditions_list",
    parameters=[
        OpenApiParameter("proposal", description="Of one proposal, by its id."),
        OpenApiParameter("state", enum=ConditionState.values),
        OpenApiParameter(
            "waiting", description="`me`: only those that wait for you to meet or to accept them."
        ),
    ],
    responses=dict,
)
@api_view(["GET"])
def condition_list(request: Request) -> Response:
    """Conditions of the approvals you may see, oldest first."""
    rows, asked = _rows(request), request.query_params
    if asked.get("waiting") == "me":
        rows = rows.filter(queues.conditions_waiting_for(caller(request)))
    if state := asked.get("state"):
        rows = rows.filter(state=state)
    if key := asked.get("proposal"):
        rows = rows.filter(proposal=serializers.UUIDField().run_validation(key))
    return page(request, rows, shown)


def _one(request: Request, key: uuid.UUID) -> Condition:
    return get_object_or_404(_rows(request), pk=key)


@extend_schema(responses=dict)
@api_view(["GET"])
def condition_detail(request: Request, key: uuid.UUID) -> Response:
    """One condition, with the files that show that it is met where you may download them."""
    return Response(_whole(request, key))


def _whole(request: Request, key: uuid.UUID) -> dict[str, Any]:
    found = _one(request, key)
    return shown(found) | {"files": files_of(found, caller(request))}


@extend_schema(request=ConditionsIn, responses={200: dict, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def step_conditions(request: Request, key: uuid.UUID) -> Response:
    """Name conditions of an approval with conditions (the chair, the programme manager)."""
    visible = Proposal.objects.visible_to(caller(request))
    step = get_object_or_404(Step.objects.filter(proposal__in=visible), pk=key)
    data = given(ConditionsIn(data=request.data))
    made = conditions.name(step=step, texts=data["conditions"], due_on=data["due_on"], by=caller(request))
    return Response({"conditions": [shown(_one(request, row.pk)) for row in made]})


def _note(request: Request) -> str:
    return str(given(NoteIn(data=request.data))["note"])


@extend_schema(request=MeetIn, responses={200: dict, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
@parser_classes([JSONParser, MultiPartParser])
def condition_meet(request: Request, key: uuid.UUID) -> Response:
    """Say that it is met, and how (a proposer); files as parts of a form."""
    files = request.FILES.getlist("file")
    conditions.meet(condition=_one(request, key), note=_note(request), files=files, by=caller(request))
    return Response(_whole(request, key))


@extend_schema(request=NoteIn, responses={200: dict, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def condition_accept(request: Request, key: uuid.UUID) -> Response:
    """Accept that it is met (the chair, the programme manager)."""
    conditions.accept(condition=_one(request, key), note=_note(request), by=caller(request))
    return Response(shown(_one(request, key)))


@extend_schema(request=NoteIn, responses={200: dict, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def condition_send_back(request: Request, key: uuid.UUID) -> Response:
    """Say that it is not met yet, and why (the chair, the programme manager)."""
    conditions.send_back(condition=_one(request, key), reason=_note(request), by=caller(request))
    return Response(shown(_one(request, key)))


@extend_schema(request=NoteIn, responses={200: dict, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def condition_waive(request: Request, key: uuid.UUID) -> Response:
    """Do without it, and say why (the chair, the programme manager)."""
    conditions.waive(condition=_one(request, key), reason=_note(request), by=caller(request))
    return Response(shown(_one(request, key)))
