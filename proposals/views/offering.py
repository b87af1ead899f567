"""The page before an act on what is offered: what follows, who is told, why. POST does it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.clauses import marked
from accounts.models import Person
from accounts.staff import person_of
from policies.reasons import Reason, Refused
from proposals import offering
from proposals.actions.offering import act
from proposals.forms import MoveForm, TeachOutForm, place_reasons
from proposals.models import Proposal
from proposals.permissions import Standpoint
from proposals.views.finding import find, page

WHY = "Say why, so that those concerned know."
STAY = "Badges that were issued stay valid."
CHANGES = {
    offering.NOTICE: [
        "The pilot runs to its last day, and badges are issued until then. No full proposal is expected any more.",
        "Until the day of the decision the notice can be taken back.",
    ],
    offering.NOTICE_BACK: ["The decision on the pilot is due again, by the same day as before."],
    offering.SUSPEND: [
        "Nothing is awarded under it and it is not advertised, until it is offered again.",
        STAY,
    ],
    offering.REINSTATE: ["It is awarded and advertised again as before."],
    offering.TEACH_OUT: [
        "It is not advertised any more. Those who are on the way can be awarded it until its last day; then it is retired.",
        STAY,
    ],
}


def offered_actions(found: Proposal, person: Person) -> list[dict[str, Any]]:
    """What this person can do now with what is offered."""
    if found.definition is None:
        return []
    standpoint = Standpoint(found, person, seen=True)
    return [
        {
            "label": label,
            "url": reverse("proposal_offering", args=[found.pk, name]),
            "no": name == offering.SUSPEND,
        }
        for name, label in offering.LABELS.items()
        if not offering.reasons(standpoint, name) and standpoint.authority(offering.actor(name))
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def offering_page(request: HttpRequest, key: uuid.UUID, name: str) -> HttpResponse:
    """What follows from it. POST does it; a refusal keeps what was typed."""
    if name not in offering.LABELS:
        raise Http404("No such act")
    found, person = find(request, key), person_of(request)
    standpoint = Standpoint(found, person, seen=True)
    if not standpoint.authority(offering.actor(name)):
        raise PermissionDenied("This is not yours to do.")
    kind = TeachOutForm if name == offering.TEACH_OUT else MoveForm
    form = kind(request.POST or None, initial={"version": found.version})
    if name != offering.REINSTATE:
        form.fields["note"].label, form.fields["note"].required = "Why", True
        form.fields["note"].error_messages["required"] = WHY
    why: list[Reason] = offering.reasons(standpoint, name) if request.method != "POST" else []
    if request.method == "POST" and form.is_valid():
        try:
            act(proposal=found, name=name, by=person, **form.cleaned_data)
        except Refused as error:
            why = [one for one in error.reasons if one.field not in form.fields]
            place_reasons(form, Refused([one for one in error.reasons if one.field in form.fields]))
        else:
            messages.success(request, "It is done, and those concerned are told.")
            return redirect("proposal", found.pk)
    told = ["The proposers."]
    told += ["The offices that oversee pilots."] if name in offering.BY_PROPOSERS else []
    context = {
        "title": offering.LABELS[name],
        "submit": offering.LABELS[name],
        "form": form,
        "reasons": marked(found.policy, why),
        "changes": CHANGES[name],
        "told": told,
        "final": ["The record keeps who did it, when and why."],
        "no": name == offering.SUSPEND,
    }
    bad = request.method == "POST" and (why or form.errors)
    return page(request, "proposals/act.html", found, context, status=409 if bad else 200)
