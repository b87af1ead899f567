"""Loading a proposal for this person: another campus's, or one not yet theirs to see, is 404."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.staff import person_of
from proposals.models import Proposal

READ = ("documents", "steps", "proposers__person")


def find(request: HttpRequest, key: uuid.UUID) -> Proposal:
    """The proposal with what its pages read, in a fixed number of queries."""
    return find_draft(request, key, "revisions")


def find_draft(request: HttpRequest, key: uuid.UUID, *also: str) -> Proposal:
    """The same without its revisions, which can be many and long: for what happens again and again while one writes."""
    rows = Proposal.objects.visible_to(person_of(request)).select_related(
        "institution", "unit", "policy__institution", "definition", "returned_from"
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
