"""The register of pilots, for those who oversee them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.clauses import mark
from accounts.staff import person_of
from proposals import owing
from proposals import register as pilot_register
from proposals.deadlines import Deadline
from proposals.models import Proposal

A_PAGE = 50


def _found(request: HttpRequest) -> QuerySet[Proposal]:
    person = person_of(request)
    if not owing.oversees(person):
        raise PermissionDenied(owing.NOBODY)
    rows = pilot_register.overseen(person)
    return pilot_register.late(rows, person) if request.GET.get("late") == "1" else rows


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Every pilot that I oversee: its year, when it ends, what is due, what is late."""
    found = pilot_register.in_order(_found(request))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    shown = pilot_register.lines(Proposal.objects.filter(pk__in=[row.pk for row in page]))
    rows = [
        {"pilot": pilot, "next": _due(pilot.next), "late": [_due(due) for due in pilot.late]}
        for pilot in shown
    ]
    late = request.GET.get("late") == "1"
    context = {"page": page, "rows": rows, "total": page.paginator.count, "late": late}
    return render(request, "proposals/pilots.html", context)


def _due(due: Deadline | None) -> dict[str, Any] | None:
    if due is None:
        return None
    return {"title": due.title, "told": due.told, "clause": mark(due.proposal.policy, due.clause)}


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """The register as CSV."""
    text = pilot_register.as_csv(pilot_register.lines(_found(request)), settings.SITE_URL)
    answer = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="pilots.csv"'
    return answer
