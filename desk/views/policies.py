"""The public pages of policies: what the rules of each campus are, in its own words, and what changed when."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import AdoptedPolicy, Institution
from desk.navigation import standing_of
from desk.rules.page import values
from desk.rules.revisions import clause_counts, differences


@login_not_required
@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """Every campus with the policy it runs by."""
    rows = AdoptedPolicy.objects.filter(in_force_at__isnull=False).select_related("institution")
    return render(request, "desk/policies.html", {"rows": rows.order_by("institution__name", "pk")})


@login_not_required
@require_safe
def policy(request: HttpRequest, slug: str) -> HttpResponse:
    """The rules in force at one campus, with every clause under an address of its own."""
    institution = _campus(request, slug)
    adopted = revisions_of(institution)
    shown = next((row for row in adopted if row.pk == institution.in_force_id), None)
    if shown is None:
        raise Http404
    return _page(request, shown, adopted)


@login_not_required
@require_safe
def revision(request: HttpRequest, slug: str, revision: str) -> HttpResponse:
    """The rules of one adopted revision, in force or not: the address that credentials made under it name."""
    institution = get_object_or_404(Institution, slug=slug)
    adopted = revisions_of(institution)
    return _page(request, _named(adopted, revision), adopted)


def _page(request: HttpRequest, shown: AdoptedPolicy, adopted: list[AdoptedPolicy]) -> HttpResponse:
    place = adopted.index(shown)
    context = {
        "institution": shown.institution,
        "revisions": adopted,
        "before": adopted[place + 1] if place + 1 < len(adopted) else None,
        "after": adopted[place - 1] if place else None,
        **values(shown),
    }
    return render(request, "desk/policy.html", context)


@login_not_required
@require_safe
def compare(request: HttpRequest, slug: str, old: str, new: str) -> HttpResponse:
    """What changed between two adopted revisions of a campus's policy."""
    institution = get_object_or_404(Institution, slug=slug)
    adopted = revisions_of(institution)
    was, now = _named(adopted, old), _named(adopted, new)
    context = {
        "institution": institution,
        "was": was,
        "now": now,
        "parts": differences(was.pack, now.pack),
        "counts": clause_counts(was.pack, now.pack),
    }
    return render(request, "desk/policy_compare.html", context)


def revisions_of(institution: Institution) -> list[AdoptedPolicy]:
    """The adopted revisions, newest first, each knowing its campus."""
    return list(institution.policies.select_related("institution").order_by("-adopted_at"))


def _named(adopted: list[AdoptedPolicy], name: str) -> AdoptedPolicy:
    found = next((row for row in adopted if row.revision == name), None)
    if found is None:
        raise Http404
    return found


def _campus(request: HttpRequest, slug: str) -> Institution:
    """The campus of that short name; else one that runs by the policy of that name, the reader's own before others."""
    found = Institution.objects.filter(slug=slug).first()
    if found:
        return found
    rows = AdoptedPolicy.objects.filter(in_force_at__isnull=False).select_related("institution")
    running = [row.institution for row in rows if row.pack.policy.slug == slug]
    standing = standing_of(request)
    own = {campus.pk for campus in standing.campuses} if standing else set()
    running.sort(key=lambda campus: (campus.pk not in own, campus.name))
    if not running:
        raise Http404
    return running[0]
