"""The learner's own page: where I am enrolled, what I have shown, what is missing and what to do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.staff import person_of
from learning import doors, own


@require_safe
def my_learning(request: HttpRequest) -> HttpResponse:
    """Mine alone: nobody else's progress can be asked for here."""
    person = person_of(request)
    found = own.all_of(person)
    running = [one for one in found if one.state != "left"]
    context: dict[str, Any] = {"running": running, "left": [one for one in found if one.state == "left"]}
    context["doors"] = doors.own(person)
    return render(request, "learning/mine.html", context)
