"""Enrolment over HTTP: who is enrolled in an offering, enrolling, ending it, and one's own way."""

from __future__ import annotations

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given, page
from learning import own
from learning.actions import enrolments
from learning.actions.enrolments import Named
from learning.api import REFUSED, ReasonRow
from learning.entry import MAX_NAME
from learning.models import Enrolment, Offering


class EnrolmentRow(serializers.ModelSerializer[Enrolment]):
    """An enrolment: `state` is waiting, enrolled, finished or left; `turn` its place in the order in which they came."""

    email = serializers.CharField(source="learner.email")
    added_by = serializers.CharField(source="added_by.email")

    class Meta:
        model = Enrolment
        fields = (
            "id", "offering", "learner_name", "email", "state", "turn", "added_at", "added_by", "enrolled_at",
            "finished_on", "left_at",
        )  # fmt: skip


class LearnerIn(serializers.Serializer[Any]):
    """A learner to be enrolled."""

    name = serializers.CharField(max_length=MAX_NAME)
    email = serializers.EmailField(max_length=254)


class NewEnrolments(serializers.Serializer[Any]):
    """Learners to be enrolled, in the order in which they get seats."""

    learners = LearnerIn(many=True, allow_empty=False, max_length=1000)  # type: ignore[call-arg]


@extend_schema(methods=["GET"], responses=EnrolmentRow(many=True))
@extend_schema(
    methods=["POST"],
    request=NewEnrolments,
    responses={201: EnrolmentRow(many=True), 403: REFUSED, 409: REFUSED},
)
@api_view(["GET", "POST"])
def enrolment_list(request: Request, key: uuid.UUID) -> Response:
    """Who is enrolled in an offering, waits or left; POST enrols learners: who finds no seat waits."""
    offering = get_object_or_404(Offering.objects.visible_to(caller(request)), pk=key)
    rows = Enrolment.objects.visible_to(caller(request)).filter(offering=offering)
    rows = rows.select_related("learner", "added_by").order_by("turn")
    if request.method == "GET":
        return page(request, rows, EnrolmentRow)
    data = given(NewEnrolments(data=request.data))
    named = [Named(one["name"], one["email"], number) for number, one in enumerate(data["learners"], 1)]
    made = enrolments.enrol(offering=offering, learners=named, by=caller(request))
    shown = rows.filter(pk__in=[one.pk for one in made])
    return Response(EnrolmentRow(shown, many=True).data, status=status.HTTP_201_CREATED)


@extend_schema(request=None, responses={200: EnrolmentRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def enrolment_end(request: Request, key: uuid.UUID) -> Response:
    """End an enrolment (the learner, or those who enrol learners there); whoever waits next moves up."""
    found = get_object_or_404(Enrolment.objects.visible_to(caller(request)), pk=key)
    row = enrolments.leave(enrolment=found, by=caller(request))
    return Response(EnrolmentRow(row).data)


class AskedRow(serializers.Serializer[Any]):
    """A competency that is asked for; `met_on` is empty until it is recorded as shown."""

    name = serializers.CharField()
    assessment = serializers.CharField(source="how")
    met_on = serializers.DateField(source="met.met_on", default=None)
    level = serializers.CharField(source="met.level", default="")


class OwnRow(serializers.Serializer[Any]):
    """One offering of mine: `state` is waiting, on_the_way, ready, holds or left."""

    offering = serializers.UUIDField(source="offering.pk")
    title = serializers.CharField(source="offering.title")
    credential = serializers.CharField(source="offering.definition")
    enrolment = serializers.UUIDField(source="enrolment.pk", default=None)
    state = serializers.CharField()
    place = serializers.IntegerField(allow_null=True)
    asked = AskedRow(many=True)
    missing = ReasonRow(many=True)
    todo = serializers.ListField(child=serializers.CharField())


@extend_schema(responses=OwnRow(many=True))
@api_view(["GET"])
def my_learning(request: Request) -> Response:
    """Where you are enrolled, what you have shown, what is missing and what to do."""
    rows = [_plain(one) for one in own.all_of(caller(request))]
    return Response(rows)


def _plain(one: own.Own) -> Any:
    data = dict(OwnRow(one).data)
    data["missing"] = [
        {"clause": (reason["clause"] or {}).get("id", ""), "text": reason["text"]} for reason in one.missing
    ]
    return data
