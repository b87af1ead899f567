"""The public pages of policies: what the rules of each campus are, in its own words."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import AdoptedPolicy, Institution
from desk.navigation import standing_of
from desk.policy_page import values


@login_not_required
@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """Every campus with the policy it runs by."""
    rows = AdoptedPolicy.objects.order_by("institution__name", "institution_id", "-adopted_at")
    latest = rows.distinct("institution__name", "institution_id").select_related("institution")
    return render(request, "desk/policies.html", {"rows": latest})


@login_not_required
@require_safe
def policy(request: HttpRequest, slug: str) -> HttpResponse:
    """The rules of one campus, with every clause under an address of its own."""
    institution = _campus(request, slug)
    adopted = list(institution.policies.order_by("-adopted_at"))
    if not adopted:
        raise Http404
    context = {"institution": institution, "earlier": adopted[1:], **values(adopted[0])}
    return render(request, "desk/policy.html", context)


def _campus(request: HttpRequest, slug: str) -> Institution:
    """The campus of that short name; else one that runs by the policy of that name, the reader's own before others."""
    found = Institution.objects.filter(slug=slug).first()
    if found:
        return found
    running = [
        row.institution for row in AdoptedPolicy.objects.select_related("institution") if _named(row, slug)
    ]
    standing = standing_of(request)
    own = {campus.pk for campus in standing.campuses} if standing else set()
    running.sort(key=lambda campus: (campus.pk not in own, campus.name))
    if not running:
        raise Http404
    return running[0]


def _named(row: AdoptedPolicy, slug: str) -> bool:
    return row.pack.policy.slug == slug
