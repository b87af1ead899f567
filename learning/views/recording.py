"""Correct or take back what was recorded, see what became of it, and record many learners by a list."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.staff import person_of
from learning import lists
from learning.actions import changes, completions
from learning.forms import CompletionForm, CorrectionForm, ListForm, ReasonForm, as_recorded, refused
from learning.lists import Preview
from learning.models import Completion, Offering
from learning.views.offerings import FORM_METHODS, offering_of, offering_page, sent
from policies.reasons import Reason, Refused

MOST_SHOWN = 200


def _completion(request: HttpRequest, key: uuid.UUID) -> Completion:
    """A standing record that this person may see and change; others are 404 or 403."""
    person = person_of(request)
    rows = Completion.objects.standing().visible_to(person)
    related = ("offering__institution", "offering__definition__current", "learner", "version")
    found = get_object_or_404(rows.select_related(*related).prefetch_related("competencies"), pk=key)
    completions.require_assessor(person, found.offering)
    return found


@require_http_methods(FORM_METHODS)
def completion_correct(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Correct what was recorded of one learner, with a reason; earlier corrections stand below."""
    completion = _completion(request, key)
    names = completions.competencies_of(completion.offering)
    levels = completions.levels_of(completion.offering)
    form = CorrectionForm(names, levels, sent(request), initial=as_recorded(completion, names))
    reasons = changes.change_reasons(completion)
    if request.method == "POST" and form.is_valid():
        try:
            changes.correct(completion=completion, by=person_of(request), **form.values())
        except Refused as error:
            refused(form, error)
        else:
            messages.success(request, f"Corrected: {completion.learner_name}.")
            return redirect("offering", completion.offering_id)
    context = {"form": form, "names": names, **_about(completion, reasons)}
    return render(request, "learning/correct.html", context, status=409 if form.errors or reasons else 200)


def _about(completion: Completion, reasons: list[Reason]) -> dict[str, Any]:
    return {
        "completion": completion,
        "institution": completion.offering.institution,
        "reasons": [reason.text for reason in reasons],
        "changes": completion.changes.select_related("by"),
    }


@require_http_methods(FORM_METHODS)
def completion_withdraw(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Take back what was recorded by mistake: what that means, then the act."""
    completion = _completion(request, key)
    form, reasons = ReasonForm(sent(request)), changes.change_reasons(completion)
    if request.method == "POST" and form.is_valid():
        try:
            changes.withdraw(completion=completion, by=person_of(request), reason=form.cleaned_data["reason"])
        except Refused as error:
            refused(form, error)
        else:
            messages.success(request, f"Taken back: the completion of {completion.learner_name}.")
            return redirect("offering", completion.offering_id)
    context = {"form": form, **_about(completion, reasons)}
    return render(request, "learning/withdraw.html", context, status=409 if form.errors or reasons else 200)


@require_safe
def template(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The list to begin with: a column for each competency of this credential."""
    found = offering_of(request, key)
    completions.require_assessor(person_of(request), found)
    response = HttpResponse(lists.template(found), content_type="text/csv; charset=utf-8")
    name = slugify(found.title)[:60] or "offering"
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@require_POST
def dry_run(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Every line's verdict before anything is written; "send" records the list exactly as it stands on the page."""
    found, person = offering_of(request, key), person_of(request)
    completions.require_assessor(person, found)
    upload = ListForm(request.POST, request.FILES, auto_id="id_list_%s")
    if not upload.is_valid():
        form = CompletionForm(completions.competencies_of(found), completions.levels_of(found))
        return offering_page(request, found, form, upload)
    given = upload.cleaned_data
    source = given["file"] if given["file"] is not None else ContentFile(given["text"].encode())
    preview, refusals = lists.preview(source, found, person), []
    if "send" in request.POST and preview.ok:
        try:
            made = completions.record_many(offering=found, entries=preview.entries, by=person)
        except Refused as error:  # something changed between the dry run and the act
            refusals = error.reasons
        else:
            word = "1 learner" if len(made) == 1 else f"{len(made):,} learners"
            messages.success(request, f"Recorded for {word}.")
            return redirect("offering", found.pk)
    return _dry_run_page(request, found, preview, refusals)


def _dry_run_page(
    request: HttpRequest, found: Offering, preview: Preview, refusals: list[Reason]
) -> HttpResponse:
    form = ListForm(initial={"text": preview.text})
    form.fields["text"].label = "The list"
    context = {
        "offering": found,
        "institution": found.institution,
        "preview": preview,
        "doubts": preview.doubts[:MOST_SHOWN],
        "more_doubts": max(len(preview.doubts) - MOST_SHOWN, 0),
        "adds": preview.adds[:MOST_SHOWN],
        "more_adds": max(len(preview.adds) - MOST_SHOWN, 0),
        "refusals": [reason.text for reason in refusals[:MOST_SHOWN]],
        "form": form,
        "here": reverse("offering_list", args=[found.pk]),
    }
    good = preview.ok and not refusals
    return render(request, "learning/dry_run.html", context, status=200 if good else 409)
