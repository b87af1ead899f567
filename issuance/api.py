"""Issuance requests, deliveries and revocation over HTTP."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given, page
from credentials.actions.renewal import said_by
from credentials.api import AwardRow
from credentials.models import Award, Definition
from issuance import lists
from issuance.actions import deliveries, replacing, requests
from issuance.checking.typed import Line
from issuance.models import Delivery, IssuanceRequest

REFUSED = OpenApiResponse(description="Refused: `{detail, reasons: [{clause, text, field}]}`")


class CsvParser(BaseParser):
    """`text/csv`: the bytes as they are; `issuance.lists` reads them."""

    media_type = "text/csv"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        return stream.read()


class RecipientIn(serializers.Serializer[Any]):
    name = serializers.CharField(allow_blank=True, default="", max_length=1000)
    email = serializers.CharField(allow_blank=True, default="", max_length=1000)
    evidence_url = serializers.CharField(allow_blank=True, default="", max_length=500)
    narrative = serializers.CharField(allow_blank=True, default="", max_length=10_000)


class NewRequest(serializers.Serializer[Any]):
    definition = serializers.UUIDField()
    recipients = RecipientIn(many=True)


class RequestRow(serializers.ModelSerializer[IssuanceRequest]):
    recipients = serializers.IntegerField(read_only=True)
    requested_by: Any = serializers.SlugRelatedField(slug_field="email", read_only=True)

    class Meta:
        model = IssuanceRequest
        fields = (
            "id", "definition", "certifier", "state", "requested_by", "created_at",
            "submitted_at", "decided_at", "due_on", "looked_at", "parted_from", "note", "recipients",
        )  # fmt: skip


@extend_schema(methods=["GET"], responses=RequestRow(many=True))
@extend_schema(
    methods=["POST"],
    request={"application/json": NewRequest, "text/csv": bytes},
    parameters=[OpenApiParameter("definition", description="With text/csv: the definition's id.")],
    responses={201: RequestRow, 403: REFUSED, 409: REFUSED},
)
@api_view(["GET", "POST"])
@parser_classes([JSONParser, CsvParser])
def request_list(request: Request) -> Response:
    """Requests you made, certify or manage; POST files one, as JSON or as CSV with `?definition=`."""
    if request.method == "POST":
        definition, lines = _read(request)
        made = requests.submit(definition=definition, lines=lines, by=caller(request))
        return Response(_row(request, made.pk), status=status.HTTP_201_CREATED)
    rows = IssuanceRequest.objects.visible_to(caller(request)).counted().select_related("requested_by")
    if request.query_params.get("waiting") == "me":
        rows = rows.to_certify(caller(request)).waiting()
    return page(request, rows.order_by("-created_at", "pk"), RequestRow)


def _read(request: Request) -> tuple[Definition, list[Line]]:
    if str(request.content_type).startswith(CsvParser.media_type):
        key = request.query_params.get("definition", "")
        sent = request.data if isinstance(request.data, bytes) else b""  # an empty body is not parsed at all
        upload = SimpleUploadedFile("list.csv", sent)
        return _definition(request, key), lists.read(upload)
    data = given(NewRequest(data=request.data))
    lines = [Line(number=n, **row) for n, row in enumerate(data["recipients"], 1)]
    return _definition(request, str(data["definition"])), lines


def _definition(request: Request, key: str) -> Definition:
    try:
        wanted = uuid.UUID(key)
    except ValueError as error:
        raise serializers.ValidationError({"definition": "Give the definition's id."}) from error
    rows = Definition.objects.visible_to(caller(request)).select_related(
        "institution", "unit", "current__policy"
    )
    return get_object_or_404(rows, pk=wanted)


class Note(serializers.Serializer[Any]):
    note = serializers.CharField(allow_blank=True, default="", max_length=10_000)


def _request(request: Request, key: uuid.UUID) -> IssuanceRequest:
    return get_object_or_404(IssuanceRequest.objects.visible_to(caller(request)), pk=key)


@extend_schema(responses=RequestRow)
@api_view(["GET"])
def request_detail(request: Request, key: uuid.UUID) -> Response:
    return Response(_row(request, key))


def _row(request: Request, key: uuid.UUID) -> Any:
    rows = IssuanceRequest.objects.visible_to(caller(request)).counted().select_related("requested_by")
    return RequestRow(get_object_or_404(rows, pk=key)).data


@extend_schema(request=Note, responses={200: RequestRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def request_return(request: Request, key: uuid.UUID) -> Response:
    """Send the request back with a note."""
    requests.send_back(request=_request(request, key), by=caller(request), note=_note(request))
    return Response(_row(request, key))


def _note(request: Request) -> str:
    return str(given(Note(data=request.data))["note"])


class DeliveryRow(serializers.ModelSerializer[Delivery]):
    platform = serializers.CharField(source="account.platform")

    class Meta:
        model = Delivery
        fields = (
            "id", "award", "request", "platform", "act", "state", "cause", "message",
            "tries", "due_at", "remote_id", "remote_url", "claim_url", "settled_at",
        )  # fmt: skip


@extend_schema(
    parameters=[OpenApiParameter("request"), OpenApiParameter("state")], responses=DeliveryRow(many=True)
)
@api_view(["GET"])
def delivery_list(request: Request) -> Response:
    """Deliveries, by `?request=` and `?state=`."""
    rows = Delivery.objects.visible_to(caller(request)).select_related("account")
    if key := request.query_params.get("request"):
        rows = rows.filter(request=_request(request, _uuid(key)))
    if state := request.query_params.get("state"):
        rows = rows.filter(state=state)
    return page(request, rows.order_by("created_at", "pk"), DeliveryRow)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise serializers.ValidationError({"request": "This is not an id."}) from error


@extend_schema(request=None, responses={200: DeliveryRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def delivery_retry(request: Request, key: uuid.UUID) -> Response:
    """Send a failed delivery again."""
    delivery = get_object_or_404(Delivery.objects.visible_to(caller(request)), pk=key)
    return Response(DeliveryRow(deliveries.retry(delivery=delivery, by=caller(request))).data)


class RevocationReason(serializers.Serializer[Any]):
    reason = serializers.CharField(allow_blank=True, default="", max_length=300)


@extend_schema(request=RevocationReason, responses={200: AwardRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def award_revoke(request: Request, key: uuid.UUID) -> Response:
    """Revoke an award for good, with a reason that the learner is told."""
    award, data = _award(request, key), given(RevocationReason(data=request.data))
    revoked = deliveries.revoke_award(award=award, reason=data["reason"], by=caller(request))
    return Response(AwardRow(revoked).data)


@extend_schema(request=RevocationReason, responses={200: AwardRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def award_suspend(request: Request, key: uuid.UUID) -> Response:
    """Suspend an award until it is reinstated, with a reason that the learner is told."""
    award, data = _award(request, key), given(RevocationReason(data=request.data))
    done = replacing.suspend(award=award, reason=data["reason"], by=caller(request))
    return Response(AwardRow(done).data)


@extend_schema(request=None, responses={200: AwardRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def award_reinstate(request: Request, key: uuid.UUID) -> Response:
    """End the suspension of an award."""
    return Response(AwardRow(replacing.reinstate(award=_award(request, key), by=caller(request))).data)


@extend_schema(request=None, responses={201: AwardRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def award_renew(request: Request, key: uuid.UUID) -> Response:
    """Renew an award that runs out; answers with the new one, which takes its place."""
    newer = replacing.renew(award=_award(request, key), by=caller(request))
    return Response(AwardRow(newer).data, status=status.HTTP_201_CREATED)


class CorrectionIn(serializers.Serializer[Any]):
    """What is to be said instead; what is left out stays as it is."""

    name = serializers.CharField(required=False, max_length=200)
    email = serializers.EmailField(required=False)
    evidence_url = serializers.CharField(required=False, allow_blank=True, max_length=500)
    evidence = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    narrative = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    reason = serializers.CharField(allow_blank=True, default="", max_length=300)


@extend_schema(request=CorrectionIn, responses={201: AwardRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def award_correct(request: Request, key: uuid.UUID) -> Response:
    """Correct what an award says; answers with the new one, which takes its place."""
    award, data = _award(request, key), dict(given(CorrectionIn(data=request.data)))
    reason = data.pop("reason")
    said = replace(said_by(award), **data)
    newer = replacing.correct(award=award, said=said, reason=reason, by=caller(request))
    return Response(AwardRow(newer).data, status=status.HTTP_201_CREATED)


def _award(request: Request, key: uuid.UUID) -> Award:
    return get_object_or_404(Award.objects.visible_to(caller(request)), pk=key)
