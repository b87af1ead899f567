"""Alternates over HTTP: those that concern me, name one, end one."""

from __future__ import annotations

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authority import institutions_of
from accounts.listing import caller, given, page
from reviews.actions import alternates
from reviews.alternates import shown
from reviews.api.ballots import REFUSED
from reviews.api.meetings import known_person
from reviews.models import Alternate


class AlternateIn(serializers.Serializer[Any]):
    """Who votes for you, on which body of which campus, from when to when (the whole last day included)."""

    institution = serializers.SlugField()
    body = serializers.CharField(max_length=40)
    email = serializers.EmailField()
    starts_on = serializers.DateField(required=False, allow_null=True, default=None)
    ends_on = serializers.DateField()


@extend_schema(methods=["GET"], operation_id="alternates_list", responses=dict)
@extend_schema(methods=["POST"], request=AlternateIn, responses={201: dict, 403: REFUSED, 409: REFUSED})
@api_view(["GET", "POST"])
def alternate_list(request: Request) -> Response:
    """Alternates that concern you; POST names yours."""
    if request.method == "POST":
        return _name(request)
    rows = Alternate.objects.visible_to(caller(request))
    rows = rows.select_related("institution__in_force", "principal", "delegate").order_by("-starts_on", "pk")
    return page(request, rows, shown)


def _name(request: Request) -> Response:
    data = given(AlternateIn(data=request.data))
    institution = get_object_or_404(institutions_of(caller(request)), slug=data.pop("institution"))
    delegate = known_person(data.pop("email"), "email")
    row = alternates.name(institution=institution, delegate=delegate, by=caller(request), **data)
    return Response(shown(row), status=status.HTTP_201_CREATED)


@extend_schema(request=None, responses={200: dict, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def alternate_end(request: Request, key: uuid.UUID) -> Response:
    """End it now; votes already cast stand."""
    row = get_object_or_404(Alternate.objects.visible_to(caller(request)), pk=key)
    return Response(shown(alternates.end(alternate=row, by=caller(request))))
