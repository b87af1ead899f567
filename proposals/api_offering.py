"""What is offered, over HTTP: suspended and offered again, taught out, and notice that a pilot does not go on."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given
from proposals import offering
from proposals.actions.offering import act
from proposals.api import REFUSED, detail, mine
from proposals.api_shapes import MoveNote


class OfferingNote(MoveNote):
    """Why, and for a teach-out its last day."""

    until = serializers.DateField(required=False, allow_null=True)


@extend_schema(request=OfferingNote, responses={200: dict, 403: REFUSED, 404: REFUSED, 409: REFUSED})
@api_view(["POST"])
def offering_act(request: Request, key: uuid.UUID, name: str) -> Response:
    """One of `notice`, `notice-back` (proposers), `suspend`, `reinstate`, `teach-out` (programme manager)."""
    proposal = mine(request, key)
    if name not in offering.LABELS:
        raise serializers.ValidationError({"name": f"It is one of {', '.join(offering.LABELS)}."})
    act(proposal=proposal, name=name, by=caller(request), **given(OfferingNote(data=request.data)))
    return Response(detail(mine(request, key), caller(request)))
