"""Steps over HTTP beside their completion: add one for a proposal, take it away or stop its vote, undo one's own."""

from __future__ import annotations

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given
from accounts.models import Person
from policies.reasons import Reason, Refused
from proposals.actions import adhoc
from proposals.actions.undoing import undo
from proposals.api import REFUSED, detail, mine
from proposals.models import Proposal, Step
from proposals.models.step import AD_HOC

ANSWERS = {200: dict, 403: REFUSED, 404: REFUSED, 409: REFUSED}


class AddedStep(serializers.Serializer[Any]):
    """Whom to ask: `actor` is a role or an office ("office:library"), or `person` the e-mail address of one person."""

    kind = serializers.ChoiceField(choices=list(AD_HOC))
    title = serializers.CharField(max_length=200)
    reason = serializers.CharField(max_length=2000)
    actor = serializers.CharField(max_length=60, allow_blank=True, default="")
    person = serializers.EmailField(allow_blank=True, default="")
    version = serializers.IntegerField(
        required=False, min_value=1, help_text="Refused when it is not the present one."
    )


class Why(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2000)


@extend_schema(request=AddedStep, responses={201: dict, 403: REFUSED, 404: REFUSED, 409: REFUSED})
@api_view(["POST"])
def proposal_step_add(request: Request, key: uuid.UUID) -> Response:
    """Add a step for this proposal alone (programme manager). It opens at once, beside what is open."""
    proposal = mine(request, key)
    data = given(AddedStep(data=request.data))
    adhoc.add(proposal=proposal, by=caller(request), **{**data, "person": _person(data["person"])})
    answer = detail(mine(request, key), caller(request))
    return Response(answer, status=status.HTTP_201_CREATED)


def _person(address: str) -> Person | None:
    if not address:
        return None
    found = Person.objects.filter(email=address.strip().lower()).first()
    if found is None:
        raise Refused(Reason("Nobody of this campus has this address.", field="person"))
    return found


def _step(request: Request, key: uuid.UUID) -> Step:
    visible = Proposal.objects.visible_to(caller(request))
    return get_object_or_404(Step.objects.filter(proposal__in=visible), pk=key)


@extend_schema(request=Why, responses=ANSWERS)
@api_view(["POST"])
def step_cancel(request: Request, key: uuid.UUID) -> Response:
    """Take away a step that was added, or stop the vote of a ballot's step (programme manager)."""
    step = _step(request, key)
    adhoc.cancel(step=step, by=caller(request), **given(Why(data=request.data)))
    return Response(detail(mine(request, step.proposal_id), caller(request)))


@extend_schema(request=None, responses=ANSWERS)
@api_view(["POST"])
def step_undo(request: Request, key: uuid.UUID) -> Response:
    """Take back a step that you completed by mistake, within the minutes that the policy gives."""
    step = _step(request, key)
    undo(step=step, by=caller(request))
    return Response(detail(mine(request, step.proposal_id), caller(request)))
