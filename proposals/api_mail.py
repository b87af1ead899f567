"""Mail about a proposal over HTTP: to whom and how far each has come."""

from __future__ import annotations

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, page
from journal.models import Mail
from proposals import mails
from proposals.models import Proposal


@extend_schema(operation_id="proposals_mail_list", responses=dict)
@api_view(["GET"])
def proposal_mail(request: Request, key: uuid.UUID) -> Response:
    """Mail about a proposal, newest first, as far as you may know of it; never what it says."""
    person = caller(request)
    rows = Proposal.objects.visible_to(person).prefetch_related("proposers").select_related("institution")
    proposal = get_object_or_404(rows, pk=key)
    oversees, team = mails.oversees(proposal, person), mails.team(proposal)

    def shown(row: Mail) -> dict[str, Any]:
        named = person.pk not in team or row.recipient_id in team
        return mails.line(row, named=named, again=oversees)

    return page(request, mails.of(proposal, person), shown)
