"""Goals over HTTP: each with its metric and what was measured by period; setting, adjusting, giving up.

Small groups are kept out as on the pages.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given, page
from accounts.models import Institution
from evaluation.actions import goals as actions
from evaluation.models import Direction, Goal, PeriodKind
from evaluation.reporting import Report, reports

REFUSED = OpenApiResponse(description="Refused: `{detail, reasons: [{clause, text, field}]}`")


class MetricIn(serializers.Serializer[Any]):
    """`measure` is one of the keys that the page offers."""

    measure = serializers.CharField(max_length=40)
    period = serializers.ChoiceField(choices=PeriodKind.choices)
    direction = serializers.ChoiceField(choices=Direction.choices)
    target = serializers.IntegerField()


class MetricOut(MetricIn):
    number = serializers.IntegerField()
    reason = serializers.CharField()
    made_at = serializers.DateTimeField()


class PeriodOut(serializers.Serializer[Any]):
    period = serializers.CharField()
    value = serializers.CharField()
    target = serializers.CharField()
    reached = serializers.CharField()


class GoalOut(serializers.Serializer[Any]):
    """`metric` is the one in force, `earlier` are those before it with the reason of each change."""

    id = serializers.UUIDField()
    institution = serializers.CharField()
    says = serializers.CharField()
    metric = MetricOut()
    earlier = MetricOut(many=True)
    periods = PeriodOut(many=True)
    counted_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_why = serializers.CharField()


class GoalIn(MetricIn):
    institution = serializers.SlugField()
    says = serializers.CharField(max_length=300)


class AdjustIn(MetricIn):
    """`seen` is the number of the metric that the change starts from."""

    seen = serializers.IntegerField()
    reason = serializers.CharField(max_length=1000)


class EndIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=1000)


def _row(report: Report) -> dict[str, Any]:
    goal, names = report.goal, ("period", "value", "target", "reached")
    periods = [
        dict(zip(names, [line.label, *(cell.shown for cell in line.cells)], strict=True))
        for line in report.chart.lines
    ]
    return {
        "id": goal.pk,
        "institution": goal.institution.slug,
        "says": goal.says,
        "metric": MetricOut(report.metric).data,
        "earlier": MetricOut(report.metrics[:-1], many=True).data,
        "periods": periods,
        "counted_at": report.at,
        "ended_at": goal.ended_at,
        "ended_why": goal.ended_why,
    }


def _one(goal: Goal) -> dict[str, Any]:
    return _row(reports(goal.institution, [goal])[0])


@extend_schema(methods=["GET"], responses=GoalOut(many=True))
@extend_schema(methods=["POST"], request=GoalIn, responses={201: GoalOut, 409: REFUSED})
@api_view(["GET", "POST"])
def goal_list(request: Request) -> Response:
    """The goals of the campuses where you manage, sign or lead; set one where you manage."""
    person = caller(request)
    if request.method == "POST":
        data = given(GoalIn(data=request.data))
        campus = get_object_or_404(Institution.objects.visible_to(person), slug=data.pop("institution"))
        made = actions.set_goal(institution=campus, by=person, **data)
        return Response(_one(made), status=status.HTTP_201_CREATED)
    rows = Goal.objects.visible_to(person).select_related("institution__in_force")
    return page(request, rows.order_by("made_at", "pk"), _one)


def _goal(request: Request, key: uuid.UUID) -> Goal:
    rows = Goal.objects.visible_to(caller(request)).select_related("institution__in_force")
    return get_object_or_404(rows, pk=key)


@extend_schema(request=AdjustIn, responses={200: GoalOut, 409: REFUSED})
@api_view(["POST"])
def goal_adjust(request: Request, key: uuid.UUID) -> Response:
    """Measure a goal otherwise from now on; the metric before it is kept with your reason."""
    goal = _goal(request, key)
    actions.adjust(goal=goal, by=caller(request), **given(AdjustIn(data=request.data)))
    return Response(_one(goal))


@extend_schema(request=EndIn, responses={200: GoalOut, 409: REFUSED})
@api_view(["POST"])
def goal_end(request: Request, key: uuid.UUID) -> Response:
    """Give a goal up; it is kept with your reason."""
    goal = _goal(request, key)
    return Response(_one(actions.give_up(goal=goal, by=caller(request), **given(EndIn(data=request.data)))))
