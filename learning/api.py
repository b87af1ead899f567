"""Offerings and recorded completion over HTTP."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, page
from accounts.models import Person
from credentials.models import Definition
from learning.actions import completions, offerings
from learning.models import Completion, Offering
from policies.reasons import Reason, refuse_if

REFUSED = OpenApiResponse(description="Refused: `{detail, reasons: [{clause, text, field}]}`")


class OfferingRow(serializers.ModelSerializer[Offering]):
    """An offering as the API shows it."""

    assessors: Any = serializers.SlugRelatedField(slug_field="email", many=True, read_only=True)

    class Meta:
        model = Offering
        fields = ("id", "definition", "title", "starts_on", "ends_on", "assessors")


class NewOffering(serializers.Serializer[Any]):
    """What opens an offering."""

    definition = serializers.UUIDField()
    title = serializers.CharField(max_length=200)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)
    assessors = serializers.ListField(child=serializers.EmailField(), min_length=1, max_length=50)


@extend_schema(methods=["GET"], responses=OfferingRow(many=True))
@extend_schema(methods=["POST"], request=NewOffering, responses={201: OfferingRow, 409: REFUSED})
@api_view(["GET", "POST"])
def offering_list(request: Request) -> Response:
    """Offerings of your campus; POST opens one and names its assessors."""
    if request.method == "POST":
        return _open(request)
    rows = Offering.objects.visible_to(caller(request)).prefetch_related("assessors")
    return page(request, rows.order_by("-starts_on", "pk"), OfferingRow)


def _open(request: Request) -> Response:
    form = NewOffering(data=request.data)
    form.is_valid(raise_exception=True)
    given = form.validated_data
    rows = Definition.objects.visible_to(caller(request)).select_related("institution", "unit")
    definition = get_object_or_404(rows, pk=given["definition"])
    offering = offerings.open_offering(
        definition=definition,
        title=given["title"],
        starts_on=given["starts_on"],
        ends_on=given["ends_on"],
        assessors=_assessors(definition, given["assessors"]),
        by=caller(request),
    )
    return Response(OfferingRow(offering).data, status=status.HTTP_201_CREATED)


def _assessors(definition: Definition, addresses: list[str]) -> list[Person]:
    """The people behind the addresses; refused, by name, where the unit has no such assessor."""
    wanted = {address.lower() for address in addresses}
    people = list(offerings.possible_assessors(definition).filter(email__in=wanted))
    unknown = sorted(wanted - {person.email for person in people})
    refuse_if(
        Reason(f"{address} is not an assessor of {definition.unit}.", field="assessors")
        for address in unknown
    )
    return people


class NewCompletion(serializers.Serializer[Any]):
    """What records a completion."""

    offering = serializers.UUIDField()
    name = serializers.CharField(max_length=200)
    email = serializers.EmailField()
    completed_on = serializers.DateField()
    evidence = serializers.CharField(allow_blank=True, default="", max_length=10_000)
    evidence_url = serializers.URLField(allow_blank=True, default="", max_length=500)
    enrolled = serializers.BooleanField(required=False, allow_null=True, default=None)
    competencies: Any = serializers.ListField(
        child=serializers.CharField(max_length=300), required=False, allow_null=True
    )


class CompletionRow(serializers.ModelSerializer[Completion]):
    """A completion as the API shows it."""

    email = serializers.CharField(source="learner.email")
    competencies: Any = serializers.SlugRelatedField(slug_field="competency", many=True, read_only=True)

    class Meta:
        model = Completion
        fields = (
            "id", "offering", "learner_name", "email", "completed_on", "enrolled", "evidence", "evidence_url",
            "competencies",
        )  # fmt: skip


@extend_schema(methods=["GET"], responses=CompletionRow(many=True))
@extend_schema(methods=["POST"], request=NewCompletion, responses={201: CompletionRow, 409: REFUSED})
@api_view(["GET", "POST"])
def completion_list(request: Request) -> Response:
    """Completions that you assess or keep, and your own; POST records one (a named assessor)."""
    if request.method == "POST":
        return _record(request)
    rows = Completion.objects.standing().visible_to(caller(request))
    rows = rows.select_related("learner").prefetch_related("competencies")
    return page(request, rows.order_by("-recorded_at", "pk"), CompletionRow)


def _record(request: Request) -> Response:
    form = NewCompletion(data=request.data)
    form.is_valid(raise_exception=True)
    given = dict(form.validated_data)
    offering = get_object_or_404(Offering.objects.visible_to(caller(request)), pk=given.pop("offering"))
    completion = completions.record(offering=offering, by=caller(request), **given)
    return Response(CompletionRow(completion).data, status=status.HTTP_201_CREATED)
