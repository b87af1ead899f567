"""The catalogue over HTTP, for anyone: the same search, filters and order as the page, and never what is not approved."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import page
from credentials.catalogue.facets import GROUPS
from credentials.catalogue.searching import ORDERS, filters, found, ordered
from credentials.models import Definition
from credentials.views.browse import asked_of, searched
from credentials.views.catalogue import UNREAD

ASKED = [
    OpenApiParameter("q", str, description="Words; the last may be begun only."),
    OpenApiParameter("institution", str, description="A campus, by its short name."),
    OpenApiParameter("sort", str, enum=list(ORDERS)),
    *(OpenApiParameter(group, str, many=True, description=f"{title}: any of these.") for group, title in GROUPS.items()),
]  # fmt: skip


class OfferedRow(serializers.ModelSerializer[Definition]):
    """One credential that is offered; `awarded` is how many hold it, as last counted."""

    institution: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    unit = serializers.CharField(source="unit.name")
    title = serializers.CharField(source="current.title")
    description = serializers.CharField(source="current.description")
    level = serializers.CharField(source="current.level")
    modality = serializers.CharField(source="current.modality")
    workload = serializers.CharField(source="current.workload")
    for_credit = serializers.BooleanField(source="current.for_credit")
    skills: Any = serializers.ListField(source="current.skills", child=serializers.CharField())
    approved_on = serializers.DateField(source="current.approved_on")
    awarded = serializers.IntegerField(source="entry.awarded", default=0)
    url = serializers.SerializerMethodField()

    class Meta:
        model = Definition
        fields = (
            "id", "institution", "unit", "title", "description", "level", "modality", "workload", "for_credit", "skills",
            "standing", "awards_until", "approved_on", "awarded", "url",
        )  # fmt: skip

    def get_url(self, definition: Definition) -> str:
        return f"{settings.SITE_URL}{reverse('credential', args=[definition.slug])}"


@extend_schema(parameters=ASKED, responses=OfferedRow(many=True))
@api_view(["GET"])
@permission_classes([AllowAny])
def catalogue_list(request: Request) -> Response:
    """What is offered; with words that were mistyped what was probably meant."""
    asked, _instead = searched(asked_of(request.query_params))
    rows = ordered(found(asked), asked).select_related("institution", "unit", "current", "entry")
    return page(request, rows.defer(*UNREAD, "entry__words", "entry__plain"), OfferedRow)


class ChoiceRow(serializers.Serializer[Any]):
    value = serializers.CharField()
    label: Any = serializers.CharField()
    number = serializers.IntegerField()
    chosen = serializers.BooleanField()


class FilterRow(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    choices: Any = ChoiceRow(many=True)


class Filters(serializers.Serializer[Any]):
    """`instead`: the words that stand in the place of mistyped ones."""

    instead = serializers.CharField()
    filters = FilterRow(many=True)


@extend_schema(parameters=ASKED, responses=Filters)
@api_view(["GET"])
@permission_classes([AllowAny])
def catalogue_filters(request: Request) -> Response:
    """What it can be narrowed by, each with the number of credentials that it would leave."""
    asked, instead = searched(asked_of(request.query_params))
    rows = [{"name": name, "title": title, "choices": choices} for name, title, choices in filters(asked)]
    return Response(Filters({"instead": instead, "filters": rows}).data)
