"""Pages for offerings: what runs, who assesses, who has shown what."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.staff import person_of
from credentials.models import Definition
from credentials.models.definition import AWARDABLE
from learning.actions import completions, offerings
from learning.forms import CompletionForm, OfferingForm, refused
from learning.models import Completion, Offering
from policies.reasons import Refused

A_PAGE = 50
FORM_METHODS = ["GET", "HEAD", "POST"]


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


@require_safe
def offering_list(request: HttpRequest) -> HttpResponse:
    """The offerings I assess or that run on my campus, and what I may open."""
    person = person_of(request)
    rows = Offering.objects.visible_to(person).select_related("definition__current", "institution")
    page = Paginator(rows.order_by("-starts_on", "pk"), A_PAGE).get_page(request.GET.get("page"))
    openable = offerings.openable_by(person).filter(standing__in=AWARDABLE).select_related("current")
    context = {"page": page, "openable": openable.order_by("current__title", "pk")}
    return render(request, "learning/offerings.html", context)


@require_http_methods(FORM_METHODS)
def offering_open(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Open an offering of one credential."""
    person = person_of(request)
    rows = Definition.objects.visible_to(person).select_related("institution", "unit", "current")
    definition = get_object_or_404(rows, pk=key)
    if not offerings.may_open(person, definition):
        raise PermissionDenied(offerings.NOT_YOURS)
    form = OfferingForm(definition, _sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = offerings.open_offering(definition=definition, by=person, **form.cleaned_data)
        except Refused as error:
            refused(form, error)
        else:
            messages.success(request, "The offering is open. Its assessors can record completions.")
            return redirect("offering", made.pk)
    context = {"form": form, "definition": definition, "institution": definition.institution}
    return render(request, "learning/offering_open.html", context, status=409 if form.errors else 200)


def _offering(request: HttpRequest, key: uuid.UUID) -> Offering:
    rows = Offering.objects.visible_to(person_of(request))
    return get_object_or_404(rows.select_related("definition__current", "institution"), pk=key)


@require_http_methods(FORM_METHODS)
def offering(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One offering: who has completed, and the form for the next one."""
    person, found = person_of(request), _offering(request, key)
    may = completions.may_assess(person, found)
    form = CompletionForm(completions.competencies_of(found), _sent(request))
    if request.method == "POST":
        if not may:
            raise PermissionDenied(completions.NOT_YOURS)
        if form.is_valid() and _recorded(request, form, found):
            return redirect("offering", found.pk)
    seen = found.completions.standing().visible_to(person).select_related("learner", "recorded_by")
    page = Paginator(seen.order_by("-recorded_at", "pk"), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "offering": found,
        "institution": found.institution,
        "assessors": found.assessors.order_by("name"),
        "completed": found.completions.standing().count(),
        "page": page,
        "form": form if may else None,
    }
    return render(request, "learning/offering.html", context, status=409 if form.errors else 200)


def _recorded(request: HttpRequest, form: CompletionForm, found: Offering) -> bool:
    try:
        completion = completions.record(offering=found, by=person_of(request), **form.cleaned_data)
    except Refused as error:
        refused(form, error)
        return False
    messages.success(request, f"Recorded: {completion.learner_name} has completed.")
    return True


@require_http_methods(FORM_METHODS)
def completion_withdraw(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Take back a completion that was recorded by mistake: what that means, then the act."""
    person = person_of(request)
    rows = Completion.objects.standing().visible_to(person).select_related("offering__institution", "learner")
    completion = get_object_or_404(rows, pk=key)
    if not completions.may_assess(person, completion.offering):
        raise PermissionDenied(completions.NOT_YOURS)
    if request.method == "POST":
        try:
            completions.withdraw(completion=completion, by=person)
        except Refused as error:
            messages.error(request, error.reasons[0].text)
        else:
            messages.success(request, f"Taken back: the completion of {completion.learner_name}.")
        return redirect("offering", completion.offering_id)
    context = {"completion": completion, "institution": completion.offering.institution}
    return render(request, "learning/withdraw.html", context)
