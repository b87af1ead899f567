"""Figures for programme managers and units, inside the dashboard: of all badges that my roles cover, and of each."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.clauses import mark
from accounts.staff import dashboard, person_of
from accounts.tables.rewriting import as_csv
from credentials.models import Definition
from issuance.checking.checks import policy_of
from issuance.figures import board as boards
from issuance.figures import reading
from issuance.figures.board import COLUMNS, Board
from issuance.figures.charts import Chart
from issuance.figures.periods import Periods
from issuance.figures.scope import Scope, periods_of
from issuance.views.frame import inside

A_PAGE = 50
BADGES = "badges"  # the table of all, as a file


@dashboard
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """All badges that my roles cover together, and a table of them; `?campus=`, `?unit=`, `?by=week|month`."""
    scope, periods = Scope(person_of(request), request.GET), periods_of(request.GET.get("by", ""))
    found = scope.board(periods)
    page = Paginator(scope.rows(), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": "Figures",
        "scope": scope,
        "board": found,
        "by": periods.by,
        "charts": _shown(found, found.charts, request, None) if found else [],
        "page": page,
        "columns": COLUMNS,
        "tabs": _tabs(request, periods),
        "brings": scope.campus is not None and _brings(request, scope.campus.pk),
    }
    return inside(request, "issuance/figures.html", scope.campus, context)


def _brings(request: HttpRequest, campus: uuid.UUID) -> bool:
    """Whether the person may bring in reports there."""
    return person_of(request).managed().filter(pk=campus).exists()


def _tabs(request: HttpRequest, periods: Periods) -> list[dict[str, Any]]:
    """By week or by month, with the rest of the question as it was."""
    tabs = []
    for by, label in (("month", "By month"), ("week", "By week")):
        query = request.GET.copy()
        query["by"] = by
        tabs.append({"label": label, "url": f"?{query.urlencode()}", "current": periods.by == by})
    return tabs


def _shown(
    found: Board, charts: list[Chart], request: HttpRequest, definition: Definition | None
) -> list[dict[str, Any]]:
    """The charts as the component takes them, each with the address of its file."""
    query = request.GET.urlencode()
    shown = []
    for chart in charts:
        name = "figures_of_file" if definition else "figures_file"
        url = reverse(name, args=[definition.pk, chart.key] if definition else [chart.key])
        shown.append(
            {
                **chart.shown(),
                "at": found.at if chart.counted else None,
                "csv_url": f"{url}?{query}" if query else url,
            }
        )
    return shown


@dashboard
@require_safe
def figures_of(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One badge: is it accepted, opened, shared, seen; where its holders are; what the labour market says."""
    definition = _definition(request, key)
    periods = periods_of(request.GET.get("by", ""))
    found = boards.board_of(definition, periods)
    policy = policy_of(definition)
    clauses = policy.pack.evaluation
    context = {
        "title": str(definition),
        "definition": definition,
        "board": found,
        "charts": _shown(found, found.charts, request, definition),
        "labour": _shown(found, found.labour, request, definition),
        "skills": definition.current.skills if definition.current else [],
        "clause": mark(policy, clauses.figures_clause),
        "labour_clause": mark(policy, clauses.labour_clause),
        "tabs": _tabs(request, periods),
        "brings": _brings(request, definition.institution_id),
    }
    return inside(request, "issuance/figures_of.html", definition.institution, context)


def _definition(request: HttpRequest, key: uuid.UUID) -> Definition:
    rows = reading.measured(person_of(request))
    related = rows.select_related("institution__in_force", "unit", "current__policy")
    return get_object_or_404(related, pk=key)


@dashboard
@require_safe
def figures_file(request: HttpRequest, chart: str) -> HttpResponse:
    """The table of one chart of all, or of the badges one by one (`badges`), as CSV."""
    scope = Scope(person_of(request), request.GET)
    if chart == BADGES:
        lines = [
            [str(row.definition), row.definition.unit.name, *(cell.shown for cell in row.cells)]
            for row in scope.rows()
        ]
        return _file(BADGES, [COLUMNS, *lines])
    found = scope.board(periods_of(request.GET.get("by", "")))
    return _chart_file(found.chart(chart) if found else None)


@dashboard
@require_safe
def figures_of_file(request: HttpRequest, key: uuid.UUID, chart: str) -> HttpResponse:
    """The table of one chart of one badge as CSV."""
    definition = _definition(request, key)
    periods = periods_of(request.GET.get("by", ""))
    return _chart_file(boards.board_of(definition, periods).chart(chart))


def _chart_file(chart: Chart | None) -> HttpResponse:
    if chart is None:
        raise Http404("There is no such figure.")
    lines = [[line.label, *(cell.shown for cell in line.cells)] for line in chart.lines]
    return _file(chart.key, [chart.columns, *lines])


def _file(name: str, lines: list[Any]) -> HttpResponse:
    response = HttpResponse(f"\ufeff{as_csv(lines)}", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
