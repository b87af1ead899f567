"""For those who request badges: what I may request, one learner or a list with a dry run, and what became of it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.staff import person_of
from credentials.actions import images
from credentials.models import Definition
from issuance import checks, lists
from issuance.actions import requests
from issuance.forms import ListForm, RecipientForm
from issuance.models import IssuanceRequest, RequestState
from issuance.views.frame import clause, in_words, put_refusal
from issuance.views.progress import batch
from policies.reasons import Refused

A_PAGE = 100
MOST_DOUBTS = 200


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """My requests, what I may request, and (for the programme manager) badges to set up."""
    person = person_of(request)
    rows = IssuanceRequest.objects.visible_to(person).filter(requested_by=person).counted()
    rows = rows.select_related("definition__current").order_by("-created_at", "pk")
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    known = Definition.objects.visible_to(person).filter(current__isnull=False, current__badge=True)
    known = known.filter(institution__in=_campuses(request)).select_related(
        "institution", "unit", "current__policy"
    )
    context = {
        "page": page,
        "mine": [d for d in known if checks.may_request(person, d)],
        "managed": [d for d in known if images.may_set(person, d)],
    }
    return render(request, "issuance/overview.html", context)


def _campuses(request: HttpRequest) -> Any:
    return person_of(request).grants.in_force().values("institution")


def definition_of(request: HttpRequest, key: uuid.UUID) -> Definition:
    """A credential that this person may see; another campus's unpublished one is 404."""
    rows = Definition.objects.visible_to(person_of(request)).filter(current__isnull=False)
    return get_object_or_404(rows.select_related("institution", "unit", "current__policy"), pk=key)


def new(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One learner by a form; a list is checked first on its own page."""
    definition = definition_of(request, key)
    if not checks.may_request(person_of(request), definition):
        raise PermissionDenied("Only an issuer of this unit requests badges.")
    form = RecipientForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        line = checks.Line(number=1, **form.cleaned_data)
        made = _submitted(request, definition, [line], form)
        if made:
            return made
    return _new_page(request, definition, form, ListForm(auto_id="id_list_%s"))


def _submitted(
    request: HttpRequest, definition: Definition, lines: list[checks.Line], form: Any
) -> HttpResponse | None:
    try:
        made = requests.submit(definition=definition, lines=lines, by=person_of(request))
    except Refused as error:
        put_refusal(form, error)
        return None
    messages.success(request, "Your request is with the office that releases badges.")
    return redirect("request", made.pk)


def _new_page(request: HttpRequest, definition: Definition, form: Any, upload: ListForm) -> HttpResponse:
    pack = checks.pack_of(definition)
    context = {
        "definition": definition,
        "institution": definition.institution,
        "standing": in_words(pack, checks.request_reasons(definition, person_of(request))),
        "form": form,
        "upload": upload,
        "recipient_clause": clause(pack, pack.issuance.recipient_clause),
        "completion_clause": clause(pack, pack.issuance.completion_clause),
    }
    refused = bool(form.errors or upload.errors)
    return render(request, "issuance/new.html", context, status=409 if refused else 200)


@require_POST
def dry_run(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Every line's verdict before anything is written; "send" files the list exactly as it stands on the page."""
    definition = definition_of(request, key)
    if not checks.may_request(person_of(request), definition):
        raise PermissionDenied("Only an issuer of this unit requests badges.")
    upload = ListForm(request.POST, request.FILES, auto_id="id_list_%s")
    if not upload.is_valid():
        return _new_page(request, definition, RecipientForm(), upload)
    found = lists.preview(_source(upload), definition, person_of(request))
    if "send" in request.POST and found.ok:
        made = _submitted(request, definition, found.lines, upload)
        if made:
            return made
    context = {
        "definition": definition,
        "institution": definition.institution,
        "found": found,
        "doubts": _doubts(definition, found.doubts[:MOST_DOUBTS]),
        "more": max(len(found.doubts) - MOST_DOUBTS, 0),
        "reasons": in_words(checks.pack_of(definition), found.verdict.reasons),
        "form": ListForm(initial={"text": found.text}),
    }
    return render(request, "issuance/dry_run.html", context, status=200 if found.ok else 409)


def _source(upload: ListForm) -> Any:
    given = upload.cleaned_data
    return given["file"] or ContentFile(given["text"].encode())


def _doubts(definition: Definition, found: list[lists.Doubt]) -> list[dict[str, Any]]:
    pack = checks.pack_of(definition)
    return [
        {"line": d.line, "column": d.column, "text": d.text, "clause": clause(pack, d.clause)} for d in found
    ]


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The list to begin with."""
    response = HttpResponse(lists.template(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="recipients.csv"'
    return response


def _mine(request: HttpRequest, key: uuid.UUID) -> IssuanceRequest:
    rows = IssuanceRequest.objects.visible_to(person_of(request)).counted()
    related = ("institution", "definition__current", "version__policy", "requested_by", "decided_by")
    return get_object_or_404(rows.select_related(*related), pk=key)


@require_safe
def show(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One request: where it is, its lines, what the certifier wrote, how far the batch is."""
    found = _mine(request, key)
    own = found.requested_by_id == person_of(request).pk
    lines = Paginator(found.lines.order_by("number"), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "found": found,
        "institution": found.institution,
        "office": found.version.policy.pack.actor_name(f"office:{found.certifier}"),
        "page": lines,
        "batch": batch(found, reverse("request_progress", args=[found.pk])) if _released(found) else None,
        "may_cancel": own and not requests.cancel_reasons(found),
        "may_mend": own and found.state == RequestState.RETURNED,
    }
    return render(request, "issuance/request.html", context)


def _released(found: IssuanceRequest) -> bool:
    return found.state in (RequestState.APPROVED, RequestState.DONE)


@require_safe
def progress(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The bar alone, for htmx."""
    found = _mine(request, key)
    context = {"batch": batch(found, reverse("request_progress", args=[found.pk]))}
    return render(request, "components/progress.html", context)


def mend(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """A request that came back: its list to mend, then filed again."""
    found = _mine(request, key)
    if found.requested_by_id != person_of(request).pk:
        raise PermissionDenied("Only the requester files it again.")
    if found.state != RequestState.RETURNED:
        messages.error(request, "This request was not sent back, so there is nothing to mend.")
        return redirect("request", found.pk)
    form = ListForm(
        request.POST or None, request.FILES or None, initial={"text": lists.text_of(requests.lines_of(found))}
    )
    if request.method == "POST" and form.is_valid():
        try:
            lines = lists.read(_source(form))
            requests.resubmit(request=found, lines=lines, by=person_of(request))
        except Refused as error:
            for reason in error.reasons[:MOST_DOUBTS]:
                form.add_error(None, f"{reason.text} ({reason.clause})" if reason.clause else reason.text)
        else:
            messages.success(request, "Your request is with the office again.")
            return redirect("request", found.pk)
    context = {"found": found, "institution": found.institution, "form": form}
    return render(request, "issuance/mend.html", context, status=409 if form.errors else 200)


@require_POST
def cancel(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Take a request back before it is released."""
    found = _mine(request, key)
    try:
        requests.cancel(request=found, by=person_of(request))
    except Refused as error:
        messages.error(request, error.reasons[0].text)
    else:
        messages.success(request, "The request is cancelled. Nothing was issued.")
    return redirect("request", found.pk)
