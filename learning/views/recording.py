"""Correct or take back what was recorded, see what became of it, and record many learners by a list."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import ListKind
from accounts.staff import person_of
from accounts.tables.templates import as_file
from accounts.upload_forms import ListForm
from learning import lists
from learning.actions import changes, completions
from learning.forms import CompletionForm, CorrectionForm, ReasonForm, as_recorded, refused
from learning.models import Completion
from learning.views.offerings import FORM_METHODS, list_taken, offering_of, offering_page, sent
from policies.reasons import Reason, Refused


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
def template(request: HttpRequest, key: uuid.UUID, kind: str) -> HttpResponse:
    """The list to begin with: a column for each competency of this credential; as CSV or Excel."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    found = offering_of(request, key)
    completions.require_assessor(person_of(request), found)
    return as_file(lists.template(found), slugify(found.title)[:60] or "offering", "Learners", kind)


@require_POST
def send_list(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Keep a list that was sent; its own page says every line's verdict before anything is written."""
    found = offering_of(request, key)
    completions.require_assessor(person_of(request), found)
    upload = ListForm(request.POST, request.FILES, auto_id="id_list_%s")
    if answer := list_taken(request, found, upload, ListKind.COMPLETIONS):
        return answer
    form = CompletionForm(completions.competencies_of(found), completions.levels_of(found))
    return offering_page(request, found, form, upload)
