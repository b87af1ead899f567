"""A proposal's whole record: a page in words, and the chain as a file that others can check."""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.staff import person_of
from proposals import recorded
from proposals.views.finding import find, page

PAGE = 50


@require_safe
def record(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Everything that happened, newest first, or of one kind."""
    found, kind = find(request, key), request.GET.get("kind", "")
    shown = Paginator(recorded.entries(found, kind), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": shown,
        "entries": recorded.lines(shown.object_list, found.policy.pack),
        "kind": kind if kind in recorded.KINDS else "",
        "kinds": [("", "Everything"), *((name, said) for name, (said, _rows) in recorded.KINDS.items())],
    }
    return page(request, "proposals/record.html", found, context)


@require_safe
def record_file(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The chain as JSON."""
    found = find(request, key)
    answer = HttpResponse(recorded.exported(found, person_of(request)), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="record-{found.pk}.json"'
    return answer
