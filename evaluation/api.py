"""Surveys over HTTP: what was asked of a credential's people and what they answered, of groups that are large enough."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Count
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given, page
from credentials.models import Definition
from evaluation.actions import partners
from evaluation.models import Survey
from evaluation.reach import definitions_directed, definitions_seen
from evaluation.results import board as boards
from evaluation.results.boards import results_of
from evaluation.results.reading import Asking
from evaluation.views.results import ANSWERED, ASKED


class SurveyedRow(serializers.Serializer[Any]):
    """A credential whose people were asked."""

    definition = serializers.UUIDField(source="pk")
    title = serializers.CharField(source="__str__")
    unit = serializers.CharField(source="unit.name")
    asked = serializers.IntegerField()
    answered = serializers.IntegerField()


class AskingOut(serializers.Serializer[Any]):
    """One survey in one wave, about one module."""

    survey = serializers.CharField()
    title = serializers.CharField()
    level = serializers.IntegerField()
    wave = serializers.IntegerField(help_text="Days after completion, or after the module.")
    about = serializers.CharField()
    asked = serializers.IntegerField()
    answered = serializers.IntegerField()


class AnswerCell(serializers.Serializer[Any]):
    value = serializers.IntegerField(allow_null=True)
    text = serializers.CharField()
    withheld = serializers.BooleanField()


class AnswerLine(serializers.Serializer[Any]):
    label: Any = serializers.CharField()
    cells = AnswerCell(many=True)


class AnswerChart(serializers.Serializer[Any]):
    key = serializers.CharField()
    title = serializers.CharField()
    source: Any = serializers.CharField()
    columns = serializers.ListField(child=serializers.CharField())
    lines = AnswerLine(many=True)


class WrittenOut(serializers.Serializer[Any]):
    question = serializers.CharField()
    written = serializers.ListField(child=serializers.CharField())
    withheld = serializers.BooleanField()


class SurveyBoard(serializers.Serializer[Any]):
    """`withheld`: so few answers that nothing of them is told."""

    answers = serializers.IntegerField(allow_null=True)
    withheld = serializers.BooleanField()
    smallest_group = serializers.IntegerField()
    charts = AnswerChart(many=True)
    texts = WrittenOut(many=True)


class SurveyResults(serializers.Serializer[Any]):
    """All askings of a credential, and the board of the chosen one (null while nobody has been asked)."""

    definition = serializers.UUIDField()
    askings = AskingOut(many=True)
    chosen = AskingOut(allow_null=True)
    board = SurveyBoard(allow_null=True)


@extend_schema(responses=SurveyedRow(many=True))
@api_view(["GET"])
def surveyed(request: Request) -> Response:
    """The credentials that your roles cover, or an offering of which you direct, whose people were asked."""
    rows = definitions_seen(caller(request)).select_related("unit", "current")
    counted = rows.annotate(asked=Count("survey_invitations", filter=ASKED))
    counted = counted.annotate(answered=Count("survey_invitations", filter=ANSWERED)).filter(asked__gt=0)
    return page(request, counted.order_by("current__title", "pk"), SurveyedRow)


CHOICE = [
    OpenApiParameter("survey", description="The survey's key; the first without it."),
    OpenApiParameter("wave", int, description="Days after completion."),
    OpenApiParameter("about", description="The module."),
]


@extend_schema(parameters=CHOICE, responses=SurveyResults)
@api_view(["GET"])
def survey_results(request: Request, key: uuid.UUID) -> Response:
    """What one credential's people answered, as its page tells it."""
    rows = definitions_seen(caller(request)).select_related("institution__in_force")
    definition: Definition = get_object_or_404(rows, pk=key)
    chosen = {name: request.query_params.get(name, "") for name in ("survey", "wave", "about")}
    found = results_of(definition, chosen)
    return Response(
        {
            "definition": str(definition.pk),
            "askings": [_asking(one) for one in found.askings],
            "chosen": _asking(found.chosen) if found.chosen else None,
            "board": boards.as_dict(found.board) if found.board else None,
        }
    )


def _asking(one: Asking) -> dict[str, Any]:
    return {
        "survey": one.survey.key,
        "title": str(one.survey),
        "level": one.survey.level,
        "wave": one.wave,
        "about": one.about,
        "asked": one.asked,
        "answered": one.answered,
    }


class PartnersIn(serializers.Serializer[Any]):
    """Whom to ask: the survey by its key, and addresses of employers or partners."""

    survey = serializers.CharField(max_length=100)
    addresses = serializers.ListField(child=serializers.EmailField(), min_length=1, max_length=200)


class PartnersOut(serializers.Serializer[Any]):
    """How many are asked; left out are those who do not want it and those who were asked within 90 days."""

    asked = serializers.IntegerField(source="number")
    stopped = serializers.IntegerField()
    asked_lately = serializers.IntegerField(source="lately")


@extend_schema(
    request=PartnersIn,
    responses={
        201: PartnersOut,
        409: OpenApiResponse(description="Refused: `{detail, reasons: [{clause, text, field}]}`"),
    },
)
@api_view(["POST"])
def ask_partners(request: Request, key: uuid.UUID) -> Response:
    """Ask employers and partners about a credential that you direct."""
    definition = get_object_or_404(definitions_directed(caller(request)), pk=key)
    data = given(PartnersIn(data=request.data))
    rows = Survey.objects.asked().filter(institution=definition.institution_id)
    survey = get_object_or_404(rows, key=data["survey"])
    asked = partners.ask(
        survey=survey, definition=definition, addresses=data["addresses"], by=caller(request)
    )
    return Response(PartnersOut(asked).data, status=status.HTTP_201_CREATED)
