"""A proposal's papers: a revision, what changed between two, and the record, each as a PDF for who sees its page."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.staff import person_of
from journal.papers.answers import answer
from proposals import papers, versions
from proposals.views.finding import find, find_whole


@require_safe
def revision(request: HttpRequest, key: uuid.UUID, number: int) -> HttpResponse:
    """A revision as it was submitted."""
    found = find(request, key)
    shown = get_object_or_404(found.revisions.select_related("submitted_by"), number=number)
    return answer(request, papers.revision(found, shown), f"{found} revision {number}")


@require_safe
def red_line(request: HttpRequest, key: uuid.UUID, old: str, new: str) -> HttpResponse:
    """What changed from one version to the other; `?only=1` holds the changes alone."""
    found, person = find_whole(request, key), person_of(request)
    was, now = (versions.find(found, name, person) for name in (old, new))
    if was is None or now is None or old == new:
        raise Http404("There are no two such versions.")
    sections = versions.red_line(found, was, now)
    data = papers.red_line(found, was, now, sections, only=request.GET.get("only") == "1")
    return answer(request, data, f"{found} {old} to {new}")


@require_safe
def record(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Everything that happened, as far as the record's file tells it to this person."""
    found = find(request, key)
    return answer(request, papers.record(found, person_of(request)), f"{found} record")
