"""Time from intent to approval, and where proposals wait: for the campus, or a unit with all below it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Unit
from accounts.staff import dashboard
from accounts.tables.rewriting import as_csv
from evaluation.models import RouteFigures
from evaluation.spans import Span
from evaluation.views.goals import chosen
from issuance.figures.charts import Chart, Line
from issuance.figures.small import Cell
from issuance.views.frame import inside
from proposals.states import State

if TYPE_CHECKING:
    from accounts.models import Institution

SOURCE = "Counted here, every submitted proposal"


@dashboard
@require_safe
def waits(request: HttpRequest) -> HttpResponse:
    """How long approval takes, month by month, and the steps at which proposals stand longest."""
    campus, campuses = chosen(request)
    unit, row = _asked(request, campus)
    query = request.GET.urlencode()
    charts = [
        {**chart.shown(), "at": row.made_at if row else None, "csv_url": f"{reverse('waits_file', args=[chart.key])}?{query}"}
        for chart in _charts(row)
    ]  # fmt: skip
    figures = row.figures if row else {}
    context = {
        "title": "Time to approval",
        "campus": campus,
        "campuses": campuses,
        "unit": unit,
        "units": Unit.objects.filter(route_figures__institution=campus),
        "charts": charts,
        "sums": _sums(figures),
    }
    return inside(request, "evaluation/waits.html", campus, context)


def _asked(request: HttpRequest, campus: Institution) -> tuple[Unit | None, RouteFigures | None]:
    text = request.GET.get("unit", "")
    unit = None
    if text:
        try:
            key = uuid.UUID(text)
        except ValueError:
            raise Http404("No such unit") from None
        unit = Unit.objects.filter(
            institution=campus, pk=key
        ).first()  # None where the campus was changed meanwhile
        if unit is None:
            get_object_or_404(Unit, pk=key)
    return unit, RouteFigures.objects.filter(institution=campus, unit=unit).first()


def _sums(figures: dict[str, Any]) -> list[dict[str, Any]]:
    if not figures:
        return []
    return [
        {"label": "Approved so far", "value": figures["approved"]},
        {"label": "Half of them within", "value": figures["half"], "shown": _days(figures["half"]), "none": "none yet"},
        {"label": "Nine of ten within", "value": figures["ninety"], "shown": _days(figures["ninety"]), "none": "none yet"},
        {"label": "Under way", "value": figures["open"]},
    ]  # fmt: skip


def _days(number: int | None) -> str:
    return "" if number is None else "1 day" if number == 1 else f"{number:,} days"


def _cell(number: int | None) -> Cell:
    return Cell(number, _days(number) or "none")


def _charts(row: RouteFigures | None) -> list[Chart]:
    figures = row.figures if row else {"months": [], "places": []}
    months = [
        Line(Span("month", dt.date.fromisoformat(first)).label, (Cell(approved), _cell(half), _cell(ninety)))
        for first, approved, half, ninety in figures["months"]
    ]
    places = [
        Line(_place(title, state), (_cell(half), _cell(ninety), Cell(ended), Cell(waiting), _cell(oldest if waiting else None)))
        for title, state, ended, half, ninety, waiting, oldest in figures["places"]
    ]  # fmt: skip
    heads = ("Month", "Approved", "Half within", "Nine of ten within")
    steps = ("Step", "Half within", "Nine of ten within", "Done", "Waiting now", "The oldest for")
    none = "Nothing was approved yet."
    return [
        Chart("approved", "From intent to approval", SOURCE, heads, months, drawn=1, none=none),
        Chart("places", "Where proposals wait", SOURCE, steps, places, none="No step was opened yet."),
    ]


def _place(title: str, state: str) -> str:
    stage = State(state).label if state in State.values else state
    return f"{title} ({stage.lower()})"


@dashboard
@require_safe
def waits_file(request: HttpRequest, chart: str) -> HttpResponse:
    """One of the two tables as CSV."""
    campus, _all = chosen(request)
    _unit, row = _asked(request, campus)
    found = next((one for one in _charts(row) if one.key == chart), None)
    if found is None:
        raise Http404("There is no such figure.")
    lines = [[line.label, *(cell.shown for cell in line.cells)] for line in found.lines]
    body = f"\ufeff{as_csv([found.columns, *lines])}"
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{chart}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
