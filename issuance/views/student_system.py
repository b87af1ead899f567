"""For whoever keeps the student system in step: what it has to be told, batches with their files, student numbers."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.files.base import ContentFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.clauses import mark
from accounts.staff import dashboard, person_of
from accounts.tables import ColumnSpec, read_table
from accounts.tables.dry_runs import Doubt
from credentials import in_step
from credentials.actions import batches, student_numbers
from credentials.models import RecordBatch
from credentials.models.batch import Ledger
from issuance.forms_batches import BatchForm, NumbersForm
from issuance.student_system import COLUMNS, exported, lines_of
from issuance.views.frame import inside, put_refusal
from policies.reasons import Refused

if TYPE_CHECKING:
    from accounts.models import Institution, Person

A_PAGE = 100
MOST_SHOWN = 200
NUMBER_COLUMNS = (
    ColumnSpec("email", "email", required=True, max_length=254, aliases=("e-mail address", "mail")),
    ColumnSpec(
        "student number",
        max_length=student_numbers.LONGEST,
        aliases=("student id", "student_number", "number", "id"),
    ),
)


@dashboard
def student_system(request: HttpRequest) -> HttpResponse:
    """What the student system of each campus has to be told; a POST puts a batch together."""
    person = person_of(request)
    kept, reasons = in_step.kept_by(person), []
    if request.method == "POST":
        institution, ledger = _chosen(request, kept)
        try:
            made = batches.make(institution=institution, ledger=ledger, by=person)
        except Refused as error:
            reasons = [reason.text for reason in error.reasons]
        else:
            messages.success(
                request, "The batch is ready. Download it, and mark it once it is in the student system."
            )
            return redirect("record_batch", made.pk)
    rows = RecordBatch.objects.visible_to(person).select_related("institution", "made_by", "recorded_by")
    context = {
        "title": "Student system",
        "parts": [_part(institution, ledger) for institution, ledgers in kept for ledger in ledgers],
        "several": len(kept) > 1,
        "page": Paginator(rows.order_by("-made_at", "pk"), A_PAGE).get_page(request.GET.get("page")),
        "reasons": reasons,
    }
    return inside(request, "issuance/student_system.html", None, context, status=409 if reasons else 200)


def _chosen(request: HttpRequest, kept: list[tuple[Institution, list[Ledger]]]) -> tuple[Institution, str]:
    """The campus and the ledger that the button stands for; 404 for any that are not the person's."""
    slug, ledger = request.POST.get("campus", ""), request.POST.get("ledger", "")
    found = next(
        (institution for institution, ledgers in kept if institution.slug == slug and ledger in ledgers), None
    )
    if found is None:
        raise Http404
    return found, ledger


def _part(institution: Institution, ledger: Ledger) -> dict[str, Any]:
    rule, known = (
        institution.policy.pack.transcript,
        RecordBatch.objects.filter(institution=institution, ledger=ledger),
    )
    counted = in_step.counts(institution, ledger)
    clause = rule.clause if ledger == Ledger.TRANSCRIPT else rule.keeper_clause
    return {
        "institution": institution,
        "ledger": ledger,
        "counts": counted,
        "total": sum(counted.values()),
        "waiting": known.waiting().select_related("made_by").first(),
        "last": known.filter(recorded_at__isnull=False).order_by("-recorded_at").first(),
        "clause": mark(institution.policy, clause),
    }


def _batch(request: HttpRequest, key: uuid.UUID) -> tuple[RecordBatch, Person]:
    person = person_of(request)
    rows = RecordBatch.objects.visible_to(person).select_related(
        "institution__in_force", "made_by", "on_behalf_of", "recorded_by", "dropped_by"
    )
    return get_object_or_404(rows, pk=key), person


@dashboard
def record_batch(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One batch: its lines, its file; a POST marks it as recorded on a day."""
    batch, person = _batch(request, key)
    form = BatchForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            batches.mark_recorded(batch=batch, by=person, **form.cleaned_data)
        except Refused as error:
            put_refusal(form, error)
        else:
            messages.success(request, f"{batch} is marked as recorded.")
            return redirect("record_batch", batch.pk)
    page = Paginator(lines_of(batch).select_related("award__version"), A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "title": str(batch),
        "batch": batch,
        "page": page,
        "not_taken": batch.lines.filter(not_taken=True).count(),
        "columns": [{"term": column.name, "value": column.meaning} for column in COLUMNS],
        "may": batches.keeping(person, batch.institution) is not None,
        "form": form,
    }
    return inside(
        request, "issuance/record_batch.html", batch.institution, context, status=409 if form.errors else 200
    )


@dashboard
@require_POST
def record_batch_drop(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The batch did not go to the student system; its lines are told again."""
    batch, person = _batch(request, key)
    try:
        batches.drop(batch=batch, by=person)
    except Refused as error:
        messages.error(request, " ".join(reason.text for reason in error.reasons))
        return redirect("record_batch", batch.pk)
    messages.success(request, f"{batch} is dropped. What it held is to be told again.")
    return redirect("student_system")


@dashboard
@require_safe
def record_batch_file(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The batch as CSV, the same each time but for what stands otherwise today."""
    batch, _person = _batch(request, key)
    return exported(batch)


@dashboard
def student_numbers_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a list of student numbers for one campus; every bad line is named, and then nothing is written."""
    person = person_of(request)
    kept = {institution.slug: institution for institution, _ in in_step.kept_by(person)}
    institution = kept.get(slug)
    if institution is None:
        raise Http404
    form = NumbersForm(request.POST or None, request.FILES or None)
    doubts: list[Doubt] = []
    if request.method == "POST" and form.is_valid():
        changed, doubts = _numbers(form, institution, person)
        if not doubts:
            word = "1 student number is" if changed == 1 else f"{changed:,} student numbers are"
            messages.success(request, f"{word} new or different.")
            return redirect("student_system")
    context = {
        "title": "Student numbers",
        "known": institution.student_numbers.count(),
        "form": form,
        "doubts": doubts[:MOST_SHOWN],
        "more_doubts": max(len(doubts) - MOST_SHOWN, 0),
        "back": reverse("student_system"),
    }
    bad = bool(form.errors or doubts)
    return inside(request, "issuance/student_numbers.html", institution, context, status=409 if bad else 200)


def _numbers(form: NumbersForm, institution: Institution, person: Person) -> tuple[int, list[Doubt]]:
    """How many were set, or what stands against the lines of the list."""
    given = form.cleaned_data
    source = given["file"] if given["file"] is not None else ContentFile(given["text"].encode())
    table = read_table(source, NUMBER_COLUMNS, unique=("email",))
    if not table.ok:
        return 0, [Doubt(problem.line, problem.column, problem.text) for problem in table.problems]
    lines = {row.values["email"].strip().lower(): row.line for row in table.rows}
    numbers = {row.values["email"]: row.values.get("student number") or "" for row in table.rows}
    try:
        return student_numbers.set_numbers(institution=institution, numbers=numbers, by=person), []
    except Refused as error:
        return 0, [Doubt(lines.get(r.field, 0), "email", r.text, r.clause) for r in error.reasons]
