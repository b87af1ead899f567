"""The assessor's grid: which learner has shown what, on which evidence, and who may now be issued the badge."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from accounts.clauses import marked
from accounts.staff import person_of
from accounts.tables.rewriting import as_csv
from learning import grid, terms
from learning.actions.completions import may_assess
from learning.grid import STATES, Line
from learning.models import Offering
from learning.readiness import sentences
from learning.views.offerings import A_PAGE, offering_of, policy_of, tabs_of

NOT_YOURS = (
    "What learners have shown is seen by the assessors, the programme director and those who issue the badge."
)


def _seen(request: HttpRequest, key: uuid.UUID) -> Offering:
    found = offering_of(request, key)
    if not grid.sees_records(person_of(request), found):
        raise PermissionDenied(NOT_YOURS)
    return found


@require_safe
def offering_progress(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Learner by competency; `?show=ready|on_the_way|holds` keeps those alone."""
    found = _seen(request, key)
    every, wanted = grid.lines(found), request.GET.get("show", "")
    counts = Counter(line.state for line in every)
    kept = [line for line in every if line.state == wanted] if wanted in STATES else every
    page = Paginator(kept, A_PAGE).get_page(request.GET.get("page"))
    shown: list[Line] = list(page.object_list)
    names = grid.fill(found, shown)
    context = {
        "offering": found,
        "institution": found.institution,
        "term": terms.words(found),
        "tabs": tabs_of(request, found, "offering_progress"),
        "page": page,
        "names": names,
        "rows": [_row(found, line, names) for line in shown],
        "kinds": _kinds(wanted, counts, len(every)),
        "records": may_assess(person_of(request), found),
    }
    return render(request, "learning/progress.html", context)


def _row(found: Offering, line: Line, names: list[str]) -> dict[str, Any]:
    cells = [{"name": name, "met": met} for name, met in zip(names, line.cells, strict=True)]
    return {"is": line, "cells": cells, "missing": marked(policy_of(found), line.missing)}


def _kinds(wanted: str, counts: Counter[str], every: int) -> list[dict[str, Any]]:
    tabs = [{"label": f"All ({every:,})", "url": "?", "current": wanted not in STATES}]
    return tabs + [
        {"label": f"{label} ({counts[name]:,})", "url": f"?show={name}", "current": wanted == name}
        for name, label in STATES.items()
    ]


@require_safe
def progress_file(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The whole grid as CSV: the day on which each competency was shown, and what is missing."""
    found = _seen(request, key)
    every = grid.lines(found)
    names = grid.fill(found, every)
    heads = ["name", "email", *names, "completed on", "state", "missing"]
    rows = [[*_file_line(line), STATES[line.state], sentences(line.missing)] for line in every]
    answer = HttpResponse(f"\ufeff{as_csv([heads, *rows])}", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = (
        f'attachment; filename="{slugify(found.title)[:60] or "offering"}-progress.csv"'
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


def _file_line(line: Line) -> list[object]:
    shown = [" ".join(filter(None, [met.level, met.met_on.isoformat()])) if met else "" for met in line.cells]
    done = line.completion.completed_on if line.completion else None
    return [line.name, line.email, *shown, done or ""]
