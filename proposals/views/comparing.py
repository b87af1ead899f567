"""The red-line: what changed between two versions of a proposal, and the form that chooses them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.staff import person_of
from proposals import redline, versions
from proposals.models import Proposal
from proposals.redline import documents as states
from proposals.redline import texts
from proposals.redline.documents import Item
from proposals.versions import Version
from proposals.views.finding import find, page

WORDS = {
    states.ANSWERED: "Answered now",
    states.EMPTIED: "Answer taken out",
    states.REWRITTEN: "Rewritten",
    states.CHANGED: "Changed",
    states.SPACING: "Only blanks and line breaks changed",
    states.REWORDED: "The question was reworded",
}


@require_safe
def choose(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Choose two versions; `from` and `to` lead on to what changed between them."""
    found = find(request, key)
    old, new = request.GET.get("from", ""), request.GET.get("to", "")
    if not (old and new):
        return _again(request, found, "", 200)
    pair, why, status = _both(request, found, old, new)
    return redirect("proposal_compare", found.pk, old, new) if pair else _again(request, found, why, status)


@require_safe
def compare(request: HttpRequest, key: uuid.UUID, old: str, new: str) -> HttpResponse:
    """What changed from one version to the other, section by section; `?only=1` shows the changes alone."""
    found = find(request, key)
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
        "sections": list(_numbered(sections, names, changes, only)),
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


def _numbered(
    sections: list[redline.Section], names: dict[str, str], last: int, only: bool
) -> Iterator[dict[str, Any]]:
    """Sections for the page, the changed questions numbered through; with `only` nothing else."""
    number = 0
    for section in sections:
        items = []
        for item in section.items:
            number += item.changed
            if item.changed or not only:
                items.append(_shown(item, number if item.changed else 0, last, only))
        for shown in items if section.kind == redline.SAME else []:
            shown["word"] = shown["word"] or _asked(shown["item"].state, names)
        if items:
            alone = _alone(section.kind, names)
            yield {"section": section, "alone": alone, "changes": section.changes, "items": items}


def _shown(item: Item, number: int, last: int, only: bool) -> dict[str, Any]:
    return {
        "item": item,
        "number": number,
        "next": number + 1 if 0 < number < last else 0,
        "word": WORDS.get(item.state, ""),
        "spans": texts.abridged(item.spans) if only else item.spans,
        "rows": [row for row in item.rows if row.kind != redline.SAME or not only],
    }


def _asked(state: str, names: dict[str, str]) -> str:
    """In words, of a question that one of the two was not asked."""
    if state == states.NEW_QUESTION:
        return f"Asked only in {names['now']}"
    return f"Asked only in {names['was']}" if state == states.OLD_QUESTION else ""


def _alone(kind: str, names: dict[str, str]) -> str:
    """In words, of a section that one of the two forms does not have."""
    if kind == redline.ADDED:
        return f"Only {names['now']} has this section."
    return f"Only {names['was']} has this section." if kind == redline.REMOVED else ""
