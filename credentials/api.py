"""Definitions and awards over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given, page
from credentials.actions import accepting
from credentials.api_stacks import StackRow, rules_row
from credentials.models import Award, Definition
from credentials.models.award import Visibility
from credentials.stacks.paths import counts_towards

REFUSED = OpenApiResponse(description="Refused: `{detail, reasons: [{clause, text, field}]}`")


class DefinitionRow(serializers.ModelSerializer[Definition]):
    """A credential as the API shows it."""

    institution: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    title = serializers.CharField(source="current.title", default="")
    version = serializers.IntegerField(source="current.number", default=None)
    proposal = serializers.UUIDField(source="current.proposal_id", default=None)
    has_image = serializers.SerializerMethodField()

    class Meta:
        model = Definition
        fields: tuple[str, ...] = (
            "id", "institution", "slug", "title", "type", "standing", "standing_since",
            "awards_until", "version", "proposal", "has_image",
        )  # fmt: skip

    def get_has_image(self, definition: Definition) -> bool:
        return bool(definition.image)


class DefinitionWhole(DefinitionRow):
    """The same with the rules of a stack, and the stacks that it counts towards."""

    stack = serializers.SerializerMethodField()
    counts_towards = serializers.SerializerMethodField()

    class Meta(DefinitionRow.Meta):
        fields = (*DefinitionRow.Meta.fields, "stack", "counts_towards")

    @extend_schema_field(StackRow(allow_null=True))
    def get_stack(self, definition: Definition) -> dict[str, Any] | None:
        return rules_row(definition.current) if definition.current else None

    def get_counts_towards(self, definition: Definition) -> list[uuid.UUID]:
        return [one.pk for one in counts_towards([definition.pk])]


@extend_schema(responses=DefinitionRow(many=True))
@api_view(["GET"])
def definition_list(request: Request) -> Response:
    """Credentials of your campus, and all that are public."""
    rows = Definition.objects.visible_to(caller(request)).select_related("institution", "current")
    return page(request, rows.order_by("slug"), DefinitionRow)


@extend_schema(responses=DefinitionWhole)
@api_view(["GET"])
def definition_detail(request: Request, key: uuid.UUID) -> Response:
    """One credential; of a stack its rules, too."""
    return Response(DefinitionWhole(find(request, key)).data)


def find(request: Request, key: uuid.UUID) -> Definition:
    rows = Definition.objects.visible_to(caller(request)).select_related("institution", "unit", "current")
    return get_object_or_404(rows, pk=key)


class AwardRow(serializers.ModelSerializer[Award]):
    """An award as the API shows it; its file is at `url`."""

    title = serializers.CharField(source="version.title")
    status = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()

    class Meta:
        model = Award
        fields = (
            "id", "definition", "title", "recipient_name", "recipient_email", "awarded_on",
            "expires_on", "status", "revoked_at", "revocation_reason", "suspended_at", "suspension_reason",
            "superseded_by", "superseded_why", "accepted_at", "declined_at", "url",
        )  # fmt: skip

    def get_status(self, award: Award) -> str:
        return award.status_on(award.institution.today())

    def get_url(self, award: Award) -> str:
        return f"{settings.SITE_URL}/awards/{award.pk}"


@extend_schema(responses=AwardRow(many=True))
@api_view(["GET"])
def award_list(request: Request) -> Response:
    """Your own awards, and those of the campus where you manage, certify or issue."""
    rows = Award.objects.visible_to(caller(request)).select_related("version", "institution")
    rows = rows.defer("document", "version__answers", "version__approvals")
    if request.query_params.get("definition"):
        rows = rows.filter(definition=_uuid(request.query_params["definition"]))
    return page(request, rows.order_by("-awarded_at", "pk"), AwardRow)


class AcceptedBy(serializers.Serializer[Any]):
    visibility = serializers.ChoiceField(choices=Visibility.choices, default=Visibility.LINK)


@extend_schema(request=AcceptedBy, responses={200: AwardRow, 409: REFUSED})
@api_view(["POST"])
def award_accept(request: Request, key: uuid.UUID) -> Response:
    """Accept an award of yours and choose who may see it. Until then nobody else sees its page and files."""
    award, data = _own(request, key), given(AcceptedBy(data=request.data))
    accepted = accepting.accept(award=award, visibility=data["visibility"], by=caller(request))
    return Response(AwardRow(accepted).data)


class DeclinedBy(serializers.Serializer[Any]):
    reason = serializers.CharField(allow_blank=True, default="", max_length=accepting.MOST_WORDS)


@extend_schema(request=DeclinedBy, responses={200: AwardRow, 409: REFUSED})
@api_view(["POST"])
def award_decline(request: Request, key: uuid.UUID) -> Response:
    """Decline an award of yours. The reason, if you give one, is for the issuing office alone; accepting takes it back."""
    award, data = _own(request, key), given(DeclinedBy(data=request.data))
    return Response(AwardRow(accepting.decline(award=award, by=caller(request), **data)).data)


def _own(request: Request, key: uuid.UUID) -> Award:
    rows = Award.objects.held_by(caller(request)).select_related("version", "institution")
    return get_object_or_404(rows, pk=key)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise serializers.ValidationError({"definition": "This is not an id."}) from error
