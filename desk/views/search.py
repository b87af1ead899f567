"""The page that finds again what one has seen: proposals, credentials, people, requests, badges."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.staff import person_of
from desk.searching import LONGEST, MOST, search


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """What the words find among all that this person may see."""
    words = request.GET.get("q", "").replace("\0", "")[:LONGEST]
    context = {"words": words, "kinds": search(person_of(request), words), "most": MOST, "longest": LONGEST}
    return render(request, "desk/search.html", context)
