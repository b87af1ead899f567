"""Many awards revoked or corrected at once: the list or selection, its dry run, the decision, how far it is."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.files.base import ContentFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.staff import dashboard, person_of
from credentials.models import Award
from issuance import bulk_lists
from issuance.actions import bulk
from issuance.actions.bulk import MOST
from issuance.bulk import require_changer
from issuance.bulk_lists import Preview
from issuance.forms_bulk import BulkForm, SelectionForm
from issuance.models import Bulk, BulkAct
from issuance.views.frame import inside
from issuance.views.records import ending_soon
from policies.reasons import Reason, Refused

A_PAGE = 100
MOST_SHOWN = 200
LATEST = 20
DOES = {
    BulkAct.REVOKE: (
        ["Each of these awards is revoked, for good: its page and its published status say so from now on."],
        "A revocation cannot be taken back. A new award can be made.",
    ),
    BulkAct.CORRECT: (
        ["A new award says what the list writes, with the dates of the old one, and takes its place."],
        "The old files and images are no longer valid, and their pages lead to the new ones.",
    ),
}


@dashboard
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The list to write or to upload, and the decisions made before."""
    require_changer(person_of(request))
    return _start(request, BulkForm(initial={"act": request.GET.get("act", "")}))


def _start(request: HttpRequest, form: BulkForm) -> HttpResponse:
    del form.fields["leave_out"]
    made = Bulk.objects.visible_to(person_of(request)).counted().select_related("by", "institution")
    context = {"title": "Revoke or correct many awards", "form": form, "made": made[:LATEST]}
    return inside(request, "issuance/bulk_start.html", None, context, status=409 if form.errors else 200)


@dashboard
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The list to begin with."""
    response = HttpResponse(bulk_lists.template(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="awards.csv"'
    return response


@dashboard
@require_POST
def selection(request: HttpRequest) -> HttpResponse:
    """Chosen awards, or all that a search finds, or those of one request, as the list to go on with."""
    person = person_of(request)
    require_changer(person)
    form = SelectionForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose at least one award, and what is to be done.")
        return redirect("records")
    given, rows = form.cleaned_data, Award.objects.visible_to(person).live()
    if given["request"]:
        rows = rows.filter(request_id=given["request"])
    elif given["everything"]:
        rows = rows.about(given["q"].replace("\x00", ""))
        rows = ending_soon(rows) if given["ends"] == "soon" else rows
    else:
        rows = rows.filter(pk__in=given["awards"])
    found = list(rows.select_related("version").defer("document").order_by("awarded_at", "pk")[: MOST + 1])
    if not 0 < len(found) <= MOST:
        messages.error(request, f"Choose at least one award that is in force, and at most {MOST:,}.")
        return redirect("records")
    initial = {"act": given["act"], "text": bulk_lists.of_selection(found)}
    return _start(request, BulkForm(initial=initial))


@dashboard
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Every line's verdict before anything is written; "send" has the list carried out as it stands on the page."""
    person = person_of(request)
    require_changer(person)
    form = BulkForm(request.POST, request.FILES)
    if not form.is_valid():
        return _start(request, form)
    given = form.cleaned_data
    source = given["file"] if given["file"] is not None else ContentFile(given["text"].encode())
    found = bulk_lists.preview(source, given["act"], person)
    wanted = found.ready if given["leave_out"] else found.wanted
    asked, reasons = "send" in request.POST, list[Reason]()
    if asked and wanted and (found.ok or given["leave_out"]):
        try:
            made = bulk.decide(act=given["act"], wanted=wanted, reason=given["reason"], by=person)
        except Refused as error:
            reasons = error.reasons
        else:
            messages.success(request, "It is being carried out; this page shows how far it is.")
            return redirect("bulk", made.pk)
    return _dry_run(request, form, found, reasons, status=409 if asked or not found.ok else 200)


def _dry_run(
    request: HttpRequest, form: BulkForm, found: Preview, reasons: list[Reason], status: int
) -> HttpResponse:
    given = form.cleaned_data
    again = BulkForm(initial={**given, "text": found.text})
    again.fields["text"].label = "The list"
    del again.fields["file"]
    changes, final = DOES[BulkAct(given["act"])]
    context = {
        "title": f"{BulkAct(given['act']).label} {_awards(len(found.ready))}",
        "verb": BulkAct(given["act"]).label,
        "form": again,
        "found": found,
        "doubts": found.doubts[:MOST_SHOWN],
        "more_doubts": max(len(found.doubts) - MOST_SHOWN, 0),
        "ready": found.ready[:MOST_SHOWN],
        "more_ready": max(len(found.ready) - MOST_SHOWN, 0),
        "reasons": reasons[:MOST_SHOWN],
        "changes": [*changes, "At the platforms the same follows by deliveries."],
        "told": ["Each learner, by mail, with your reason."],
        "final": [final],
    }
    return inside(request, "issuance/bulk_check.html", None, context, status=status)


def _awards(number: int) -> str:
    return f"{number:,} {'award' if number == 1 else 'awards'}"


def _found(request: HttpRequest, key: uuid.UUID) -> Bulk:
    rows = Bulk.objects.visible_to(person_of(request)).counted().select_related("by", "institution")
    return get_object_or_404(rows, pk=key)


@dashboard
@require_safe
def show(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One decision: who made it, why, how far it is, and what could not be done with the reason."""
    found = _found(request, key)
    lines = found.lines.select_related("award__version").defer("award__document")
    context = {
        "title": f"{found.get_act_display()} {_awards(found.total)}",  # type: ignore[attr-defined]
        "found": found,
        "batch": _batch(found),
        "page": Paginator(lines.order_by("-problem", "number"), A_PAGE).get_page(request.GET.get("page")),
    }
    return inside(request, "issuance/bulk.html", found.institution, context)


@dashboard
@require_safe
def progress(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The bar alone, for htmx."""
    return render(request, "components/progress.html", {"batch": _batch(_found(request, key))})


def _batch(found: Any) -> dict[str, Any]:
    left = found.total - found.done - found.failed
    word = "revoked" if found.act == BulkAct.REVOKE else "corrected"
    parts = (
        (found.done, word, "yes", "done"),
        (left, "still to be done", "past", "ahead"),
        (found.failed, "could not be done", "heed", "attention"),
    )
    return {
        "id": "batch",
        "total": found.total,
        "done": found.done,
        "parts": [
            {"count": count, "word": text, "tone": tone, "shape": shape}
            for count, text, tone, shape in parts
            if count
        ],
        "needs": [{"count": found.failed, "text": "could not be done; each line says why."}]
        if found.failed
        else [],
        "poll_url": "" if found.done_at else reverse("bulk_progress", args=[found.pk]),
    }
