"""Who did what, when: the acts of issuing on what a person may see, newest first; searched, filtered, as a file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from accounts.staff import dashboard, person_of
from accounts.tables.rewriting import as_csv
from credentials.models import Definition
from issuance.models import IssuanceRequest
from issuance.recorded import acts, said_of, seen_by, subjects_of, title_of, who_did
from issuance.views.frame import inside, words_of
from journal.models import Entry

A_PAGE = 100
MOST_IN_FILE = 20_000
HEADINGS = ("When", "What", "Of", "By", "For", "Act")


def _found(request: HttpRequest) -> QuerySet[Entry]:
    """What the person may see, as `?who=`, `?act=`, `?from=`, `?to=`, `?q=` (of whom or what) narrow it."""
    asked, words = request.GET, words_of(request)
    act = asked["act"] if asked.get("act") in acts() else ""
    first, last = _day(asked.get("from")), _day(asked.get("to"))
    mine = asked.get("who") == "me"
    return seen_by(person_of(request), words=words, act=act, mine=mine, first=first, last=last)


def _day(text: str | None) -> dt.date | None:
    try:
        return parse_date(text) if text else None
    except ValueError:
        return None


@dashboard
@require_safe
def activity(request: HttpRequest) -> HttpResponse:
    """A page of the record of issuing."""
    page = Paginator(_found(request), A_PAGE).get_page(request.GET.get("page"))
    campuses = {entry.institution for entry in page}
    context = {
        "title": "Who did what",
        "page": page,
        "rows": _rows(list(page)),
        "acts": acts(),
        "asked": request.GET,
        "q": words_of(request),
    }
    # In the campus's own time, where the acts are of one campus.
    here = next(iter(campuses)) if len(campuses) == 1 else None
    return inside(request, "issuance/activity.html", here, context)


@dashboard
@require_safe
def activity_file(request: HttpRequest) -> HttpResponse:
    """The same as CSV, the newest first."""
    rows = _rows(list(_found(request)[:MOST_IN_FILE]))
    lines = [
        [f"{row['at']:%Y-%m-%d %H:%M:%S%z}", row["text"], row["of"], row["by"], row["for"], row["act"]]
        for row in rows
    ]
    response = HttpResponse(as_csv([HEADINGS, *lines]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="issuing-record.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _rows(entries: list[Entry]) -> list[dict[str, Any]]:
    """Entries in words, with what they are about."""
    about = subjects_of(entries)
    return [
        {
            "at": entry.at,
            "text": said_of(entry),
            "of": title_of(about.get(entry.subject_id)),
            "url": _address(about.get(entry.subject_id)),
            "by": str(entry.by or ""),
            "for": str(entry.on_behalf_of or ""),
            "who": who_did(entry),
            "act": entry.act,
            "campus": entry.institution,
        }
        for entry in entries
    ]


def _address(about: IssuanceRequest | Definition | None) -> str:
    if isinstance(about, IssuanceRequest):
        return reverse("request_check", args=[about.pk])
    return reverse("credential", args=[about.slug]) if about else ""
