"""Pages for offerings: what runs, who assesses, who has shown what and what each still lacks."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.clauses import marked
from accounts.models import AdoptedPolicy, ListKind, UploadedList
from accounts.staff import person_of
from accounts.upload_forms import ListForm
from accounts.views.taking import taken
from credentials.models import Definition
from credentials.models.definition import AWARDABLE
from learning import doors, terms
from learning.actions import completions, editing, offerings
from learning.doors import Door
from learning.forms import CompletionForm, refused
from learning.grid import sees_records
from learning.models import Offering
from learning.offering_forms import OfferingForm
from learning.progress import progress
from policies.reasons import Refused

A_PAGE = 50
FORM_METHODS = ["GET", "HEAD", "POST"]


def sent(request: HttpRequest) -> QueryDict | None:
    """The form that was sent, if any."""
    return request.POST if request.method == "POST" else None


@require_safe
def offering_list(request: HttpRequest) -> HttpResponse:
    """The offerings I assess or that run on my campus, and what I may open."""
    person = person_of(request)
    rows = Offering.objects.visible_to(person).with_seats()
    rows = rows.select_related("definition__current", "institution")
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
    form = OfferingForm(definition, sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = offerings.open_offering(definition=definition, by=person, **form.values())
        except Refused as error:
            refused(form, error)
        else:
            messages.success(
                request,
                "The offering is open. Learners can be enrolled, and its assessors can record what they show.",
            )
            return redirect("offering", made.pk)
    context = {"form": form, "definition": definition, "institution": definition.institution}
    return render(request, "learning/offering_open.html", context, status=409 if form.errors else 200)


def tabs_of(request: HttpRequest, found: Offering, current: str) -> list[dict[str, Any]]:
    """The pages of one offering; that of everybody's progress for those who may see it."""
    names = {"offering_learners": "Enrolment", "offering": "What is recorded"}
    if sees_records(person_of(request), found):
        names["offering_progress"] = "Progress"
    tabs = [Door(label, reverse(name, args=[found.pk]), name) for name, label in names.items()]
    tabs += doors.tabs(person_of(request), found)
    return [{"label": tab.label, "url": tab.url, "current": tab.name == current} for tab in tabs]


def offering_of(request: HttpRequest, key: uuid.UUID) -> Offering:
    """An offering that this person may see; others are 404."""
    rows = Offering.objects.visible_to(person_of(request))
    related = ("definition__current__policy", "definition__institution", "institution")
    return get_object_or_404(rows.select_related(*related), pk=key)


def list_taken(
    request: HttpRequest, found: Offering, upload: ListForm, kind: ListKind
) -> HttpResponse | None:
    """On to the page of a list about this offering; None when it is none, which its form then says."""
    return taken(request, upload, kind=kind, subject=found.pk, institution=found.institution)


def policy_of(found: Offering) -> AdoptedPolicy:
    """The revision that the credential was approved under."""
    version = found.definition.current
    policy = version.policy if version else found.institution.policy
    policy.institution = found.institution  # known already, so that nobody asks again
    return policy


@require_http_methods(FORM_METHODS)
def offering(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One offering: who has shown what, what each still lacks, and the forms for one learner and for many."""
    person, found = person_of(request), offering_of(request, key)
    may = completions.may_assess(person, found)
    form = CompletionForm(completions.competencies_of(found), completions.levels_of(found), sent(request))
    if request.method == "POST":
        completions.require_assessor(person, found)
        if form.is_valid() and _recorded(request, form, found):
            return redirect("offering", found.pk)
    return offering_page(
        request, found, form if may else None, ListForm(auto_id="id_list_%s") if may else None
    )


def offering_page(
    request: HttpRequest, found: Offering, form: CompletionForm | None, upload: ListForm | None
) -> HttpResponse:
    """The page of an offering; 409 when one of the forms was refused."""
    person, policy = person_of(request), policy_of(found)
    seen = found.completions.standing().visible_to(person).select_related("learner", "recorded_by")
    ordered = seen.prefetch_related("competencies").order_by("-recorded_at", "pk")
    page = Paginator(ordered, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "offering": found,
        "institution": found.institution,
        "term": terms.words(found),
        "tabs": tabs_of(request, found, "offering"),
        "may_edit": editing.may_edit(person, found),
        "assessors": found.assessors.order_by("name"),
        "recorded": found.completions.standing().count(),
        "page": page,
        "rows": [{"is": one, "missing": marked(policy, one.missing)} for one in progress(found, page)],
        "form": form,
        "upload": upload,
        "lists": UploadedList.objects.visible_to(person).on_the_way(ListKind.COMPLETIONS, found.pk)
        if form
        else (),
    }
    refused_one = bool((form and form.errors) or (upload and upload.errors))
    return render(request, "learning/offering.html", context, status=409 if refused_one else 200)


def _recorded(request: HttpRequest, form: CompletionForm, found: Offering) -> bool:
    try:
        completion = completions.record(offering=found, by=person_of(request), **form.values())
    except Refused as error:
        refused(form, error)
        return False
    how = "has completed" if completion.completed_on else "is on the way"
    messages.success(request, f"Recorded: {completion.learner_name} {how}.")
    return True
