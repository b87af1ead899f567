"""The inventory of candidate activities, in the dashboard alone."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.clauses import mark
from accounts.staff import dashboard, person_of
from outreach.actions import inventory
from outreach.forms_keeping import CandidateForm, MarketingForm, MoveForm
from outreach.models import Candidate
from outreach.subjects import states
from outreach.views.frame import act, done, inside, office_of, sent
from outreach.views.sessions import METHODS

PAGE = 50
TAB = "office_inventory"


@dashboard
@require_safe
def office_inventory(request: HttpRequest, slug: str) -> HttpResponse:
    """What there is, by state."""
    campus = office_of(request, slug)
    known, chosen = states(campus.policy.pack), request.GET.get("state", "")
    kept = Candidate.objects.filter(institution=campus)
    rows = kept.select_related("unit", "proposal", "definition__current").order_by("title", "pk")
    counts = dict(kept.order_by().values_list("state").annotate(Count("pk")))
    if chosen in known:
        rows = rows.filter(state=chosen)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "title": "Inventory",
        "states": [(key, word, counts.get(key, 0)) for key, word in known.items()],
        "words": known,
        "chosen": chosen,
        "page": page,
        "clause": mark(campus.policy, campus.policy.pack.outreach.inventory_clause),
    }
    return inside(request, "outreach/office/inventory.html", campus, TAB, **context)


@dashboard
@require_http_methods(METHODS)
def candidate_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Add an activity."""
    campus, by = office_of(request, slug), person_of(request)
    form, to = CandidateForm(campus, sent(request)), reverse("office_inventory", args=[slug])

    def do() -> object:
        return inventory.add(institution=campus, by=by, **form.cleaned_data)

    answer = done(request, form, do, "It is in the inventory. Nobody but the office sees it.", to)
    words = {"title": "Add an activity", "submit": "Add it", "cancel_url": to}
    return answer or act(request, campus, TAB, form, **words)


def find(request: HttpRequest, key: uuid.UUID) -> Candidate:
    """One of an office that I run; 404 for everyone else."""
    related = ("institution__in_force__written", "unit", "proposal", "definition__current")
    rows = Candidate.objects.visible_to(person_of(request)).select_related(*related)
    return get_object_or_404(rows, pk=key)


@dashboard
@require_safe
def candidate(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One activity: how far it is, what it became, how it was marketed."""
    found = find(request, key)
    words = states(found.institution.policy.pack)
    steps = found.steps.select_related("by")
    context: dict[str, Any] = {
        "title": found.title,
        "candidate": found,
        "word": words.get(found.state, found.state),
        "words": words,
        "moves": [step for step in steps if step.kind == "state"],
        "marketing": [step for step in steps if step.kind == "marketing"],
        "offered": inventory.offered(found),
    }
    return inside(request, "outreach/office/candidate.html", found.institution, TAB, **context)


@dashboard
@require_http_methods(METHODS)
def candidate_move(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Another state."""
    found, by = find(request, key), person_of(request)
    form, to = MoveForm(found.institution, by, sent(request)), reverse("candidate", args=[key])
    form.initial["state"] = found.state
    answer = done(
        request, form, lambda: inventory.move(candidate=found, by=by, **form.cleaned_data), "Moved.", to
    )
    words = {"title": f"How far is “{found.title}”?", "submit": "Keep it", "cancel_url": to}
    return answer or act(request, found.institution, TAB, form, **words)


@dashboard
@require_http_methods(METHODS)
def candidate_market(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Record how it was marketed."""
    found, by = find(request, key), person_of(request)
    form, to = MarketingForm(sent(request)), reverse("candidate", args=[key])
    answer = done(
        request, form, lambda: inventory.market(candidate=found, by=by, **form.cleaned_data), "Recorded.", to
    )
    words = {"title": f"Marketing of “{found.title}”", "submit": "Record it", "cancel_url": to}
    return answer or act(request, found.institution, TAB, form, **words)
