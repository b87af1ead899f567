"""Awards of stacks to look at again, and how far a learner is with a stack, over HTTP."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given, page
from credentials.api import REFUSED
from issuance.actions import reviews
from issuance.models import Outcome, StackReview


class ReviewRow(serializers.ModelSerializer[StackReview]):
    """`cause` is the award of the part that was lost."""

    title = serializers.CharField(source="award.version.title")
    part = serializers.CharField(source="cause.version.title")

    class Meta:
        model = StackReview
        fields = (
            "id", "award", "title", "cause", "part", "expired", "opened_at", "outcome", "reason", "decided_at",
        )  # fmt: skip


class Decision(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    reason = serializers.CharField(allow_blank=True, default="", max_length=300)


@extend_schema(responses=ReviewRow(many=True))
@api_view(["GET"])
def review_list(request: Request) -> Response:
    """Awards of stacks that wait to be looked at again, where you manage, certify or issue."""
    rows = StackReview.objects.visible_to(caller(request)).waiting()
    return page(request, rows.select_related("award__version", "cause__version"), ReviewRow)


@extend_schema(request=Decision, responses={200: ReviewRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def review_decide(request: Request, key: int) -> Response:
    """Keep the award, or revoke it; either with a reason (who can revoke it)."""
    rows = StackReview.objects.visible_to(caller(request)).select_related(*reviews.RELATED)
    review = get_object_or_404(rows, pk=key)
    decided = reviews.decide(review=review, by=caller(request), **given(Decision(data=request.data)))
    return Response(ReviewRow(decided).data)
