"""For those who request badges: what I may request, one learner by a form, a list with a dry run."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.files.base import ContentFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.clauses import mark, marked
from accounts.staff import person_of
from credentials.models import Definition
from issuance import checks, lists
from issuance.actions import requests
from issuance.checks import Line
from issuance.forms import ListForm, RecipientForm
from issuance.models import IssuanceRequest
from issuance.requesters import requestable
from issuance.views.frame import on_site, put_refusal
from issuance.views.setting_up import manageable
from policies.reasons import Refused

A_PAGE = 25
MOST_SHOWN = 200

File = Callable[[Sequence[Line]], IssuanceRequest]


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What I may request, with what stands against it; my requests; for those who set up badges, what lacks."""
    person = person_of(request)
    rows = IssuanceRequest.objects.visible_to(person).filter(requested_by=person).counted()
    related = rows.select_related("definition__current").order_by("-created_at", "pk")
    context = {
        "page": Paginator(related, A_PAGE).get_page(request.GET.get("page")),
        "choices": [
            {
                "definition": one.definition,
                "reasons": marked(checks.policy_of(one.definition), one.reasons),
            }
            for one in requestable(person)
        ],
        "manageable": manageable(person),
    }
    return on_site(request, "issuance/overview.html", None, context)


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The list to begin with."""
    response = HttpResponse(lists.template(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="recipients.csv"'
    return response


def definition_of(request: HttpRequest, key: uuid.UUID) -> Definition:
    """A credential that this person may see; another campus's unpublished one is 404."""
    rows = Definition.objects.visible_to(person_of(request)).filter(current__isnull=False)
    return get_object_or_404(rows.select_related("institution", "unit", "current__policy"), pk=key)


def new(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One learner by a form; a list is checked on a page of its own. What stands against any request is said first."""
    definition, person = definition_of(request, key), person_of(request)
    requests.require_requester(person, definition)
    form = RecipientForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        line = Line(number=1, **form.cleaned_data)
        try:
            made = requests.submit(definition=definition, lines=[line], by=person)
        except Refused as error:
            put_refusal(form, error)
        else:
            return _filed(request, made)
    return _new_page(request, definition, form, ListForm(auto_id="id_list_%s"))


def _filed(request: HttpRequest, made: IssuanceRequest, left_out: int = 0) -> HttpResponse:
    office = made.version.policy.pack.actor_name(f"office:{made.certifier}")
    rest = f" {left_out:,} were left out, as you asked." if left_out else ""
    messages.success(request, f"Your request is with {office}.{rest}")
    return redirect("request", made.pk)


def _new_page(
    request: HttpRequest, definition: Definition, form: RecipientForm, upload: ListForm
) -> HttpResponse:
    policy = checks.policy_of(definition)
    pack = policy.pack
    del upload.fields["leave_out"]
    context = {
        "definition": definition,
        "standing": marked(policy, checks.request_reasons(definition, person_of(request))),
        "form": form,
        "upload": upload,
        "recipient_clause": mark(policy, pack.issuance.recipient_clause),
        "completion_clause": mark(policy, pack.issuance.completion_clause),
        "completion": pack.issuance.completion_required,
    }
    refused = bool(form.errors or upload.errors)
    return on_site(
        request, "issuance/new.html", definition.institution, context, status=409 if refused else 200
    )


@require_POST
def dry_run(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Every line's verdict before anything is written; "send" files the list exactly as it stands on the page."""
    definition, person = definition_of(request, key), person_of(request)
    requests.require_requester(person, definition)
    upload = ListForm(request.POST, request.FILES, auto_id="id_list_%s")
    if not upload.is_valid():
        return _new_page(request, definition, RecipientForm(), upload)
    here, back = (
        reverse("request_list", args=[definition.pk]),
        reverse("request_new", args=[definition.pk]),
    )

    def file(lines: Sequence[Line]) -> IssuanceRequest:
        return requests.submit(definition=definition, lines=lines, by=person)

    return answer(request, definition, upload, file, {"here": here, "back": back})


def answer(
    request: HttpRequest,
    definition: Definition,
    upload: ListForm,
    file: File,
    context: dict[str, Any],
    stored: IssuanceRequest | None = None,
) -> HttpResponse:
    """The dry run of a list that was sent; files it by `file` when that is asked for and nothing stands against it."""
    given = upload.cleaned_data
    source = given["file"] if given["file"] is not None else ContentFile(given["text"].encode())
    found = lists.preview(source, definition, person_of(request), stored)
    lines = found.ready if given["leave_out"] else found.lines
    asked = "send" in request.POST
    reasons = found.verdict.reasons
    if asked and lines and (found.ok or (given["leave_out"] and not reasons)):
        try:
            return _filed(request, file(lines), found.bad_lines if given["leave_out"] else 0)
        except Refused as error:  # something changed between the dry run and the act
            reasons = error.reasons
    policy = checks.policy_of(definition)
    whole = {
        "definition": definition,
        "found": found,
        "doubts": [
            {**vars(doubt), "clause": mark(policy, doubt.clause)} for doubt in found.doubts[:MOST_SHOWN]
        ],
        "more_doubts": max(len(found.doubts) - MOST_SHOWN, 0),
        "ready": found.ready[:MOST_SHOWN],
        "more_ready": max(len(found.ready) - MOST_SHOWN, 0),
        "reasons": marked(policy, reasons[:MOST_SHOWN]),
        "form": _again(found.text),
        "office": requests.office_of(definition),
        **context,
    }
    status = 409 if asked or not found.ok else 200
    return on_site(request, "issuance/dry_run.html", definition.institution, whole, status=status)


def _again(text: str) -> ListForm:
    """The list as it was read, to be mended or sent."""
    form = ListForm(initial={"text": text})
    form.fields["text"].label = "The list"
    return form
