"""The learners' micro-credential records, for whoever keeps them: searched, one person's whole, and as a file."""

from __future__ import annotations

import datetime as dt
import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.models import Person
from accounts.staff import dashboard, person_of
from credentials.expiring import SOON
from credentials.models import Award
from credentials.models.award_queries import AwardQuerySet
from issuance.bulk import changes_awards
from issuance.records import RELATED, UNREAD, exported, require_keeper, rows_of
from issuance.views.frame import inside
from journal import clock

A_PAGE = 100


def found_by(request: HttpRequest) -> tuple[AwardQuerySet, str]:
    """The awards of the records that this person keeps, by `?q=`, newest first; and what was searched for.

    With `?ends=soon` those alone that run out within the next months, the first to run out first.
    """
    person = person_of(request)
    require_keeper(person)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    rows = Award.objects.recorded_by(person).about(words)
    order = ["-awarded_at", "pk"]
    if request.GET.get("ends") == "soon":
        rows, order = ending_soon(rows), ["expires_on", "pk"]
    return rows.select_related(*RELATED).defer(*UNREAD).order_by(*order), words


def ending_soon(rows: AwardQuerySet) -> AwardQuerySet:
    """Those of them that run out within the next months."""
    today = clock.today()
    return rows.ending(today, today + dt.timedelta(days=SOON))


@dashboard
@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """Every award of the campus, by `?q=` in names, addresses and titles; how many run out soon leads to those."""
    rows, words = found_by(request)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": "Learners’ micro-credential records",
        "q": words,
        "page": page,
        "rows": rows_of(page),
        "chooses": changes_awards(person_of(request)),
        "soon": request.GET.get("ends") == "soon",
        "ending": ending_soon(Award.objects.recorded_by(person_of(request))).count(),
    }
    return inside(request, "issuance/records.html", None, context)


@dashboard
@require_safe
def records_file(request: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    rows, _words = found_by(request)
    return exported(rows_of(rows), "micro-credential-records.csv")


@dashboard
@require_safe
def record(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One learner's record: everything awarded here, in force or not; `?as=csv` as a file."""
    rows, _words = found_by(request)
    held = rows.filter(holder=key)
    learner = get_object_or_404(Person, pk__in=held.order_by().values("holder"), pk=key)
    lines = rows_of(held)
    if request.GET.get("as") == "csv":
        return exported(lines, f"record-{learner.pk}.csv")
    context = {
        "title": f"Record of {lines[0]['name']}",
        "learner": learner,
        "rows": lines,
        "in_force": sum(line["status"] == "valid" for line in lines),
    }
    return inside(request, "issuance/record.html", None, context)
