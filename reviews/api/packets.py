"""The packet of a meeting over HTTP: where it is, how far it has come, and asking for it."""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller
from reviews.actions import packets as actions
from reviews.meetings import packets
from reviews.models import Meeting

REFUSED = OpenApiResponse(description="Refused: `{detail, reasons: [{clause, text, field}]}`")


@extend_schema(methods=["GET"], responses={200: dict, 403: REFUSED})
@extend_schema(methods=["POST"], request=None, responses={202: dict, 403: REFUSED, 409: REFUSED})
@api_view(["GET", "POST"])
def packet(request: Request, key: uuid.UUID) -> Response:
    """Your edition of the packet: `state` (none, waiting, making, made, failed), `url` of the file, whether it is `behind`
    the agenda. POST has it made, or made anew."""
    meeting = get_object_or_404(Meeting.objects.visible_to(caller(request)), pk=key)
    if request.method == "POST":
        actions.ask(meeting=meeting, by=caller(request))
        return Response(packets.shown(meeting, caller(request)), status=status.HTTP_202_ACCEPTED)
    if not packets.may_read(meeting, caller(request)):
        raise PermissionDenied(packets.NOT_YOURS)
    return Response(packets.shown(meeting, caller(request)))
