"""Who did what, when: the acts of issuing on what a person may see, newest first; searched, filtered, as a file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from accounts.staff import dashboard, person_of
from accounts.tables.rewriting import as_csv
from credentials.models import Definition
from issuance.models import IssuanceRequest
from issuance.recorded import acts, said_of, who_did
from issuance.views.frame import inside, words_of
from journal.models import Entry

A_PAGE = 100
MOST_IN_FILE = 20_000
HEADINGS = ("When", "What", "Of", "By", "For", "Act")
RELATED = ("by", "on_behalf_of", "institution")


def _found(request: HttpRequest) -> QuerySet[Entry]:
    """The entries of requests that the person may see, and about awards of their offices; `?who=`, `?act=`, `?from=`,
    `?to=`, `?q=` (of whom or what) narrow them."""
    person, asked = person_of(request), request.GET
    requests = IssuanceRequest.objects.visible_to(person)
    certified = IssuanceRequest.objects.to_certify(person).values("definition")
    definitions = Definition.objects.filter(Q(pk__in=certified) | Q(institution__in=person.managed()))
    about = Q(subject_kind="request", subject_id__in=requests.values("pk"))
    about |= Q(subject_kind="definition", subject_id__in=definitions.values("pk"), act__in=acts("definition"))
    rows = Entry.objects.filter(about).order_by("-at", "-pk")
    if words := words_of(request):
        titled = Q(current__title__icontains=words)
        of = requests.filter(definition__in=Definition.objects.filter(titled)).values("pk")
        by = Q(by__name__icontains=words) | Q(by__email__icontains=words)
        rows = rows.filter(
            by | Q(subject_id__in=of) | Q(subject_id__in=definitions.filter(titled).values("pk"))
        )
    if asked.get("act") in acts():
        rows = rows.filter(act=asked["act"])
    if asked.get("who") == "me":
        rows = rows.filter(by=person)
    if first := _day(asked.get("from")):
        rows = rows.filter(at__date__gte=first)
    if last := _day(asked.get("to")):
        rows = rows.filter(at__date__lte=last)
    return rows.select_related(*RELATED)


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
    """Entries in words, with what they are about; two queries for any number."""
    keys = {entry.subject_id for entry in entries}
    found = IssuanceRequest.objects.filter(pk__in=keys).select_related("definition__current")
    titles = {row.pk: (str(row.definition), reverse("request_check", args=[row.pk])) for row in found}
    for row in Definition.objects.filter(pk__in=keys).select_related("current"):
        titles[row.pk] = (str(row), reverse("credential", args=[row.slug]))
    return [
        {
            "at": entry.at,
            "text": said_of(entry),
            "of": titles.get(entry.subject_id, ("", ""))[0],
            "url": titles.get(entry.subject_id, ("", ""))[1],
            "by": str(entry.by or ""),
            "for": str(entry.on_behalf_of or ""),
            "who": who_did(entry),
            "act": entry.act,
            "campus": entry.institution,
        }
        for entry in entries
    ]
