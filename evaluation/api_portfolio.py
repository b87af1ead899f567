"""The portfolio and seats over time, over HTTP."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller
from evaluation.portfolio import charts
from evaluation.views.goals import NOT_YOURS, campuses
from issuance.figures.board import as_json


class CellRow(serializers.Serializer[Any]):
    """One value of a table, or why there is none."""

    value = serializers.IntegerField(allow_null=True)
    text = serializers.CharField()
    offered = serializers.BooleanField()
    withheld = serializers.BooleanField()


class PortfolioLine(serializers.Serializer[Any]):
    """A line: its label and its cells, under the columns after the first."""

    label: Any = serializers.CharField()
    cells = CellRow(many=True)


class PortfolioChart(serializers.Serializer[Any]):
    """One figure with its table."""

    key = serializers.CharField()
    title = serializers.CharField()
    source: Any = serializers.CharField()
    columns = serializers.ListField(child=serializers.CharField())
    lines = PortfolioLine(many=True)


@extend_schema(responses=PortfolioChart(many=True), parameters=[OpenApiParameter("campus", str)])
@api_view(["GET"])
def portfolio(request: Request) -> Response:
    """How many micro-credentials are offered, and how full offerings are, quarter by quarter."""
    found, slug = campuses(caller(request)), request.query_params.get("campus", "")
    if not found:
        raise PermissionDenied(NOT_YOURS)
    campus = next((one for one in found if one.slug == slug), None) if slug else found[0]
    if campus is None:
        raise Http404("No such campus")
    shown = [
        {
            "key": chart.key,
            "title": chart.title,
            "source": chart.source,
            "columns": chart.columns,
            "lines": [
                {"label": line.label, "cells": [as_json(cell) for cell in line.cells]} for line in chart.lines
            ],
        }
        for chart in charts(campus)
    ]
    return Response(PortfolioChart(shown, many=True).data)
