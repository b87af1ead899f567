"""For whoever keeps transcripts, inside the dashboard: awards to note, event codes, and the list for their own system."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.clauses import mark
from accounts.staff import dashboard, person_of
from credentials.actions import transcripts
from credentials.models import Award, Definition, EventCode
from credentials.models.award_queries import AwardQuerySet
from issuance.checks import policy_of
from issuance.forms import EventCodeForm, NotationForm
from issuance.records import RELATED, UNREAD, exported, rows_of
from issuance.views.frame import inside, put_refusal
from policies.reasons import Refused

A_PAGE = 100


@dashboard
def notations(request: HttpRequest) -> HttpResponse:
    """Awards to note on transcripts, or noted already; a POST marks the chosen ones as noted on a day."""
    person = person_of(request)
    rows, done = Award.objects.noted_by(person), request.GET.get("state") == "noted"
    form = NotationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and (answer := _record(request, rows, form)):
        return answer
    words = request.GET.get("q", "").strip()[:200]
    listed = (rows.noted() if done else rows.to_note()).about(words)
    ordered = listed.select_related(*RELATED).defer(*UNREAD).order_by("awarded_at", "pk")
    page = Paginator(ordered, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": "Transcript notations",
        "tabs": _tabs(rows, done),
        "done": done,
        "q": words,
        "page": page,
        "rows": rows_of(page),
        "codes": _codes(rows) if not done else [],
        "form": form,
    }
    return inside(request, "issuance/notations.html", None, context, status=409 if form.errors else 200)


def _record(request: HttpRequest, rows: AwardQuerySet, form: NotationForm) -> HttpResponse | None:
    """The page to go to once the chosen awards are marked; None when that was refused."""
    chosen = rows.filter(pk__in=form.cleaned_data["awards"])
    try:
        made = transcripts.record_notations(
            awards=list(chosen.defer("document")),
            recorded_on=form.cleaned_data["recorded_on"],
            by=person_of(request),
        )
    except Refused as error:
        put_refusal(form, error)
        return None
    word = "1 notation is" if len(made) == 1 else f"{len(made):,} notations are"
    messages.success(request, f"{word} marked as recorded.")
    return redirect("notations")


def _tabs(rows: AwardQuerySet, done: bool) -> list[dict[str, Any]]:
    here = reverse("notations")
    return [
        {"label": "To record", "url": here, "current": not done, "count": rows.to_note().count()},
        {"label": "Recorded", "url": f"{here}?state=noted", "current": done, "count": rows.noted().count()},
    ]


def _codes(rows: AwardQuerySet) -> list[dict[str, Any]]:
    """The credentials with awards to note, each with its event code or a way to record it."""
    wanted = rows.to_note().order_by().values("definition").distinct()
    definitions = (
        Definition.objects.filter(pk__in=wanted).select_related("current").order_by("current__title")
    )
    codes: dict[uuid.UUID, EventCode] = {}
    for code in EventCode.objects.filter(definition__in=wanted).order_by("recorded_at", "pk"):
        codes[code.definition_id] = code
    return [{"definition": one, "code": codes.get(one.pk)} for one in definitions]


@dashboard
@require_safe
def notations_file(request: HttpRequest) -> HttpResponse:
    """The list as CSV, those to record or (`?state=noted`) those recorded."""
    rows = Award.objects.noted_by(person_of(request))
    chosen = rows.noted() if request.GET.get("state") == "noted" else rows.to_note()
    listed = chosen.about(request.GET.get("q", "").strip()[:200])
    ordered = listed.select_related(*RELATED).defer(*UNREAD).order_by("awarded_at", "pk")
    return exported(rows_of(ordered), "notations.csv")


@dashboard
def event_code(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Record the Academic Event Code of a credential, with the body that approved it and when."""
    person = person_of(request)
    rows = Definition.objects.visible_to(person).filter(current__isnull=False)
    definition = get_object_or_404(rows.select_related("institution", "unit", "current__policy"), pk=key)
    transcripts.require_keeper(person, definition)
    form = EventCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            transcripts.record_code(definition=definition, by=person, **form.cleaned_data)
        except Refused as error:
            put_refusal(form, error)
        else:
            messages.success(request, "The event code is recorded. Awards of it can be released and noted.")
            return redirect("event_code", definition.pk)
    policy = policy_of(definition)
    context = {
        "title": "Academic Event Code",
        "definition": definition,
        "code_clause": mark(policy, policy.pack.transcript.clause),
        "codes": EventCode.objects.filter(definition=definition).select_related(
            "recorded_by", "on_behalf_of"
        ),
        "form": form,
    }
    return inside(
        request,
        "issuance/event_code.html",
        definition.institution,
        context,
        status=409 if form.errors else 200,
    )
