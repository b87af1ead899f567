"""Pages of one step: sign or send back, form the body, hold the vote (again)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.clauses import mark as clause_of
from accounts.clauses import marked as in_words
from accounts.models import Person
from accounts.staff import person_of
from policies.reasons import Refused
from proposals import adding, sending, undoing, waiting, words
from proposals.hooks import panels as panels_of
from proposals.models import Proposal, Step
from reviews import letters, since
from reviews.actions import ballots, opening, panels, signoffs
from reviews.conditions import drawn, name_reasons, of_proposal, settles
from reviews.forms import StepForm
from reviews.forms_members import PanelForm
from reviews.models.condition import PENDING
from reviews.views.card import whole_of
from reviews.views.frame import dashboard, page, posted, put_refusal

if TYPE_CHECKING:
    from accounts.authority import Authority
    from policies.reasons import Reason

LISTED = 500  # so many people are offered by name; others are found by their address


def _step(request: HttpRequest, key: uuid.UUID) -> Step:
    """A step of a proposal that this person may see; another campus's is 404."""
    rows = Step.objects.filter(proposal__in=Proposal.objects.visible_to(person_of(request)))
    related = (
        "proposal__institution",
        "proposal__unit",
        "proposal__policy",
        "revision",
        "completed_by",
        "on_behalf_of",
    )
    return get_object_or_404(rows.select_related(*related), pk=key)


@dashboard
@require_GET
def step(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What stands behind it in one screen, and the answer; a ballot's step leads to its ballot."""
    found = _step(request, key)
    if (
        found.kind == "ballot"
        and (ballot := found.ballots.deciding().order_by("opened_at").last())
        and ballot.state != "void"
    ):
        return redirect("ballot", ballot.pk)
    return page(request, "reviews/step.html", found.proposal, _step_page(found, person_of(request), None))


@dashboard
@require_POST
def step_complete(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Complete the step with my answer."""
    found, person = _step(request, key), person_of(request)
    pack = found.proposal.policy.pack
    form = StepForm(found.rules_in(pack), request.POST, sending.choices(found))
    refusals: list[dict[str, Any]] = []
    if form.is_valid():
        try:
            signoffs.complete(step=found, by=person, **form.completion())
        except Refused as error:
            refusals = put_refusal(form, error, found.proposal.policy)
        else:
            messages.success(request, f"Recorded: {found.title}.{_undo_hint(found, person)}")
            return redirect("step", key)
    context = {**_step_page(found, person, form), "refusals": refusals}
    return page(request, "reviews/step.html", found.proposal, context, refused=True)


def _undo_hint(step: Step, person: Person) -> str:
    """That a wrong click can be taken back, where it can."""
    step = Step.objects.select_related("proposal__policy").get(pk=step.pk)
    return " If that was a mistake, undo it here." if undoing.offered(step, step.proposal, person) else ""


def _step_page(step: Step, person: Person, form: StepForm | None) -> dict[str, Any]:
    proposal, pack = step.proposal, step.proposal.policy.pack
    rules = step.rules_in(pack)
    acting = signoffs.signer(step, person)
    reasons = _reasons(step, person, acting)
    mine = acting is not None and not reasons
    revision = step.revision or proposal.revisions.order_by("number").last()
    whole = whole_of(revision) if revision else []
    return {
        "title": step.title,
        "step": step,
        "rules": rules,
        "mark": clause_of(proposal.policy, step.clause),
        "word": _word(step),
        "letter": letters.address(step),
        "actor": words.who_of(pack, step),
        "until": _until(step),
        "acting": acting,
        "form": (form or StepForm(rules, None, sending.choices(step))) if mine else None,
        "action": reverse("step_complete", args=[step.pk]),
        "undo": undoing.until(step, proposal) if undoing.offered(step, proposal, person) else None,
        "cancel": step.status == "open"
        and (step.ad_hoc or step.kind == "ballot")
        and adding.may(proposal, person),
        "reasons": in_words(proposal.policy, reasons) if step.status == "open" else [],
        "revision": revision,
        "whole": whole,
        "panels": panels_of(proposal, person, whole),
        "since": since.last_decision(step, revision) if revision else None,
        "before": [(done, _word(done)) for done in _done(proposal) if done.pk != step.pk],
        "panel": _conditions(step) if step.kind != "ballot" else None,
        "name_conditions": step.kind != "ballot" and not name_reasons(step) and settles(step, person),
        "rerun": step.kind == "ballot" and step.status == "open" and ballots.may_convene(step, person),
        "former": step.kind == "ballot" and step.status == "open" and panels.former(step, person),
    }


def _reasons(step: Step, person: Person, acting: Authority | None) -> list[Reason]:
    """Why it cannot be completed, or its ballot opened, now; nothing for who has no part in it."""
    if step.kind == "ballot":
        return opening.open_reasons(step)
    if signoffs.proposes(step, person) and step.status == "open":
        return [signoffs.own_proposal(step)]
    return signoffs.complete_reasons(step, acting) if acting else []


def _conditions(step: Step) -> dict[str, Any] | None:
    """What its approval hangs on."""
    rows = [row for row in of_proposal(step.proposal) if row["step"] == str(step.pk)]
    return drawn(rows)


def _until(step: Step) -> str:
    """By when an answer is due, and what silence means; "" where the policy sets no time."""
    on = waiting.due_on(step, step.proposal) if step.status == "open" else None
    if on is None:
        return ""
    outcome = step.rules_in(step.proposal.policy.pack).on_silence
    if outcome is None:
        return f"An answer is due by {on:%-d %B %Y}."
    said = f"An answer counts until {on:%-d %B %Y}, 23:59."
    return f"{said} If nobody objects by then, it counts as {words.OUTCOMES[outcome]}."


def _done(proposal: Proposal) -> QuerySet[Step]:
    """What was decided before, oldest first."""
    rows = proposal.steps.filter(status="complete").exclude(kind="form").order_by("completed_at")
    open_ones = Count("conditions", filter=Q(conditions__state__in=PENDING))
    return rows.select_related("completed_by", "on_behalf_of").annotate(pending=open_ones)


def _word(step: Step) -> str:
    return words.OUTCOMES.get(step.outcome, step.outcome).capitalize()


@dashboard
def panel_form(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Name the members of a body that is formed for this proposal."""
    found, person = _step(request, key), person_of(request)
    if not found.body or panels.former(found, person) is None:
        raise PermissionDenied("Somebody else forms this body.")
    body = opening.body_of(found)
    people = _people(found)
    form = PanelForm(body, people, posted(request))
    refusals = in_words(found.proposal.policy, panels.form_reasons(found)) if request.method == "GET" else []
    if request.method == "POST" and form.is_valid():
        try:
            panels.form(step=found, members=form.members(), by=person)
        except Refused as error:
            refusals = put_refusal(form, error, found.proposal.policy)
        else:
            messages.success(request, f"{body.name} is formed, and its ballot is open.")
            return redirect("step", key)
    context = {
        "title": f"Name the members: {body.name}",
        "step": found,
        "body": body,
        "form": form,
        "refusals": refusals,
    }
    context["people"] = people.order_by("name")[:LISTED]
    return page(request, "reviews/panel_form.html", found.proposal, context, refused=request.method == "POST")


def _people(step: Step) -> QuerySet[Person]:
    """Everyone of the campus who could sit on it."""
    proposers = step.proposal.proposers.values("person")
    here = {"affiliations__institution": step.proposal.institution, "affiliations__left_at": None}
    return Person.objects.filter(is_active=True, **here).exclude(pk__in=proposers).distinct()


@dashboard
def ballot_rerun(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Open the body's ballot (again): a page that says what follows, and the act."""
    found, person = _step(request, key), person_of(request)
    if not ballots.may_convene(found, person):
        raise PermissionDenied("The chair of the body or the programme manager opens its ballot.")
    reasons = ballots.rerun_reasons(found)
    if request.method == "POST":
        try:
            opened = ballots.rerun(step=found, by=person)
        except Refused as error:
            reasons = error.reasons
        else:
            messages.success(request, "The ballot is open. Everyone who can vote is told.")
            return redirect("ballot", opened.pk)
    last = found.ballots.deciding().order_by("opened_at").last()
    context = {
        "title": "Hold the vote",
        "step": found,
        "last": last,
        "refusals": in_words(found.proposal.policy, reasons),
    }
    return page(request, "reviews/rerun.html", found.proposal, context, refused=request.method == "POST")
