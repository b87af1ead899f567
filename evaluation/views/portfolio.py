"""The portfolio over time: how many micro-credentials, and how full each offering is against its capacity."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.clauses import mark
from accounts.models import Institution, Unit
from accounts.staff import dashboard
from accounts.tables.rewriting import as_csv
from evaluation.portfolio import charts
from evaluation.views.goals import chosen
from issuance.views.frame import inside
from journal import clock
from learning.models import Offering


@dashboard
@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    """The three charts, for the campus or (of seats) a unit with all below it."""
    campus, campuses = chosen(request)
    unit, query, policy = _unit(request, campus), request.GET.urlencode(), campus.in_force or campus.policy
    shown = [
        {
            **chart.shown(),
            "at": clock.now(),
            "csv_url": f"{reverse('portfolio_file', args=[chart.key])}?{query}",
        }
        for chart in charts(campus, unit)
    ]
    context = {
        "title": "Portfolio",
        "campus": campus,
        "campuses": campuses,
        "unit": unit,
        "units": Unit.objects.filter(
            pk__in=Offering.objects.filter(institution=campus).values("definition__unit")
        ),
        "charts": shown,
        "clause": mark(policy, policy.pack.outreach.portfolio_clause),
    }
    return inside(request, "evaluation/portfolio.html", campus, context)


def _unit(request: HttpRequest, campus: Institution) -> Unit | None:
    """The unit asked for; none where the campus was changed meanwhile, 404 for what is no unit of mine."""
    text = request.GET.get("unit", "")
    if not text:
        return None
    try:
        key = uuid.UUID(text)
    except ValueError:
        raise Http404("No such unit") from None
    found = get_object_or_404(Unit, pk=key)
    return found if found.institution_id == campus.pk else None


@dashboard
@require_safe
def portfolio_file(request: HttpRequest, chart: str) -> HttpResponse:
    """The table of one chart as CSV."""
    campus, _ = chosen(request)
    found = next((one for one in charts(campus, _unit(request, campus)) if one.key == chart), None)
    if found is None:
        raise Http404("There is no such figure.")
    lines = [[line.label, *(cell.shown for cell in line.cells)] for line in found.lines]
    answer = HttpResponse(f"\ufeff{as_csv([found.columns, *lines])}", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{chart}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer
