"""What is due of a proposal, on its page, and the page on which the office records that it has come in."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.clauses import mark, marked
from accounts.models import Person
from accounts.staff import person_of
from policies.reasons import Refused
from proposals import deadlines, hooks, owing
from proposals.actions.receiving import receive
from proposals.forms import NoteForm
from proposals.models import Proposal
from proposals.views.finding import find, page


def due_lines(proposal: Proposal, person: Person) -> list[dict[str, Any]]:
    """What is due, by day, as the page shows it; with the way to record it for those who may."""
    found = deadlines.of_found(proposal)
    receives = any(due.receivable for due in found) and owing.may_receive(person, proposal)
    return [
        {
            "title": due.title,
            "told": due.told,
            "late": due.late,
            "soon": due.soon,
            "who": "" if due.key == deadlines.PILOT_END else due.who,
            "consequence": due.consequence,
            "clause": mark(due.proposal.policy, due.clause),
            "path": _path(due, person),
            "url": reverse("proposal_receive", args=[proposal.pk, due.key])
            if receives and due.receivable
            else "",
        }
        for due in found
    ]


def _path(due: deadlines.Deadline, person: Person) -> str:
    """The page on which it is done, where it is another than the proposal's own."""
    if due.owed:
        return due.path if due.owed.open_to(person) else ""
    return due.path if hooks.filled_in(due.form) else ""


@require_http_methods(["GET", "HEAD", "POST"])
def receive_page(request: HttpRequest, key: uuid.UUID, deadline: str) -> HttpResponse:
    """Record that something due has come in."""
    found, person = find(request, key), person_of(request)
    if not owing.may_receive(person, found):
        raise PermissionDenied(owing.NOBODY)
    due = next((one for one in deadlines.of_found(found) if one.key == deadline and one.receivable), None)
    if due is None and request.method != "POST":
        raise Http404
    form, why = NoteForm(request.POST or None), []
    if request.method == "POST" and form.is_valid():
        try:
            receive(proposal=found, deadline=deadline, by=person, note=form.cleaned_data["note"])
        except Refused as error:
            why = marked(found.policy, error.reasons)
        else:
            messages.success(request, "It is written down, and not due any more.")
            return redirect("proposal", found.pk)
    context = {
        "title": "It has come in",
        "submit": "Write it down",
        "due": due,
        "form": form,
        "reasons": why,
        "changes": ["It is taken off the list of what is due, and nobody is reminded of it any more."],
        "told": [],
        "final": ["The record keeps that it came in, when, and that you wrote it down."],
    }
    return page(request, "proposals/receive.html", found, context, status=409 if why else 200)
