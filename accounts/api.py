"""Tokens, people, trainings and the campus's policy over HTTP."""

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

from accounts.actions import policies, qualifications
from accounts.authority import require_administrator
from accounts.listing import caller, given, page
from accounts.models import Institution, Person, Qualification
from accounts.offered import offered
from policies.reasons import Reason, Refused

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
    data = given(Credentials(data=request.data))
    person = authenticate(request._request, email=data["email"].lower(), password=data["password"])
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
    data = given(Training(data=request.data))
    institution = get_object_or_404(Institution.objects.visible_to(caller(request)), slug=data["institution"])
    made = qualifications.give(person=person, institution=institution, kind=data["kind"], by=caller(request))
    return Response(
        {"id": str(made.pk), "kind": made.kind, "from": made.starts_on}, status=status.HTTP_201_CREATED
    )


class InForce(serializers.Serializer[Any]):
    """The revision that the file is thought to hold, and the decision by which it is put in force."""

    revision = serializers.CharField(max_length=40)
    note = serializers.CharField(max_length=2000)


@extend_schema(methods=["GET"], responses=dict)
@extend_schema(
    methods=["POST"], request=InForce, responses={201: dict, 403: REFUSED, 404: REFUSED, 409: REFUSED}
)
@api_view(["GET", "POST"])
def campus_policy(request: Request, slug: str) -> Response:
    """The revisions of a campus you manage and what the file holds; POST puts that in force (campus administrator)."""
    campus = get_object_or_404(caller(request).managed(), slug=slug)
    if request.method == "POST":
        _put_in_force(request, campus)
    return Response(_policy(campus), status=status.HTTP_201_CREATED if request.method == "POST" else 200)


def _put_in_force(request: Request, campus: Institution) -> None:
    require_administrator(caller(request), campus)
    data, offer = given(InForce(data=request.data)), offered(campus)
    if offer.pack is None:
        raise Refused(offer.reasons)
    held = offer.pack.policy.revision
    if held != data["revision"]:
        raise Refused(Reason(f"The file holds revision {held}, not {data['revision']}.", field="revision"))
    policies.adopt(institution=campus, pack=offer.pack, by=caller(request), note=data["note"])


def _policy(campus: Institution) -> dict[str, Any]:
    offer, rows = offered(campus), campus.policies.select_related("institution").order_by("-adopted_at")
    in_file = None
    if offer.pack:
        reasons = [reason.as_dict() for reason in offer.reasons]
        in_file = {"revision": offer.pack.policy.revision, "same": offer.same, "reasons": reasons}
    return {
        "institution": campus.slug,
        "revision": campus.policy.revision,
        "in_file": in_file,
        "revisions": [
            {
                "number": row.number,
                "revision": row.revision,
                "hash": row.hash,
                "adopted_at": row.adopted_at,
                "in_force": row.is_in_force,
                "url": row.get_absolute_url(),
            }
            for row in rows
        ],
    }
