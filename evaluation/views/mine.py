"""My own surveys: what I was asked, and whether I want to be asked."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import Institution
from accounts.staff import person_of
from evaluation.actions import answering
from evaluation.models import Invitation, SurveyStop
from issuance.views.frame import on_site
from learning.doors import Door

MOST = 200


def own_door(person: Any) -> Door | None:
    """What one was asked, once anything was."""
    if not Invitation.objects.filter(person=person).exists():
        return None
    return Door("What you were asked about your learning", reverse("my_surveys"), "my_surveys")


@require_http_methods(["GET", "HEAD", "POST"])
def my_surveys(request: HttpRequest) -> HttpResponse:
    """What I was asked and whether I answered; POST stops a campus's surveys, or takes that back."""
    me = person_of(request)
    rows = Invitation.objects.filter(person=me).select_related("survey__current", "version", "institution")
    if request.method == "POST":
        campus = get_object_or_404(Institution, pk=_key(request), pk__in=rows.values("institution"))
        if request.POST.get("ask") == "yes":
            answering.ask_again(institution=campus, by=me)
            messages.success(request, f"{campus} may ask you again.")
        else:
            answering.stop_all(institution=campus, by=me)
            messages.success(request, f"{campus} sends you no more surveys.")
        return redirect("my_surveys")
    stopped = set(SurveyStop.objects.filter(person=me).values_list("institution", flat=True))
    campuses = Institution.objects.filter(pk__in=rows.values("institution"))
    context = {
        "rows": rows.select_related("offering").order_by("-due_at", "pk")[:MOST],
        "campuses": [(campus, campus.pk in stopped) for campus in campuses],
    }
    return on_site(request, "evaluation/mine.html", None, context)


def _key(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("campus", ""))
    except (ValueError, ValidationError):
        return None
