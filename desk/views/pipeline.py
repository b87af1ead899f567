"""The figures of the pipeline as files."""

from __future__ import annotations

import csv
import io

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.staff import dashboard, person_of
from desk.work import pipeline
from proposals.register import plain

NOBODY = "Only those who manage a campus see its pipeline."


@dashboard
@require_safe
def pipeline_csv(request: HttpRequest, what: str) -> HttpResponse:
    """The table of one figure, of the campuses that I manage: `states` or `steps`."""
    campuses = pipeline.oversees(person_of(request))
    if not campuses:
        raise PermissionDenied(NOBODY)
    if what == "states":
        lines = [pipeline.STATE_COLUMNS, *map(pipeline.cells_of_state, pipeline.states(campuses))]
    elif what == "steps":
        lines = [pipeline.STEP_COLUMNS, *map(pipeline.cells_of_step, pipeline.steps(campuses))]
    else:
        raise Http404("There is no such figure.")
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(
        [plain("" if cell is None else cell) for cell in line] for line in lines
    )
    answer = HttpResponse(f"\ufeff{out.getvalue()}", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{what}.csv"'
    return answer
