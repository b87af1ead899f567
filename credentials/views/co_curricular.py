"""The learner's co-curricular transcript: choose what it holds, take it as PDF or as a signed file."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.clauses import mark
from accounts.staff import person_of
from credentials.files import co_curricular
from credentials.files.co_curricular import TooMuch, Transcript
from credentials.views.people import in_wallet
from journal.papers import PaperError

MOST_CHOSEN = 500


@require_safe
def co_curricular_transcripts(request: HttpRequest) -> HttpResponse:
    """What I can put on a transcript, campus by campus."""
    return _page(request)


def _page(request: HttpRequest, wrong: str = "", status: int = 200) -> HttpResponse:
    held = co_curricular.held_at(person_of(request))
    parts = []
    for institution, awards in held.items():
        policy = institution.in_force or institution.policy
        policy.institution = institution
        clause = mark(policy, policy.pack.transcript.co_curricular_clause)
        parts.append({"institution": institution, "awards": awards, "clause": clause})
    context = {"parts": parts, "wrong": wrong, "tabs": in_wallet("")}
    response = render(request, "credentials/co_curricular.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def co_curricular_paper(request: HttpRequest, slug: str) -> HttpResponse:
    """The transcript of one campus as PDF, with the awards of `?award=` (all without any)."""
    found = _wanted(request, slug)
    try:
        return _file(co_curricular.paper(found), "application/pdf", f"co-curricular-{slug}.pdf")
    except PaperError as error:
        return _page(request, str(error), status=503)


@require_safe
def co_curricular_signed(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as a learner record, signed by the campus."""
    found = _wanted(request, slug)
    try:
        token = co_curricular.signed(found)
    except TooMuch as error:
        return _page(request, str(error), status=409)
    return _file(token.encode(), "text/plain; charset=utf-8", f"co-curricular-{slug}.jwt")


def _wanted(request: HttpRequest, slug: str) -> Transcript:
    """The transcript that is asked for; 404 for a campus without one, and for awards that are not on it."""
    chosen = set()
    for text in request.GET.getlist("award")[:MOST_CHOSEN]:
        try:
            chosen.add(uuid.UUID(text))
        except ValueError as error:
            raise Http404 from error
    found = co_curricular.transcript_of(person_of(request), slug, chosen)
    if found is None:
        raise Http404
    return found


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
