"""The badge's image over HTTP: uploaded, or made from choices."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given
from credentials.actions import images
from credentials.api import REFUSED, DefinitionRow, find
from credentials.designs import begun_for
from credentials.drawing import design
from credentials.drawing.design import CLEAREST, EDGE, INITIALS, MOST, NOTHING, RIBBON
from credentials.drawing.shapes import SHAPES
from credentials.drawing.symbols import symbols
from policies.reasons import Refused

COLOURS = ("campus", "deep", "soft", "tint", "paper", "ink", "second")


@extend_schema(
    request={
        "multipart/form-data": {
            "type": "object",
            "properties": {"file": {"type": "string", "format": "binary"}, "alt": {"type": "string"}},
        }
    },
    responses={200: DefinitionRow, 403: REFUSED, 409: REFUSED},
)
@api_view(["POST"])
@parser_classes([MultiPartParser])
def definition_image(request: Request, key: uuid.UUID) -> Response:
    """Set the badge's image (PNG, JPEG, WebP or SVG) and its text alternative (programme manager)."""
    definition = find(request, key)
    upload = request.FILES.get("file")
    if upload is None:
        raise serializers.ValidationError({"file": "Send the image as the form field `file`."})
    images.set_image(
        definition=definition, upload=upload, alt=str(request.POST.get("alt", "")), by=caller(request)
    )
    return Response(DefinitionRow(find(request, key)).data)


class DesignGiven(serializers.Serializer[Any]):
    """The choices of a badge; those left out stay as they are, or as they are proposed."""

    title = serializers.CharField(required=False, max_length=MOST["title"])
    second = serializers.CharField(required=False, allow_blank=True, max_length=MOST["second"])
    band = serializers.CharField(required=False, allow_blank=True, max_length=MOST["band"])
    band_place = serializers.ChoiceField(required=False, choices=(RIBBON, EDGE))
    shape = serializers.ChoiceField(required=False, choices=tuple(SHAPES))
    mark = serializers.ChoiceField(required=False, choices=(*symbols(), INITIALS, NOTHING))
    initials = serializers.CharField(required=False, allow_blank=True, max_length=MOST["initials"])
    ground = serializers.ChoiceField(required=False, choices=COLOURS)
    ink = serializers.ChoiceField(required=False, choices=(CLEAREST, *COLOURS))
    accent = serializers.CharField(
        required=False, max_length=10, help_text="Of the edge and the ribbon, like `ground`."
    )
    second_colour = serializers.CharField(required=False, allow_blank=True, max_length=7)
    alt = serializers.CharField(allow_blank=True, max_length=200)


@extend_schema(request=DesignGiven, responses={200: DefinitionRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def definition_design(request: Request, key: uuid.UUID) -> Response:
    """Make the badge's image from choices: shape, symbol, colours and words (programme manager)."""
    definition = find(request, key)
    said = given(DesignGiven(data=request.data))
    alt = said.pop("alt")
    if definition.current is None:
        raise Refused("The badge is created once the credential is approved.")
    chosen = design.of(begun_for(definition).as_dict() | said)
    images.set_design(definition=definition, design=chosen, alt=alt, by=caller(request))
    return Response(DefinitionRow(find(request, key)).data)
