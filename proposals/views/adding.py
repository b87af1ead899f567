"""Adding a step for one proposal, taking it away, stopping a vote, and undoing a step of one's own."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.clauses import marked
from accounts.models import Person
from accounts.staff import person_of
from policies.reasons import Reason, Refused
from proposals import adding, undoing
from proposals.actions import adhoc
from proposals.actions.undoing import undo
from proposals.forms import ReasonForm, StepForm
from proposals.models import Proposal, Step, StepStatus
from proposals.permissions import Standpoint
from proposals.views.finding import find, page

if TYPE_CHECKING:
    from django import forms

ADDED = [
    "The step opens at once, beside what is open now.",
    "The proposal goes on along its route once the step is complete.",
    "Whom you ask can read the proposal from now on.",
]
TAKEN_AWAY = ["Nobody is asked for it any more, and the proposal goes on without it."]
STOPPED = ["The votes cast so far do not count. The step stays open: the vote can be held anew."]


def extra_actions(found: Proposal, person: Person) -> list[dict[str, Any]]:
    """What the person can do beside the moves: take back a step, add one, stop one."""
    mine = [step for step in found.steps.all() if step.completed_by_id == person.pk]
    latest = max(mine, key=lambda step: str(step.completed_at), default=None)
    actions = []
    if latest and undoing.offered(latest, found, person):
        url = reverse("step_undo", args=[latest.pk])
        actions.append({"label": f"Undo: {latest.title}", "url": url, "post": True})
    if found.submitted_at and adding.may(found, person) and not adding.not_now(Standpoint(found, person)):
        actions.append({"label": "Add a step", "url": reverse("step_add", args=[found.pk])})
        actions += [_stop(step) for step in found.steps.all() if _stoppable(step)]
    return actions


def _stoppable(step: Step) -> bool:
    return (
        step.status == StepStatus.OPEN and (step.ad_hoc or step.kind == "ballot") and _has_what_to_stop(step)
    )


def _has_what_to_stop(step: Step) -> bool:
    return step.ad_hoc or adding.votes(step)


def _stop(step: Step) -> dict[str, Any]:
    label = f"Take away: {step.title}" if step.ad_hoc else f"Stop the vote: {step.title}"
    return {"label": label, "url": reverse("step_cancel", args=[step.pk]), "no": True}


def step_add(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What is asked, of whom and why. POST adds it; a refusal keeps what was typed."""
    found, me = find(request, key), person_of(request)
    if not adding.may(found, me):
        raise PermissionDenied(adhoc.NOT_YOURS)
    initial = {"version": found.version, "kind": "consultation"}
    form = StepForm(adding.actors(found.policy.pack), request.POST or None, initial=initial)
    why = adding.not_now(Standpoint(found, me)) if request.method != "POST" else []
    if request.method == "POST" and form.is_valid():
        try:
            step = adhoc.add(proposal=found, by=me, **_asked(form.cleaned_data))
        except Refused as error:
            why = _at_fields(form, error)
        else:
            messages.success(request, f"“{step.title}” is open. Those who are asked are told.")
            return redirect("proposal", found.pk)
    told = ["Those who are asked.", "The proposers."]
    context = {"title": "Add a step", "form": form, "changes": ADDED, "told": told, "submit": "Add the step"}
    return _shown(request, found, context, why)


def _asked(given: dict[str, Any]) -> dict[str, Any]:
    """What `adhoc.add` takes; the person is looked up by their address."""
    address = given.pop("email").strip().lower()
    person = Person.objects.filter(email=address).first() if address else None
    if address and person is None:
        raise Refused(Reason("Nobody of this campus has this address.", field="person"))
    return {**given, "person": person}


def _at_fields(form: forms.Form, error: Refused) -> list[Reason]:
    """Each reason at its field; gives back those that belong to none."""
    rest = []
    for reason in error.reasons:
        field = "email" if reason.field == "person" else reason.field
        if field in form.fields:
            form.add_error(field, reason.text)
        else:
            rest.append(reason)
    return rest


def _shown(request: HttpRequest, found: Proposal, context: dict[str, Any], why: list[Reason]) -> HttpResponse:
    whole = {**context, "final": [], "reasons": marked(found.policy, why)}
    refused = request.method == "POST"
    return page(request, "proposals/act.html", found, whole, status=409 if refused else 200)


def _found(request: HttpRequest, key: uuid.UUID) -> tuple[Proposal, Step]:
    """The step of a proposal that this person may see; else 404."""
    row = Step.objects.filter(pk=key).values("proposal").first()
    if row is None:
        raise Http404("No such step")
    found = find(request, row["proposal"])
    step = next(step for step in found.steps.all() if step.pk == key)
    return found, step


def step_cancel(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Why, and what follows. POST takes the added step away, or stops the vote."""
    found, step = _found(request, key)
    me = person_of(request)
    if not adding.may(found, me):
        raise PermissionDenied(adhoc.NOT_YOURS)
    form = ReasonForm(request.POST or None)
    why = adding.not_cancellable(step, Standpoint(found, me)) if request.method != "POST" else []
    if request.method == "POST" and form.is_valid():
        try:
            adhoc.cancel(step=step, by=me, reason=form.cleaned_data["reason"])
        except Refused as error:
            why = _at_fields(form, error)
        else:
            said = f"“{step.title}” was taken away." if step.ad_hoc else "The vote was stopped."
            messages.success(request, said)
            return redirect("proposal", found.pk)
    title = "Take this step away" if step.ad_hoc else "Stop the vote"
    context = {
        "title": f"{title}: {step.title}",
        "form": form,
        "changes": TAKEN_AWAY if step.ad_hoc else STOPPED,
        "told": ["The proposers."] if step.ad_hoc else ["Everyone on the roll."],
        "submit": title,
        "no": True,
    }
    return _shown(request, found, context, why)


@require_POST
def step_undo(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Take back a step that I completed by mistake."""
    found, step = _found(request, key)
    try:
        undo(step=step, by=person_of(request))
    except Refused as error:
        messages.error(request, " ".join(reason.text for reason in error.reasons))
    else:
        messages.success(request, f"“{step.title}” is open again. The record keeps both.")
    return redirect("proposal", found.pk)
