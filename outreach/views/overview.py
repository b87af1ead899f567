"""The front page of an office: what is coming, how to take part."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from journal import clock
from outreach.views.frame import campus_of, public

A_FEW = 3


@login_not_required
@require_safe
def office(request: HttpRequest, slug: str) -> HttpResponse:
    """What a micro-credential is here, the next sessions, and the ways to take part."""
    campus = campus_of(slug)
    ahead = campus.sessions.select_related("institution").counted().ahead(clock.now())[:A_FEW]
    terms = campus.policy.pack.definitions[:1]
    return public(request, "outreach/overview.html", campus, "office", ahead=ahead, terms=terms)
