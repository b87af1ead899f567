"""Tokens, people and trainings over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.authtoken.models import Token
from rest_framework.decorators import (
    api_view,
    authentication_classes,
    permission_classes,
    throttle_classes,
)
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle

from accounts.actions import qualifications
from accounts.listing import caller, page
from accounts.models import Institution, Person, Qualification

REFUSED = OpenApiResponse(description="Refused: `{detail, reasons: [{clause, text, field}]}`")


class TokenThrottle(AnonRateThrottle):
    scope = "token"


class Credentials(serializers.Serializer[Any]):
    email = serializers.EmailField()
    password = serializers.CharField(max_length=1000, trim_whitespace=False)


@extend_schema(request=Credentials, responses={200: dict, 400: REFUSED}, auth=[])
@login_not_required
@api_view(["POST"])
@authentication_classes([])
@permission_classes([AllowAny])
@throttle_classes([TokenThrottle])
def token(request: Request) -> Response:
    """Exchange e-mail and password for `{token}`, used as `Authorization: Token …`."""
    form = Credentials(data=request.data)
    form.is_valid(raise_exception=True)
    given = form.validated_data
    person = authenticate(request._request, email=given["email"].lower(), password=given["password"])
    if person is None:
        raise serializers.ValidationError("The address or the password is wrong.")
    key, _ = Token.objects.get_or_create(user=person)
    return Response({"token": key.key})


class PersonRow(serializers.ModelSerializer[Person]):
    class Meta:
        model = Person
        fields = ("id", "name", "email")


@extend_schema(responses=PersonRow(many=True))
@api_view(["GET"])
def person_list(request: Request) -> Response:
    """People of the campuses you manage, by `?email=` if you like."""
    rows = Person.objects.visible_to(caller(request))
    if email := request.query_params.get("email"):
        rows = rows.filter(email=email.strip().lower())
    return page(request, rows.order_by("name", "pk"), PersonRow)


class Training(serializers.Serializer[Any]):
    institution = serializers.SlugField()
    kind = serializers.ChoiceField(
        choices=[Qualification.TRAINED_ISSUER], default=Qualification.TRAINED_ISSUER
    )


@extend_schema(request=Training, responses={201: dict, 403: REFUSED, 404: REFUSED, 409: REFUSED})
@api_view(["POST"])
def person_trainings(request: Request, key: uuid.UUID) -> Response:
    """Mark a person as trained to issue (programme manager)."""
    person = get_object_or_404(Person.objects.visible_to(caller(request)), pk=key)
    form = Training(data=request.data)
    form.is_valid(raise_exception=True)
    institution = get_object_or_404(
        Institution.objects.visible_to(caller(request)), slug=form.validated_data["institution"]
    )
    given = qualifications.give(
        person=person, institution=institution, kind=form.validated_data["kind"], by=caller(request)
    )
    return Response(
        {"id": str(given.pk), "kind": given.kind, "from": given.starts_on}, status=status.HTTP_201_CREATED
    )
