"""Moving an open proposal to a later revision of its policy: a page before the act, and the act."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.clauses import marked
from accounts.models import Role
from accounts.staff import person_of
from policies.reasons import Refused
from proposals import following
from proposals.actions import policies
from proposals.forms import PolicyForm
from proposals.permissions import Standpoint
from proposals.views.finding import find, page

if TYPE_CHECKING:
    from accounts.models import AdoptedPolicy, Person
    from policies.reasons import Reason
    from proposals.models import Proposal

CHANGES = [
    "Its forms, checklist, steps, deadlines and refusals follow that revision from now on.",
    "What was submitted, voted and signed so far stands.",
    "Answers that are not asked for any more leave the form; the record keeps them.",
]
FINAL = ["It cannot be moved back to an older revision."]


def may_change(proposal: Proposal, person: Person) -> bool:
    """Whether this person decides under which revision the proposal runs."""
    return Standpoint(proposal, person).authority(Role.PROGRAMME_MANAGER) is not None


def change(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """To which revision, why, what follows; with the reasons where a revision does not fit. POST moves it."""
    found, person = find(request, key), person_of(request)
    if not may_change(found, person):
        raise PermissionDenied(
            "Only the programme manager moves a proposal to another revision of the policy."
        )
    later = following.later_revisions(found)
    form = PolicyForm([row.revision for row in later], request.POST or None, initial=_initial(found, later))
    why: list[Reason] = []
    if request.method == "POST" and form.is_valid():
        try:
            moved = policies.change(proposal=found, by=person, **form.cleaned_data)
        except Refused as error:
            why = error.reasons
        else:
            messages.success(request, f"It is under revision {moved.policy.revision} now.")
            return redirect("proposal", moved.pk)
    context = _context(found, person, later, form) | {"reasons": marked(found.policy, why)}
    refused = request.method == "POST"
    return page(request, "proposals/policy.html", found, context, status=409 if refused else 200)


def _initial(found: Proposal, later: list[AdoptedPolicy]) -> dict[str, Any]:
    return {"version": found.version, "revision": later[0].revision if later else ""}


def _context(found: Proposal, person: Person, later: list[AdoptedPolicy], form: PolicyForm) -> dict[str, Any]:
    standpoint = Standpoint(found, person)
    judged = [(row, following.reasons(standpoint, row)) for row in later]
    base = f"/policies/{found.institution.slug}/compare"
    return {
        "form": form if any(not against for _, against in judged) else None,
        "changes": CHANGES,
        "told": ["The proposers."],
        "final": FINAL,
        "later": [
            {
                "policy": row,
                "changed": f"{base}/{quote(found.policy.revision, safe='')}/{quote(row.revision, safe='')}/",
                "reasons": marked(row, against),
            }
            for row, against in judged
        ],
    }
