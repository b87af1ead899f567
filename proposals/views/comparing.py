"""The red-line: what changed between two versions of a proposal, and the form that chooses them."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.staff import person_of
from proposals import redline, versions
from proposals.comparing import numbered
from proposals.models import Proposal
from proposals.versions import Version
from proposals.views.finding import find_whole, page


@require_safe
def choose(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Choose two versions; `from` and `to` lead on to what changed between them."""
    found = find_whole(request, key)
    old, new = request.GET.get("from", ""), request.GET.get("to", "")
    if not (old and new):
        return _again(request, found, "", 200)
    pair, why, status = _both(request, found, old, new)
    return redirect("proposal_compare", found.pk, old, new) if pair else _again(request, found, why, status)


@require_safe
def compare(request: HttpRequest, key: uuid.UUID, old: str, new: str) -> HttpResponse:
    """What changed from one version to the other, section by section; `?only=1` shows the changes alone."""
    found = find_whole(request, key)
    pair, why, status = _both(request, found, old, new)
    if not pair:
        return _again(request, found, why, status)
    was, now = pair
    only = request.GET.get("only") == "1"
    sections = versions.red_line(found, was, now)
    changes = redline.counted(sections)
    names = {"was": was.name, "now": now.name}
    context = {
        "was": was,
        "now": now,
        "only": only,
        "changes": changes,
        "sections": list(numbered(sections, names, changes, only)),
        "choices": versions.keys(found, person_of(request)),
        "old": old,
        "new": new,
    }
    return page(request, "proposals/compare.html", found, context)


def _both(request: HttpRequest, found: Proposal, old: str, new: str) -> tuple[list[Version], str, int]:
    """The two versions; or none, why, and 404 for one that is not there, 400 for the same one twice."""
    pair: list[Version] = []
    for key in (old, new):
        one = versions.find(found, key, person_of(request))
        if one is None:
            return [], versions.missing(found, key), 404
        pair.append(one)
    return (pair, "", 200) if old != new else ([], versions.SAME_TWICE, 400)


def _again(request: HttpRequest, found: Proposal, why: str, status: int) -> HttpResponse:
    choices = versions.keys(found, person_of(request))
    context = {"why": why, "choices": choices, "old": request.GET.get("from"), "new": request.GET.get("to")}
    return page(request, "proposals/compare_choose.html", found, context, status=status)
