"""The learner's own page: where I am enrolled, what I have shown, what is missing and what to do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.staff import person_of
from learning import own


@require_safe
def my_learning(request: HttpRequest) -> HttpResponse:
    """Mine alone: nobody else's progress can be asked for here."""
    found = own.all_of(person_of(request))
    running = [one for one in found if one.state != "left"]
    context = {"running": running, "left": [one for one in found if one.state == "left"]}
    return render(request, "learning/mine.html", context)
