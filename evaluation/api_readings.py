"""Readings before and after over HTTP: what is measured, recording it, the comparison, and one's own."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given
from evaluation import readings
from evaluation.actions import indicators
from evaluation.actions.indicators import Value
from evaluation.models import Indicator
from evaluation.views.readings import NOT_YOURS
from learning.models import Offering
from policies.reasons import Reason, refuse_if

REFUSED = OpenApiResponse(description="Refused: `{detail, reasons: [{clause, text, field}]}`")


class MetricRow(serializers.ModelSerializer[Indicator]):
    """A measure of one objective."""

    class Meta:
        model = Indicator
        fields = ("id", "objective", "name", "kind", "form", "lowest", "highest", "offering")


class NewMetric(serializers.Serializer[Any]):
    """What defines a measure; its kind and form are those of the campus's policy."""

    objective = serializers.CharField(max_length=300)
    name = serializers.CharField(max_length=120)
    kind = serializers.CharField(max_length=100)
    form = serializers.CharField(max_length=100)
    lowest = serializers.DecimalField(max_digits=8, decimal_places=2, default=Decimal(0))
    highest = serializers.DecimalField(max_digits=8, decimal_places=2, default=Decimal(100))
    everywhere = serializers.BooleanField(default=False)


class ValueIn(serializers.Serializer[Any]):
    """What one learner reached in one measure."""

    metric = serializers.UUIDField()
    email = serializers.EmailField(max_length=254)
    value = serializers.DecimalField(max_digits=8, decimal_places=2)
    when = serializers.ChoiceField(choices=indicators.WHEN)


class NewValues(serializers.Serializer[Any]):
    """Values to be recorded, all or none."""

    values = ValueIn(many=True, allow_empty=False)


class ComparedRow(serializers.Serializer[Any]):
    """One measure compared; figures are null where the group is too small or one side is missing, and `note` says so."""

    metric = MetricRow()
    n = serializers.IntegerField(source="found.n", default=None)
    mean_before = serializers.FloatField(source="found.before", default=None)
    mean_after = serializers.FloatField(source="found.after", default=None)
    difference = serializers.FloatField(source="found.difference", default=None)
    low = serializers.FloatField(
        source="found.low", default=None, help_text="Of the 95 % confidence interval."
    )
    high = serializers.FloatField(source="found.high", default=None)
    effect_size = serializers.FloatField(source="found.effect", default=None, help_text="Cohen's d_z.")
    note = serializers.CharField()


class MineRow(serializers.Serializer[Any]):
    """One measure of mine."""

    metric = MetricRow()
    before = serializers.DecimalField(max_digits=8, decimal_places=2, allow_null=True)
    after = serializers.DecimalField(max_digits=8, decimal_places=2, allow_null=True)


def _offering(request: Request, key: uuid.UUID) -> Offering:
    related = ("definition__current__policy", "institution")
    found = get_object_or_404(Offering.objects.visible_to(caller(request)).select_related(*related), pk=key)
    if not readings.sees(caller(request), found):
        raise PermissionDenied(NOT_YOURS)
    return found


@extend_schema(methods=["GET"], responses=MetricRow(many=True))
@extend_schema(methods=["POST"], request=NewMetric, responses={201: MetricRow, 403: REFUSED, 409: REFUSED})
@api_view(["GET", "POST"])
def metric_list(request: Request, key: uuid.UUID) -> Response:
    """What is measured in an offering; POST defines another measure (its programme director)."""
    found = _offering(request, key)
    if request.method == "GET":
        return Response(MetricRow(Indicator.objects.of(found), many=True).data)
    made = indicators.define(offering=found, by=caller(request), **given(NewMetric(data=request.data)))
    return Response(MetricRow(made).data, status=status.HTTP_201_CREATED)


@extend_schema(methods=["GET"], responses=ComparedRow(many=True))
@extend_schema(methods=["POST"], request=NewValues, responses={200: None, 403: REFUSED, 409: REFUSED})
@api_view(["GET", "POST"])
def measure_list(request: Request, key: uuid.UUID) -> Response:
    """The comparison before and after of an offering; POST records values (its assessors)."""
    found = _offering(request, key)
    if request.method == "GET":
        return Response(ComparedRow(readings.comparison(found), many=True).data)
    indicators.require_recorder(caller(request), found)
    values = _values(found, given(NewValues(data=request.data))["values"])
    return Response({"changed": indicators.record(offering=found, values=values, by=caller(request))})


def _values(found: Offering, data: list[dict[str, Any]]) -> list[Value]:
    metrics = {metric.pk: metric for metric in Indicator.objects.of(found)}
    people = {email: key for key, (_, email) in readings.learners_of(found).items()}
    refuse_if(
        Reason("This is not measured in this offering.", field=f"values.{n}.metric")
        for n, one in enumerate(data, 1)
        if one["metric"] not in metrics
    )
    refuse_if(
        Reason("This learner is not in the offering.", field=f"values.{n}.email")
        for n, one in enumerate(data, 1)
        if one["email"].lower() not in people
    )
    return [
        Value(metrics[one["metric"]], people[one["email"].lower()], one["value"], one["when"], n)
        for n, one in enumerate(data, 1)
    ]


@extend_schema(responses=MineRow(many=True))
@api_view(["GET"])
def my_measures(request: Request) -> Response:
    """What was measured of you, before and after."""
    rows = [one for mine in readings.own(caller(request)).values() for one in mine]
    return Response(MineRow(rows, many=True).data)
