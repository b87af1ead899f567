"""A proposal's page, its revisions, the lists, and the page before a move."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.clauses import mark, marked
from accounts.staff import person_of
from policies.reasons import Refused
from policies.schema import Form
from proposals import hooks, moves, reading, words
from proposals.actions import transitions
from proposals.forms import MoveForm
from proposals.hooks import panels
from proposals.machine import TRANSITIONS
from proposals.models import Proposal, Revision
from proposals.permissions import BY_NOBODY
from proposals.reading import read_whole
from proposals.rounds import APPROVALS, next_rounds
from proposals.states import State
from proposals.views.about import about_credential
from proposals.views.adding import extra_actions
from proposals.views.consequences import consequences
from proposals.views.due import due_lines
from proposals.views.finding import find, page
from proposals.views.meeting import waiting
from proposals.views.offering import offered_actions
from proposals.views.policy import may_change

BY_THEMSELVES = ("advance", *BY_NOBODY)  # a vote, a signature or the clock makes these moves
LATEST = 12  # entries of the record on the page; the rest stands on a page of its own
FEW = 3  # reasons shown beside a greyed button
ENDING = ("decline", "withdraw", "retire")
MAIN = ("submit", "resubmit", "file_full_proposal", "open_proposal", "advance", "resume")
WRITABLE = (State.INTENT, State.PROPOSAL, State.CHANGES_REQUESTED, State.PILOT)


def proposal_list(request: HttpRequest) -> HttpResponse:
    """Mine, and those of my campus that I may see; newest movement first."""
    rows = Proposal.objects.visible_to(person_of(request)).select_related("institution", "unit")
    scope = "all" if request.GET.get("scope") == "all" else "mine"
    if scope == "mine":
        rows = rows.filter(proposers__person=person_of(request))
    if state := request.GET.get("state", ""):
        rows = rows.filter(state=state)
    shown = Paginator(rows.order_by("-state_since", "pk"), 25).get_page(request.GET.get("page"))
    may_start = person_of(request).grants.in_force().filter(role="proposer").exists()
    context = {"page": shown, "scope": scope, "state": state, "states": State.choices, "may_start": may_start}
    return render(request, "proposals/list.html", context)


def checklist_lines(proposal: Proposal) -> list[dict[str, Any]]:
    """The live checklist as its component shows it; each unmet line links to its field."""
    return [
        {
            "text": f.says,
            "state": {True: "met", False: "not_met", None: "later"}[f.met],
            "reason": f.reason,
            "clause": mark(proposal.policy, f.clause),
            "url": _field_url(proposal, f.field),
            "link": "Go to the field",
        }
        for f in moves.checklist(proposal)
    ]


def _field_url(proposal: Proposal, path: str) -> str:
    section, _, field = path.partition(".")
    if not section or not field:
        return ""
    return f"{reverse('proposal_edit', args=[proposal.pk, section])}#field-{field}"


def proposal(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Who has it, the route, what was said, what can I do now, the document whole, the record."""
    found = find(request, key)
    pack, judged = found.policy.pack, moves.judged(found, person_of(request), seen=True)
    available = [name for name, why in judged if not why]
    mine = any(p.person_id == person_of(request).pk for p in found.proposers.all())
    writing = mine and found.state in WRITABLE
    lines = checklist_lines(found) if writing else []
    shown = reading.shown_to(found, person_of(request))
    form, whole = shown.form, read_whole(shown.form, shown.answers, shown.files, found.type)
    context = {
        "pack": pack,
        "who": moves.who_has_it(found, person_of(request)),
        "stops": moves.route(found),
        "dues": due_lines(found, person_of(request)),
        "main": _main(found, available) or (_write(found) if writing else None),
        "quiet": [
            *(_action(found, name) for name in available if name not in MAIN),
            *extra_actions(found, person_of(request)),
            *offered_actions(found, person_of(request)),
        ],
        "off": _off(found, judged, bool(lines)),
        "writing": writing,
        "edit_url": reverse("proposal_edit", args=[found.pk, form.sections[0].id]) if writing else "",
        "waiting": waiting(found, person_of(request)) if writing else [],
        "lines": lines,
        "met": sum(line["state"] == "met" for line in lines),
        "whole": whole,
        "panels": panels(found, person_of(request), whole),
        "form_title": form.title,
        "decisions": _decisions(found),
        "sections": hooks.sections(found, person_of(request)),
        "entries": moves.record(found, LATEST),
        "more_url": reverse("proposal_record", args=[found.pk]),
        "team": [p.person for p in found.proposers.all()],
        **about_credential(found, person_of(request)),
        "may_change_policy": not found.policy.is_in_force and may_change(found, person_of(request)),
    }
    return page(request, "proposals/proposal.html", found, context)


def _action(found: Proposal, name: str) -> dict[str, Any]:
    url = reverse("proposal_move", args=[found.pk, name])
    return {"label": words.LABELS[name], "url": url, "no": name in ENDING}


def _off(found: Proposal, judged: moves.Judged, checklist: bool) -> list[dict[str, Any]]:
    """What is not possible now, with the reasons."""
    return [
        {"label": words.LABELS[name], "reasons": _shortened(marked(found.policy, why), checklist)}
        for name, why in moves.greyed(found, judged)
        if name not in BY_THEMSELVES
    ]


def _shortened(why: list[dict[str, Any]], checklist: bool) -> list[dict[str, Any]]:
    """Where the checklist stands beside them, many reasons become one that leads there."""
    if not checklist or len(why) <= FEW:
        return why
    return [
        {"text": f"{len(why)} things are still missing.", "url": "#checklist", "link": "See the checklist"}
    ]


def _main(found: Proposal, available: list[str]) -> dict[str, Any] | None:
    return next((_action(found, name) for name in MAIN if name in available), None)


def _write(found: Proposal) -> dict[str, Any]:
    form = found.policy.pack.form(reading.current(found).form)
    return {"label": "Write", "url": reverse("proposal_edit", args=[found.pk, form.sections[0].id])}


def _decisions(found: Proposal) -> list[dict[str, Any]]:
    """What was decided, oldest first, for those who may read the proposal; a decision that
    was taken up again has been overtaken by the next round of its step."""
    rows = found.steps.all()
    done = [s for s in rows if s.status == "complete" and s.kind != "form"]
    last = next_rounds(rows)
    return [
        {
            "body": step.title,
            "outcome": step.outcome,
            "word": words.OUTCOMES.get(step.outcome, step.outcome).capitalize(),
            "on": step.completed_at,
            "note": step.note,
            "sealed": step.outcome in APPROVALS and step.round + 1 == last[step.key],
            "overtaken": step.outcome != "request_changes" and step.round + 1 < last[step.key],
            "letter": hooks.letter(step),
        }
        for step in sorted(done, key=lambda s: str(s.completed_at))
    ]


def revision(request: HttpRequest, key: uuid.UUID, number: int) -> HttpResponse:
    """A revision as it was submitted, with the form by which it was asked."""
    found = find(request, key)
    shown: Revision = get_object_or_404(found.revisions.select_related("submitted_by"), number=number)
    form = Form.model_validate(shown.form)
    whole = read_whole(form, shown.answers, shown.files, found.type)
    vars(found).update(read_revision=shown)  # what higher apps add is about it, and not about a later one
    context = {
        "revision": shown,
        "form_title": form.title,
        "whole": whole,
        "panels": panels(found, person_of(request), whole),
    }
    return page(request, "proposals/revision.html", found, context)


def move(request: HttpRequest, key: uuid.UUID, transition: str) -> HttpResponse:
    """The page before a move: what changes, who is told, what is final. POST makes it; a refusal keeps the note."""
    if transition not in TRANSITIONS:
        raise Http404("No such move")
    found = find(request, key)
    form = MoveForm(request.POST or None, initial={"version": found.version})
    why: list[Any] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            moved = transitions.perform(
                proposal=found,
                transition=transition,
                by=person_of(request),
                note=given["note"],
                version=given["version"],
            )
        except Refused as error:
            why = marked(found.policy, error.reasons)
        else:
            messages.success(request, moves.told(moved, person_of(request)))
            return redirect("proposal", moved.pk)
    elif request.method != "POST":
        blocked = dict(moves.blocked(found, person_of(request)))
        why = marked(found.policy, blocked.get(transition, []))
    context = {
        "title": words.LABELS[transition],
        "submit": words.LABELS[transition],
        "form": form,
        "reasons": why,
        "no": transition in ENDING,
        **consequences(found, transition),
    }
    status = 409 if why and request.method == "POST" else 200
    return page(request, "proposals/act.html", found, context, status=status)
