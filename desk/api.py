"""What is due from the caller, over HTTP."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, whole_page
from desk.work.due import everything
from proposals.deadlines import Deadline

LATE = OpenApiParameter("late", bool, description="`1`: only what is late.")


class DeadlineRow(serializers.Serializer[Deadline]):
    """One thing that is due; `days_left` is below zero when it is late, by the day of the campus.

    `waits_for_you` is false of a condition that is with somebody else while you settle it later, or oversee it.
    """

    key = serializers.CharField()
    title = serializers.CharField()
    on = serializers.DateField()
    days_left = serializers.IntegerField(source="left")
    late = serializers.BooleanField()
    owner = serializers.CharField(source="who")
    clause = serializers.CharField()
    consequence = serializers.CharField()
    proposal = serializers.UUIDField(source="proposal.pk")
    proposal_title = serializers.CharField(source="proposal")
    institution = serializers.SlugField(source="proposal.institution.slug")
    step = serializers.UUIDField(source="step.pk", allow_null=True, default=None)
    waits_for_you = serializers.BooleanField(source="waits")
    path = serializers.CharField()


@extend_schema(operation_id="deadlines_list", parameters=[LATE], responses=DeadlineRow(many=True))
@api_view(["GET"])
def deadlines(request: Request) -> Response:
    """What is due from you, the first due on top: what you owe, the steps and votes that wait for you, and conditions of
    approvals that you meet, accept or oversee."""
    found = everything(caller(request))
    if request.query_params.get("late") in ("1", "true"):
        found = [due for due in found if due.late]
    return whole_page(request, found, lambda rows: DeadlineRow(rows, many=True).data)
