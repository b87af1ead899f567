"""Acts around a ballot over HTTP: more time, stop it, hold it (again), decide anew, rescind."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given
from reviews.actions import ballots, reconsidering, rescinding, stopping
from reviews.api.ballots import REFUSED, answer, ballot_of, step_of
from reviews.conditions import LONGEST_NOTE

ANSWERS = {200: dict, 403: REFUSED, 409: REFUSED}


class WhyIn(serializers.Serializer[Any]):
    reason = serializers.CharField(allow_blank=True, default="", max_length=LONGEST_NOTE)


class ExtendIn(serializers.Serializer[Any]):
    until = serializers.DateField(help_text="The last day to vote; it ends at 23:59 local time.")


def _reason(request: Request) -> str:
    return str(given(WhyIn(data=request.data))["reason"])


@extend_schema(request=ExtendIn, responses=ANSWERS)
@api_view(["POST"])
def ballot_extend(request: Request, key: uuid.UUID) -> Response:
    """Move the last day of a vote without a meeting (the chair)."""
    ballot = ballot_of(request, key)
    data = given(ExtendIn(data=request.data))
    ballots.extend(ballot=ballot, by=caller(request), **data)
    return answer(request, key)


@extend_schema(request=WhyIn, responses=ANSWERS)
@api_view(["POST"])
def ballot_stop(request: Request, key: uuid.UUID) -> Response:
    """Stop an open ballot: it is void, and the vote can be held again (the chair)."""
    ballot = ballot_of(request, key)
    stopping.stop(ballot=ballot, reason=_reason(request), by=caller(request))
    return answer(request, key)


@extend_schema(request=None, responses=ANSWERS)
@api_view(["POST"])
def step_vote(request: Request, key: uuid.UUID) -> Response:
    """Hold the vote of a step, first or again (the chair, the programme manager)."""
    opened = ballots.rerun(step=step_of(request, key), by=caller(request))
    return Response({"id": str(opened.pk), "state": opened.state, "closes_at": opened.closes_at})


@extend_schema(request=WhyIn, responses=ANSWERS)
@api_view(["POST"])
def ballot_reconsider(request: Request, key: uuid.UUID) -> Response:
    """Have the body decide anew, within its rule's days and while nothing rests on the decision (a member who voted on
    the side that won)."""
    ballot = ballot_of(request, key)
    opened = reconsidering.reconsider(ballot=ballot, by=caller(request), reason=_reason(request))
    return answer(request, (opened or ballot).pk)


@extend_schema(request=WhyIn, responses=ANSWERS)
@api_view(["POST"])
def ballot_rescind(request: Request, key: uuid.UUID) -> Response:
    """Move to rescind what was decided, and so give notice of it (a member of the body)."""
    ballot = ballot_of(request, key)
    rescinding.move(ballot=ballot, reason=_reason(request), by=caller(request))
    return answer(request, ballot.pk)


@extend_schema(request=None, responses=ANSWERS)
@api_view(["POST"])
def ballot_rescind_vote(request: Request, key: uuid.UUID) -> Response:
    """Open the vote on a motion to rescind (the chair, the programme manager)."""
    opened = rescinding.open_vote(ballot=ballot_of(request, key), by=caller(request))
    return Response({"id": str(opened.pk), "state": opened.state, "closes_at": opened.closes_at})
