"""Pages of conditions: one condition with what I can do about it, and naming them after a ballot."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.text import capfirst
from django.views.decorators.http import require_GET, require_POST

from accounts.clauses import mark
from accounts.clauses import marked as in_words
from accounts.staff import dashboard, person_of
from policies.reasons import Refused
from proposals.models import Proposal, Step
from proposals.views.finding import page as site_page
from reviews import conditions as rules
from reviews.actions import conditions as actions
from reviews.conditions import lines_of
from reviews.forms import ConditionsForm, MeetForm, NoteForm
from reviews.models import Condition, ConditionState
from reviews.views.frame import page, posted, put_refusal

if TYPE_CHECKING:
    from accounts.models import Person
    from policies.reasons import Reason


@dataclass(frozen=True)
class Act:
    """One thing that can be done with a condition, as its page offers it."""

    name: str
    title: str
    says: str
    label: str
    why_not: Callable[[Condition], list[Reason]]
    required: bool = True
    no: bool = False
    main: bool = False
    files: bool = False

    def form(
        self, data: QueryDict | None = None, files: MultiValueDict[str, UploadedFile] | None = None
    ) -> NoteForm:
        if self.files:
            return MeetForm(self.label, data, files)
        return NoteForm(self.label, data, required=self.required)


MEET = Act(
    "meet", "It is met", "Those who accept it are told.", "How, or where one can see it",
    rules.meet_reasons, main=True, files=True,
)  # fmt: skip
ACCEPT = Act(
    "accept", "Accept it", "The condition is settled, and the proposers are told.", "A word to them",
    rules.accept_reasons, required=False, main=True,
)  # fmt: skip
SEND_BACK = Act(
    "send-back", "Not met yet", "It is open again, and the proposers are told.", "What is still missing",
    rules.accept_reasons,
)  # fmt: skip
WAIVE = Act(
    "waive", "Do without it", "The condition is settled without being met.", "Why", rules.not_now, no=True
)  # fmt: skip
ACTS = {act.name: act for act in (MEET, ACCEPT, SEND_BACK, WAIVE)}


def _find(request: HttpRequest, key: uuid.UUID) -> Condition:
    rows = Condition.objects.visible_to(person_of(request)).select_related(
        "proposal__institution",
        "proposal__policy",
        "proposal__unit",
        "step__person",
        "ballot",
        "met_by",
        "settled_by",
    )
    found = get_object_or_404(rows.prefetch_related("proposal__proposers"), pk=key)
    found.step.proposal = found.proposal
    if found.ballot:
        found.ballot.proposal, found.ballot.step = found.proposal, found.step
    return found


def _mine(condition: Condition, person: Person) -> list[Act]:
    """What is this person's to do, now or later."""
    found = [MEET] if rules.proposes(condition.proposal, person) else []
    return found + ([ACCEPT, SEND_BACK, WAIVE] if rules.settles(condition.step, person) else [])


@require_GET
def condition(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What is asked, how far it is, and what I can do."""
    return _page(request, _find(request, key))


@require_POST
def condition_act(request: HttpRequest, key: uuid.UUID, act: str) -> HttpResponse:
    """Say that it is met; accept, send back or waive it."""
    found = _find(request, key)
    if act not in ACTS:
        raise Http404("No such act")
    if ACTS[act] not in _mine(found, person_of(request)):
        raise PermissionDenied("This is not yours to do.")
    form = ACTS[act].form(request.POST, request.FILES)
    if form.is_valid():
        try:
            _perform(found, act, form.cleaned_data, person_of(request))
        except Refused as error:
            found = _find(request, key)
            form.rest = put_refusal(form, error, found.proposal.policy)  # type: ignore[attr-defined]
        else:
            messages.success(request, "Recorded. Whom it concerns is told.")
            return redirect("condition", key)
    return _page(request, found, act, form)


def _perform(condition: Condition, act: str, given: Mapping[str, Any], by: Person) -> None:
    said = given["note"]
    if act == "meet":
        actions.meet(condition=condition, note=said, files=given["file"], by=by)
    elif act == "accept":
        actions.accept(condition=condition, note=said, by=by)
    elif act == "send-back":
        actions.send_back(condition=condition, reason=said, by=by)
    else:
        actions.waive(condition=condition, reason=said, by=by)


def _page(
    request: HttpRequest, found: Condition, failed: str = "", form: NoteForm | None = None
) -> HttpResponse:
    policy, shown = found.proposal.policy, rules.shown(found)
    mine = _mine(found, person_of(request))
    stopped = rules.not_now(found) if mine else []
    acts = [
        {
            "name": act.name, "title": act.title, "says": act.says, "submit": act.title,
            "main": act.main, "no": act.no, "url": reverse("condition_act", args=[found.pk, act.name]),
            "form": form if act.name == failed else act.form(),
        }
        for act in mine
        if not act.why_not(found) or act.name == failed
    ]  # fmt: skip
    facts = [
        {"term": "Set by", "value": shown["body"], "clause": mark(policy, found.clause)},
        {"term": "Due", "value": _due(found)},
    ]
    if found.is_pending:
        facts.append({"term": "Waits for", "value": _waits_for(found)})
    if found.settled_by:
        facts.append({"term": "Settled by", "value": shown["settled_by"]})
    context: dict[str, Any] = {
        "condition": shown,
        "files": rules.files_of(found, person_of(request)),
        "facts": facts,
        "acts": acts,
        "stopped": in_words(policy, stopped),
    }
    context |= {"failed": form, "reasons": getattr(form, "rest", None), "errors_title": "Not done yet"}
    status = 409 if failed else 200
    return site_page(request, "reviews/condition.html", found.proposal, context, status=status)


def _due(condition: Condition) -> str:
    if condition.due_on is None:
        return "No day was set"
    left = (condition.due_on - condition.proposal.institution.today()).days
    said = f"{condition.due_on:%-d %B %Y}"
    if not condition.is_pending:
        return said
    days = "1 day" if abs(left) == 1 else f"{abs(left)} days"
    return f"{said}, {'today' if not left else f'{days} left' if left > 0 else f'{days} late'}"


def _waits_for(condition: Condition) -> str:
    """Whose turn it is, in words."""
    if condition.state == ConditionState.OPEN:
        return "The proposers, to meet it and to say how"
    return (
        f"{capfirst(rules.setter(condition.proposal, condition.step))} or the programme manager, to accept it"
    )


@dashboard
def conditions_name(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Name conditions after the body, or who signed, approved with conditions."""
    rows = Step.objects.filter(proposal__in=Proposal.objects.visible_to(person_of(request)))
    related = ("proposal__institution", "proposal__unit", "proposal__policy", "person")
    step = get_object_or_404(rows.select_related(*related), pk=key)
    rules.require_settler(step, person_of(request))
    policy, form = step.proposal.policy, ConditionsForm(posted(request))
    refusals: list[dict[str, Any]] = in_words(policy, rules.name_reasons(step))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        texts = lines_of(given["conditions"])
        try:
            actions.name(step=step, texts=texts, due_on=given["due_on"], by=person_of(request))
        except Refused as error:
            refusals = put_refusal(form, error, policy)
        else:
            messages.success(request, "The conditions are set, and the proposers are told.")
            return redirect("step", key)
    last = step.ballots.deciding().order_by("opened_at").last()
    context = {"title": "Name conditions", "ballot": last, "step": step, "form": form, "refusals": refusals}
    context["back"] = reverse("step", args=[key])
    return page(
        request, "reviews/conditions_name.html", step.proposal, context, refused=request.method == "POST"
    )
