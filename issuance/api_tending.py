"""Many deliveries or many awards at once, over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given, page
from credentials.models import Award
from issuance import bulk as verdicts
from issuance.actions import bulk, deliveries
from issuance.actions.bulk import MOST, Wanted
from issuance.api import REFUSED, DeliveryRow
from issuance.api_checking import COUNTS, StopIn
from issuance.bulk_lists import RELATED
from issuance.models import Bulk, BulkAct, Delivery
from issuance.models.delivery import DeliveryQuerySet

NOT_SEEN = "One of these is no award that you see."


class Several(serializers.Serializer[Any]):
    """Which deliveries: by their ids, or all that wait for a cause, at an account, of a request."""

    deliveries = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=1000)
    cause = serializers.CharField(required=False, allow_blank=True, max_length=60)
    account = serializers.UUIDField(required=False)
    request = serializers.UUIDField(required=False)
    reason = serializers.CharField(allow_blank=True, default="", max_length=300)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Something is named."""
        if not attrs.keys() & {"deliveries", "cause", "account", "request"}:
            raise serializers.ValidationError("Name the deliveries, a cause, an account or a request.")
        return attrs


def _rows(request: Request, data: dict[str, Any]) -> DeliveryQuerySet:
    rows = Delivery.objects.tended_by(caller(request)).stuck()
    named = {name: data[name] for name in ("cause", "account", "request") if name in data}
    return rows.filter(**named, **({"pk__in": data["deliveries"]} if "deliveries" in data else {}))


@extend_schema(operation_id="deliveries_retry_many", request=Several, responses={200: COUNTS, 400: REFUSED})
@api_view(["POST"])
def deliveries_retry(request: Request) -> Response:
    """Send again those of these that wait for a person and that you tend."""
    data = given(Several(data=request.data))
    return Response({"changed": deliveries.retry_many(rows=_rows(request, data), by=caller(request))})


@extend_schema(
    operation_id="deliveries_cancel_many",
    request=Several,
    responses={200: COUNTS, 400: REFUSED, 409: REFUSED},
)
@api_view(["POST"])
def deliveries_cancel(request: Request) -> Response:
    """Do not send those of these that never left; what may have arrived is left as it is."""
    data = given(Several(data=request.data))
    rows = _rows(request, data)
    return Response({"changed": deliveries.cancel_many(rows=rows, by=caller(request), reason=data["reason"])})


@extend_schema(request=StopIn, responses={200: DeliveryRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def delivery_cancel(request: Request, key: uuid.UUID) -> Response:
    """Give up on the platform for one award; the award stands."""
    delivery = get_object_or_404(Delivery.objects.visible_to(caller(request)), pk=key)
    reason = given(StopIn(data=request.data))["reason"]
    return Response(DeliveryRow(deliveries.cancel(delivery=delivery, by=caller(request), reason=reason)).data)


class AwardChangeIn(serializers.Serializer[Any]):
    """One award, and for a correction what it is to say instead; what is left out stays."""

    award = serializers.UUIDField()
    name = serializers.CharField(required=False, max_length=200)
    email = serializers.EmailField(required=False)
    evidence_url = serializers.CharField(required=False, allow_blank=True, max_length=500)
    evidence = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    narrative = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class AwardChangesIn(serializers.Serializer[Any]):
    """The decision about many awards."""

    act = serializers.ChoiceField(choices=BulkAct.choices)
    reason = serializers.CharField(allow_blank=True, default="", max_length=300)
    awards = serializers.ListField(child=AwardChangeIn(), max_length=MOST)


class BulkRow(serializers.ModelSerializer[Bulk]):
    total = serializers.IntegerField(read_only=True)
    done = serializers.IntegerField(read_only=True)
    failed = serializers.IntegerField(read_only=True)
    by: Any = serializers.SlugRelatedField(slug_field="email", read_only=True)

    class Meta:
        model = Bulk
        fields = ("id", "act", "reason", "by", "created_at", "done_at", "total", "done", "failed")


DRY = OpenApiResponse(description="Dry run: `{lines, reasons: {line: [{clause, text, field}]}}`")


@extend_schema(methods=["GET"], responses=BulkRow(many=True))
@extend_schema(
    methods=["POST"],
    request=AwardChangesIn,
    parameters=[
        OpenApiParameter("dry_run", description="`1`: say what stands against each, and write nothing.")
    ],
    responses={201: BulkRow, 200: DRY, 400: REFUSED, 409: REFUSED},
)
@api_view(["GET", "POST"])
def change_list(request: Request) -> Response:
    """Decisions about many awards; POST has all of these revoked or corrected by a worker, with one reason."""
    if request.method == "GET":
        rows = Bulk.objects.visible_to(caller(request)).counted().select_related("by")
        return page(request, rows.order_by("-created_at", "pk"), BulkRow)
    data = given(AwardChangesIn(data=request.data))
    wanted = _wanted(request, data["awards"])
    if request.query_params.get("dry_run") == "1":
        found = verdicts.verdicts(data["act"], wanted, caller(request))
        said = {number: [reason.as_dict() for reason in reasons] for number, reasons in found.items()}
        return Response({"lines": len(wanted), "reasons": said})
    made = bulk.decide(act=data["act"], wanted=wanted, reason=data["reason"], by=caller(request))
    return Response(_row(request, made.pk), status=status.HTTP_201_CREATED)


def _wanted(request: Request, sent: list[dict[str, Any]]) -> list[Wanted]:
    rows = Award.objects.visible_to(caller(request)).select_related(*RELATED)
    found = rows.in_bulk([one["award"] for one in sent])
    if len(found) < len({one["award"] for one in sent}):
        raise serializers.ValidationError({"awards": NOT_SEEN})
    return [
        Wanted(number, found[one["award"]], {name: text for name, text in one.items() if name != "award"})
        for number, one in enumerate(sent, 1)
    ]


@extend_schema(responses=BulkRow)
@api_view(["GET"])
def change_detail(request: Request, key: uuid.UUID) -> Response:
    """How far one decision is."""
    return Response(_row(request, key))


def _row(request: Request, key: uuid.UUID) -> Any:
    return BulkRow(get_object_or_404(Bulk.objects.visible_to(caller(request)).counted(), pk=key)).data
