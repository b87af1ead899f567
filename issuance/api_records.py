"""Learners' records, transcript notations, event codes and the parts of stacks over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given, whole_page
from credentials.actions import stacks, transcripts
from credentials.actions.later_credit import Grounds
from credentials.models import Award, Definition, EventCode, Part
from credentials.models.award_queries import AwardQuerySet
from issuance.actions import replacing
from issuance.records import RELATED, UNREAD, require_keeper, rows_of

REFUSED = OpenApiResponse(description="Refused: `{detail, reasons: [{clause, text, field}]}`")


class RecordRow(serializers.Serializer[Any]):
    """One award in a learner's record."""

    award = serializers.UUIDField()
    holder = serializers.UUIDField()
    name = serializers.CharField()
    address = serializers.EmailField()
    title = serializers.CharField()
    version = serializers.IntegerField()
    campus = serializers.CharField()
    unit = serializers.CharField()
    policy = serializers.CharField()
    credits = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    awarded_on = serializers.DateField()
    expires_on = serializers.DateField(allow_null=True)
    status = serializers.CharField()
    reason = serializers.CharField()
    badge = serializers.BooleanField()
    notation = serializers.BooleanField()
    event_code = serializers.CharField()
    noted_on = serializers.DateField(allow_null=True)


def _listed(request: Request, rows: AwardQuerySet) -> Response:
    """A page of awards as lines of records."""
    ordered = rows.select_related(*RELATED).defer(*UNREAD)
    return whole_page(request, ordered, lambda found: RecordRow(rows_of(found), many=True).data)


def _words(request: Request) -> str:
    return str(request.query_params.get("q", "")).replace("\x00", "").strip()[:200]


@extend_schema(
    parameters=[
        OpenApiParameter("q", description="Words in names, addresses and titles."),
        OpenApiParameter("person"),
    ],
    responses=RecordRow(many=True),
)
@api_view(["GET"])
def record_list(request: Request) -> Response:
    """Learners' micro-credential records, for the office that keeps them and the certifying offices."""
    require_keeper(caller(request))
    rows = Award.objects.recorded_by(caller(request)).about(_words(request)).order_by("-awarded_at", "pk")
    if person := request.query_params.get("person"):
        rows = rows.filter(holder=_uuid(person, "person"))
    return _listed(request, rows)


class NewNotations(serializers.Serializer[Any]):
    """Awards that were noted, and when."""

    awards = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=500)
    recorded_on = serializers.DateField()


@extend_schema(
    methods=["GET"],
    parameters=[
        OpenApiParameter("state", description="`noted` for those recorded already."),
        OpenApiParameter("q"),
    ],
    responses=RecordRow(many=True),
)
@extend_schema(
    methods=["POST"], request=NewNotations, responses={201: RecordRow(many=True), 403: REFUSED, 409: REFUSED}
)
@api_view(["GET", "POST"])
def notation_list(request: Request) -> Response:
    """Awards to note on transcripts that you keep; POST marks some as noted."""
    if request.method == "POST":
        return _note(request)
    rows = Award.objects.noted_by(caller(request)).about(_words(request)).order_by("awarded_at", "pk")
    return _listed(request, rows.noted() if request.query_params.get("state") == "noted" else rows.to_note())


def _note(request: Request) -> Response:
    data = given(NewNotations(data=request.data))
    person, wanted = caller(request), set(data["awards"])
    found = list(Award.objects.visible_to(person).defer("document").filter(pk__in=wanted))
    if len(found) < len(wanted):
        raise serializers.ValidationError({"awards": "One of these is no award that you see."})
    transcripts.record_notations(awards=found, recorded_on=data["recorded_on"], by=person)
    rows = (
        Award.objects.filter(pk__in=wanted)
        .select_related(*RELATED)
        .defer(*UNREAD)
        .order_by("awarded_at", "pk")
    )
    return Response(RecordRow(rows_of(rows), many=True).data, status=status.HTTP_201_CREATED)


class CreditIn(serializers.Serializer[Any]):
    """On what an award gains credit later; the policy says which of these it asks for."""

    fee_received_on = serializers.DateField(required=False, allow_null=True, default=None)
    fee_amount = serializers.DecimalField(
        max_digits=9, decimal_places=2, min_value=0, required=False, allow_null=True, default=None
    )
    fee_reference = serializers.CharField(allow_blank=True, default="", max_length=100)
    assessment = serializers.CharField(allow_blank=True, default="", max_length=100)
    assessed_on = serializers.DateField(required=False, allow_null=True, default=None)
    assessed_by = serializers.CharField(allow_blank=True, default="", max_length=200)
    result = serializers.CharField(allow_blank=True, default="", max_length=200)


@extend_schema(request=CreditIn, responses={201: RecordRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def award_credit(request: Request, key: uuid.UUID) -> Response:
    """Let an award that was earned without credit gain credit; answers with the new one, which takes its place."""
    award = get_object_or_404(Award.objects.visible_to(caller(request)), pk=key)
    grounds = Grounds(**given(CreditIn(data=request.data)))
    newer = replacing.gain_credit(award=award, grounds=grounds, by=caller(request))
    row = Award.objects.select_related(*RELATED).defer(*UNREAD).get(pk=newer.pk)
    return Response(RecordRow(rows_of([row])[0]).data, status=status.HTTP_201_CREATED)


class EventCodeRow(serializers.ModelSerializer[EventCode]):
    """An Academic Event Code with its approval."""

    class Meta:
        model = EventCode
        fields = ("code", "body", "approved_on", "minutes")


@extend_schema(request=EventCodeRow, responses={201: EventCodeRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def event_code(request: Request, key: uuid.UUID) -> Response:
    """Record the Academic Event Code of a credential and its approval (who keeps transcripts)."""
    definition = _definition(request, key)
    data = given(EventCodeRow(data=request.data))
    made = transcripts.record_code(definition=definition, by=caller(request), **data)
    return Response(EventCodeRow(made).data, status=status.HTTP_201_CREATED)


class PartRow(serializers.ModelSerializer[Part]):
    """One part of a stack."""

    title = serializers.CharField(source="part")

    class Meta:
        model = Part
        fields = ("number", "line", "part", "title")


class NewParts(serializers.Serializer[Any]):
    """The parts' ids, in the order of the approved list."""

    parts = serializers.ListField(child=serializers.UUIDField(), max_length=100)


@extend_schema(methods=["GET"], responses=PartRow(many=True))
@extend_schema(
    methods=["POST"], request=NewParts, responses={200: PartRow(many=True), 403: REFUSED, 409: REFUSED}
)
@api_view(["GET", "POST"])
def definition_parts(request: Request, key: uuid.UUID) -> Response:
    """What a stack is made of; POST settles it (whoever makes the badges)."""
    definition = _definition(request, key)
    if request.method == "POST":
        wanted = given(NewParts(data=request.data))["parts"]
        known = Definition.objects.visible_to(caller(request)).select_related("current").in_bulk(wanted)
        if len(known) < len(set(wanted)):
            raise serializers.ValidationError({"parts": "One of these is no credential that you see."})
        stacks.set_parts(definition=definition, parts=[known[one] for one in wanted], by=caller(request))
    version = definition.current
    rows = Part.objects.of(version) if version else Part.objects.none()
    return Response(PartRow(rows, many=True).data)


def _definition(request: Request, key: uuid.UUID) -> Definition:
    rows = Definition.objects.visible_to(caller(request)).filter(current__isnull=False)
    return get_object_or_404(rows.select_related("institution", "unit", "current__policy"), pk=key)


def _uuid(text: str, field: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise serializers.ValidationError({field: "This is not an id."}) from error
