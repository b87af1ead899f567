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
from issuance.checking.checks import policy_of
from issuance.forms import EventCodeForm, NotationForm
from issuance.records import RELATED, UNREAD, exported, rows_of
from issuance.views.frame import inside, put_refusal
from policies.reasons import Refused

A_PAGE = 100


STATES = {"": "To record", "off": "To take off", "noted": "Recorded"}


def _listed(rows: AwardQuerySet, state: str) -> AwardQuerySet:
    """The awards of a tab."""
    return {"noted": rows.noted, "off": rows.to_take_off}.get(state, rows.to_note)()


def _state(request: HttpRequest) -> str:
    state = request.GET.get("state", "")
    return state if state in STATES else ""


@dashboard
def notations(request: HttpRequest) -> HttpResponse:
    """Awards to note on transcripts, to take off, or noted already; a POST marks the chosen ones, on a day."""
    person, state = person_of(request), _state(request)
    rows = Award.objects.noted_by(person)
    form = NotationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and (answer := _marked(request, rows, state, form)):
        return answer
    if state == "off":
        form.fields["recorded_on"].label = "Taken off on"
    words = request.GET.get("q", "").strip()[:200]
    ordered = _listed(rows, state).about(words).select_related(*RELATED).defer(*UNREAD)
    page = Paginator(ordered.order_by("awarded_at", "pk"), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": "Transcript notations",
        "tabs": _tabs(rows, state),
        "state": state,
        "done": state == "noted",
        "q": words,
        "page": page,
        "rows": rows_of(page),
        "codes": _codes(rows) if not state else [],
        "form": form,
    }
    return inside(request, "issuance/notations.html", None, context, status=409 if form.errors else 200)


def _marked(request: HttpRequest, rows: AwardQuerySet, state: str, form: NotationForm) -> HttpResponse | None:
    """The page to go to once the chosen awards are marked; None when that was refused."""
    chosen = list(rows.filter(pk__in=form.cleaned_data["awards"]).defer("document"))
    day, person = form.cleaned_data["recorded_on"], person_of(request)
    try:
        if state == "off":
            made = transcripts.remove_notations(awards=chosen, removed_on=day, by=person)
        else:
            made = transcripts.record_notations(awards=chosen, recorded_on=day, by=person)
    except Refused as error:
        put_refusal(form, error)
        return None
    word = "1 notation is" if len(made) == 1 else f"{len(made):,} notations are"
    messages.success(request, f"{word} marked as {'taken off' if state == 'off' else 'recorded'}.")
    return redirect(f"{reverse('notations')}{'?state=off' if state == 'off' else ''}")


def _tabs(rows: AwardQuerySet, state: str) -> list[dict[str, Any]]:
    here = reverse("notations")
    return [
        {
            "label": label,
            "url": f"{here}?state={name}" if name else here,
            "current": name == state,
            "count": _listed(rows, name).count(),
        }
        for name, label in STATES.items()
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
    """The list as CSV: those to record, to take off (`?state=off`), or recorded (`?state=noted`)."""
    chosen = _listed(Award.objects.noted_by(person_of(request)), _state(request))
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
