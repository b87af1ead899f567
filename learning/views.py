"""Pages for offerings: what runs, who assesses, who has shown what."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from credentials.models import Definition
from learning.actions import completions, offerings
from learning.api import seen_by
from learning.forms import CompletionForm, OfferingForm
from learning.models import Offering
from policies.reasons import Refused


def refused(form: forms.Form, error: Refused) -> None:
    """Put each reason at its field, or on top where it has none."""
    for reason in error.reasons:
        field = reason.field if reason.field in form.fields else None
        form.add_error(field, f"{reason.text} ({reason.clause})" if reason.clause else reason.text)


def offering_list(request: HttpRequest) -> HttpResponse:
    """The offerings I assess or that run on my campus, and what I may open."""
    rows = seen_by(request.user).select_related("definition__current", "institution").order_by("-starts_on")
    openable = [
        d
        for d in Definition.objects.visible_to(request.user).select_related("institution", "unit", "current")
        if d.current and offerings.may_open(request.user, d)
    ]
    return render(request, "learning/offerings.html", {"offerings": rows, "openable": openable})


def offering_open(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Open an offering of one credential."""
    rows = Definition.objects.visible_to(request.user).select_related("institution", "unit", "current")
    definition = get_object_or_404(rows, pk=key)
    if not offerings.may_open(request.user, definition):
        raise PermissionDenied("Only the programme manager, the programme director or an issuer opens an offering.")
    form = OfferingForm(definition, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            offering = offerings.open_offering(definition=definition, by=request.user, **form.cleaned_data)
        except Refused as error:
            refused(form, error)
        else:
            messages.success(request, "The offering is open. Its assessors can record completions.")
            return redirect("offering", offering.pk)
    context = {"form": form, "definition": definition, "institution": definition.institution}
    return render(request, "learning/offering_open.html", context, status=409 if form.errors else 200)


def offering(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One offering: who has completed, and the form for the next one."""
    rows = seen_by(request.user).select_related("definition__current", "institution")
    found = get_object_or_404(rows, pk=key)
    may = completions.may_assess(request.user, found)
    form = CompletionForm(_competencies(found), request.POST or None)
    if request.method == "POST":
        if not may:
            raise PermissionDenied("Only an assessor named for this offering records completions.")
        if form.is_valid() and _recorded(request, form, found):
            return redirect("offering", found.pk)
    context = {
        "offering": found,
        "institution": found.institution,
        "completions": found.completions.filter(withdrawn_at__isnull=True).select_related("learner", "recorded_by"),
        "form": form if may else None,
    }
    return render(request, "learning/offering.html", context, status=409 if form.errors else 200)


def _competencies(found: Offering) -> list[str]:
    current = found.definition.current
    return [c["name"] for c in current.competencies] if current else []


def _recorded(request: HttpRequest, form: CompletionForm, found: Offering) -> bool:
    try:
        completion = completions.record(offering=found, by=request.user, **form.cleaned_data)
    except Refused as error:
        refused(form, error)
        return False
    messages.success(request, f"Recorded: {completion.learner_name} has completed.")
    return True
