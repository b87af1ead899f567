"""Loading a proposal for this person: another campus's, or one not yet theirs to see, is 404."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.staff import person_of
from proposals.models import Proposal, Revision

READ = ("documents", "steps", "proposers__person")
LONG = ("answers", "form", "files", "proposers")  # of a revision


def find(request: HttpRequest, key: uuid.UUID) -> Proposal:
    """The proposal with what its pages read, in a fixed number of queries: of each document the last revision whole."""
    light = Prefetch("revisions", Revision.objects.defer(*LONG))
    found = find_draft(request, key, light, "institution__terms")
    last = {row.document_id: row for row in found.revisions.all()}
    by_key = {row.pk: row for row in last.values()}
    for revision, *words in Revision.objects.filter(pk__in=by_key).values_list("pk", *LONG):
        vars(by_key[revision]).update(zip(LONG, words, strict=True))
    return found


def find_whole(request: HttpRequest, key: uuid.UUID) -> Proposal:
    """The same with every revision whole, however long: for comparing them."""
    return find_draft(request, key, "revisions")


def find_draft(request: HttpRequest, key: uuid.UUID, *also: str | Prefetch[Any]) -> Proposal:
    """The same without its revisions, which can be many and long: for what happens again and again while one writes."""
    rows = Proposal.objects.visible_to(person_of(request)).select_related(
        "institution__in_force",
        "unit",
        "policy__institution",
        "definition__current",
        "returned_from",
    )
    rows = rows.prefetch_related(*READ, *also)
    return get_object_or_404(rows, pk=key)


def page(
    request: HttpRequest, template: str, proposal: Proposal, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """A proposal's page, its days and times in the campus's own time zone."""
    whole = {"proposal": proposal, "institution": proposal.institution, **context}
    with timezone.override(ZoneInfo(proposal.institution.timezone)):
        return render(request, template, whole, status=status)
