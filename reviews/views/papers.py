"""What bodies give out on paper."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.staff import person_of
from journal.papers.answers import answer
from proposals.models import Proposal, Step
from reviews import letters


@require_safe
def decision_letter(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The letter about a decided step, for who sees the proposal; 404 while nothing is decided."""
    person = person_of(request)
    rows = Step.objects.filter(proposal__in=Proposal.objects.visible_to(person))
    related = (
        "proposal__institution",
        "proposal__policy",
        "revision",
        "completed_by",
        "on_behalf_of",
        "person",
    )
    step = get_object_or_404(rows.select_related(*related), pk=key)
    if not letters.decided(step):
        raise Http404("Nothing is decided.")
    return answer(request, letters.letter(step, person), f"{step.proposal} {step.title}")
