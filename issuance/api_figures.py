"""Figures over HTTP: of all badges one by one, of one with its charts, and reports that are brought in.

Small groups are kept out as on the pages: `withheld` is true where a value is not told, `offered` false where the source
does not offer it.
"""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.core.files.uploadedfile import SimpleUploadedFile
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, parser_classes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, page
from accounts.models import Institution
from credentials.models import Definition
from issuance.actions import figures as actions
from issuance.api import CsvParser
from issuance.figures import board as boards
from issuance.figures import lists, reading
from issuance.figures.board import Board, Row
from issuance.figures.charts import Chart
from issuance.figures.scope import Scope, periods_of
from issuance.models import FigureReport

REFUSED = OpenApiResponse(description="Refused: `{detail, reasons: [{clause, text, field}]}`")
BY = OpenApiParameter("by", enum=["week", "month"], description="The periods of what is told over time.")


class CellOut(serializers.Serializer[Any]):
    value = serializers.IntegerField(allow_null=True)
    text = serializers.CharField()
    offered = serializers.BooleanField()
    withheld = serializers.BooleanField()


class LineOut(serializers.Serializer[Any]):
    label: Any = serializers.CharField()
    cells = CellOut(many=True)


class ChartOut(serializers.Serializer[Any]):
    key = serializers.CharField()
    title = serializers.CharField()
    source: Any = serializers.CharField()
    columns = serializers.ListField(child=serializers.CharField())
    lines = LineOut(many=True)


class BoardOut(serializers.Serializer[Any]):
    """The figures of one badge. `withheld`: so few hold it that nothing but the labour market is told."""

    definition = serializers.UUIDField()
    title = serializers.CharField()
    smallest_group = serializers.IntegerField()
    withheld = serializers.BooleanField()
    counted_at = serializers.DateTimeField(allow_null=True)
    charts = ChartOut(many=True)
    labour_market = ChartOut(many=True)


class BadgeOut(serializers.Serializer[Any]):
    """One badge of the list: a cell by each of issued, accepted, followed, shared, views."""

    definition = serializers.UUIDField()
    title = serializers.CharField()
    unit = serializers.CharField()
    issued = CellOut()
    accepted = CellOut()
    followed = CellOut()
    shared = CellOut()
    views = CellOut()


@extend_schema(
    parameters=[OpenApiParameter("campus"), OpenApiParameter("unit")], responses=BadgeOut(many=True)
)
@api_view(["GET"])
def figures_list(request: Request) -> Response:
    """The badges that your roles cover, each with its figures in all."""
    return page(request, cast("Any", Scope(caller(request), request.query_params).rows()), _badge)


def _badge(row: Row) -> dict[str, Any]:
    names = ("issued", "accepted", "followed", "shared", "views")
    return {
        "definition": str(row.definition.pk),
        "title": str(row.definition),
        "unit": row.definition.unit.name,
        **{name: boards.as_json(cell) for name, cell in zip(names, row.cells, strict=True)},
    }


@extend_schema(parameters=[BY], responses=BoardOut)
@api_view(["GET"])
def figures_detail(request: Request, key: uuid.UUID) -> Response:
    """All figures of one badge, as its page shows them."""
    rows = reading.measured(caller(request)).select_related("institution__in_force", "current")
    definition = get_object_or_404(rows, pk=key)
    periods = periods_of(request.query_params.get("by", ""))
    return Response(_board(definition, boards.board_of(definition, periods)))


def _board(definition: Definition, found: Board) -> dict[str, Any]:
    return {
        "definition": str(definition.pk),
        "title": str(definition),
        "smallest_group": found.rule.minimum,
        "withheld": found.few,
        "counted_at": found.at,
        "charts": [_chart(chart) for chart in found.charts],
        "labour_market": [_chart(chart) for chart in found.labour],
    }


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "key": chart.key,
        "title": chart.title,
        "source": chart.source,
        "columns": list(chart.columns),
        "lines": [
            {"label": line.label, "cells": [boards.as_json(cell) for cell in line.cells]}
            for line in chart.lines
        ],
    }


class ReportRow(serializers.ModelSerializer[FigureReport]):
    class Meta:
        model = FigureReport
        fields = ("id", "institution", "name", "sources", "lines", "new", "replaced", "brought_at")


@extend_schema(methods=["GET"], responses=ReportRow(many=True))
@extend_schema(
    methods=["POST"],
    request={"text/csv": bytes},
    parameters=[
        OpenApiParameter("campus", description="The campus by its short name; needed to bring one in.")
    ],
    responses={200: OpenApiResponse(description="All of it was here already."), 201: ReportRow, 409: REFUSED},
)
@api_view(["GET", "POST"])
@parser_classes([CsvParser])
def report_list(request: Request) -> Response:
    """Reports brought in on the campuses you manage; POST brings one in, as CSV with `?campus=`."""
    if request.method == "POST":
        return _bring(request)
    rows = FigureReport.objects.visible_to(caller(request))
    return page(request, rows.order_by("-brought_at", "pk"), ReportRow)


def _bring(request: Request) -> Response:
    me = caller(request)
    slug = request.query_params.get("campus", "").replace("\x00", "")
    campus = get_object_or_404(Institution.objects.visible_to(me), slug=slug)
    actions.require_manager(me, campus)
    sent = request.data if isinstance(request.data, bytes) else b""
    found = lists.preview(SimpleUploadedFile("figures.csv", sent), campus)
    report = actions.bring(institution=campus, found=found, name="", by=me)
    if report is None:
        return Response({"changed": False})
    return Response(ReportRow(report).data, status=status.HTTP_201_CREATED)
