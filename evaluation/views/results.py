"""What surveys say, for units, programme directors and the office: charts with tables, what was written, and files."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.clauses import mark
from accounts.staff import person_of
from accounts.tables.rewriting import as_csv
from credentials.models import Definition
from evaluation.models import InvitationState, Survey
from evaluation.reach import definitions_directed, definitions_seen, offerings_directed
from evaluation.results.board import Board
from evaluation.results.boards import Results, results_of
from evaluation.results.reading import Asking
from issuance.figures.charts import Chart
from issuance.views.frame import on_site

A_PAGE = 50
ASKED = Q(survey_invitations__asked_at__isnull=False)
ANSWERED = Q(survey_invitations__state=InvitationState.ANSWERED)


@require_safe
def surveys(request: HttpRequest) -> HttpResponse:
    """The credentials whose people were asked, and for the office what its campuses ask. 404 for whoever has neither."""
    person = person_of(request)
    rows = definitions_seen(person).select_related("current", "unit", "institution")
    counted = rows.annotate(asked=Count("survey_invitations", filter=ASKED))
    counted = counted.annotate(answered=Count("survey_invitations", filter=ANSWERED))
    mine = Survey.objects.managed_by(person).asked().select_related("current", "institution")
    directs = offerings_directed(person).exists()
    if not (rows.exists() or mine or directs):
        raise Http404("Nothing of surveys is yours to see.")
    listed = counted.filter(asked__gt=0).order_by("institution__name", "current__title", "pk")
    context = {
        "page": Paginator(listed, A_PAGE).get_page(request.GET.get("page")),
        "surveys": mine.order_by("institution__name", "level", "key"),
        "directs": directs,
    }
    return on_site(request, "evaluation/surveys.html", None, context)


def seen(request: HttpRequest, key: uuid.UUID) -> Definition:
    """A credential whose results this person may see; others are 404."""
    rows = definitions_seen(person_of(request))
    return get_object_or_404(rows.select_related("institution__in_force", "unit", "current__policy"), pk=key)


@require_safe
def survey_results(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What one credential's people answered; `?survey=&wave=&about=` choose what they were asked."""
    definition = seen(request, key)
    found = results_of(definition, request.GET.dict())
    policy = definition.institution.in_force or definition.institution.policy
    context = {
        "definition": definition,
        "found": found,
        "tabs": [
            {"label": one.title, "url": f"?{query(one)}", "current": one == found.chosen}
            for one in found.askings
        ],
        "charts": _shown(definition, found),
        "clause": mark(policy, found.chosen.survey.clause) if found.chosen else None,
        "all_csv": _address(definition, found, "all"),
        "partners": definitions_directed(person_of(request)).filter(pk=definition.pk).exists()
        and Survey.objects.asked().filter(institution=definition.institution, audience="partners").exists(),
    }
    return on_site(request, "evaluation/results.html", definition.institution, context)


def query(asking: Asking) -> str:
    """How an address names an asking."""
    return urlencode({"survey": asking.survey.key, "wave": asking.wave, "about": asking.about})


def _address(definition: Definition, found: Results, chart: str) -> str:
    if found.chosen is None:
        return ""
    return f"{reverse('survey_results_file', args=[definition.pk, chart])}?{query(found.chosen)}"


def _shown(definition: Definition, found: Results) -> list[dict[str, Any]]:
    """The charts as the component takes them, each with the address of its file."""
    charts = found.board.charts if found.board else []
    return [{**chart.shown(), "csv_url": _address(definition, found, chart.key)} for chart in charts]


@require_safe
def survey_results_file(request: HttpRequest, key: uuid.UUID, chart: str) -> HttpResponse:
    """The table of one chart as CSV, or all of what one asking says (`all`)."""
    found = results_of(seen(request, key), request.GET.dict())
    if found.board is None:
        raise Http404("Nobody has been asked yet.")
    if chart == "all":
        return csv_file("survey", everything(found.board))
    one = found.board.chart(chart)
    if one is None:
        raise Http404("There is no such figure.")
    return csv_file(chart, [list(one.columns), *_lines(one)])


def _lines(chart: Chart) -> list[list[str]]:
    return [[line.label, *(cell.shown for cell in line.cells)] for line in chart.lines]


def everything(board: Board) -> list[list[str]]:
    """One line a figure: question, answer, group, number; and a line a text."""
    lines = [["Question", "Answer", "Group", "Number"]]
    for chart in board.charts:
        for line in chart.lines:
            cells = zip(chart.columns[1:], line.cells, strict=True)
            lines += [[chart.title, line.label, head, cell.shown] for head, cell in cells]
    for texts in board.texts:
        lines += [[texts.title, written, "All", "1"] for written in texts.written]
    return lines


def csv_file(name: str, lines: list[list[str]]) -> HttpResponse:
    """Lines as a file that spreadsheets open."""
    response = HttpResponse(f"\ufeff{as_csv(lines)}", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
