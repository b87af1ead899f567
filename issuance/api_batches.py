"""Batches for the student system over HTTP: what is to be told, their lines, marking them as recorded."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given, page, whole_page
from accounts.models import Institution
from credentials import in_step
from credentials.actions import batches, student_numbers
from credentials.models import RecordBatch
from credentials.models.batch import BatchLine, Ledger
from issuance.student_system import COLUMNS, lines_of, rows_of
from policies.reasons import Reason, Refused

REFUSED = OpenApiResponse(description="Refused: `{detail, reasons: [{clause, text, field}]}`")


class BatchRow(serializers.ModelSerializer[RecordBatch]):
    """A batch; `state` is waiting, recorded or dropped."""

    campus = serializers.CharField(source="institution.slug")
    state = serializers.CharField()

    class Meta:
        model = RecordBatch
        fields = ("id", "campus", "ledger", "number", "state", "made_at", "recorded_on")


class NewBatch(serializers.Serializer[Any]):
    """For which campus, and which part of its student system."""

    campus = serializers.SlugField()
    ledger = serializers.ChoiceField(choices=Ledger.choices)


@extend_schema(methods=["GET"], responses=BatchRow(many=True))
@extend_schema(methods=["POST"], request=NewBatch, responses={201: BatchRow, 403: REFUSED, 409: REFUSED})
@api_view(["GET", "POST"])
def batch_list(request: Request) -> Response:
    """Batches for the student systems of your campuses; POST makes one of what is to be told (who keeps the records)."""
    if request.method == "POST":
        data = given(NewBatch(data=request.data))
        made = batches.make(
            institution=_campus(request, data["campus"]), ledger=data["ledger"], by=caller(request)
        )
        return Response(BatchRow(made).data, status=status.HTTP_201_CREATED)
    rows = RecordBatch.objects.visible_to(caller(request)).select_related("institution")
    return page(request, rows.order_by("-made_at", "pk"), BatchRow)


def _campus(request: Request, slug: str) -> Institution:
    return get_object_or_404(Institution.objects.of(caller(request)), slug=slug)


class ToTell(serializers.Serializer[Any]):
    """How many lines a batch made now would have, by what is to be done."""

    campus = serializers.CharField()
    ledger = serializers.CharField()
    add = serializers.IntegerField()
    change = serializers.IntegerField()
    remove = serializers.IntegerField()


@extend_schema(responses=ToTell(many=True))
@api_view(["GET"])
def batch_pending(request: Request) -> Response:
    """What the student systems that you keep have to be told, without what stands in a batch that waits."""
    rows = [
        {
            "campus": institution.slug,
            "ledger": ledger.value,
            "change": 0,
            **in_step.counts(institution, ledger),
        }
        for institution, ledgers in in_step.kept_by(caller(request))
        for ledger in ledgers
    ]
    return Response(ToTell(rows, many=True).data)


def _batch(request: Request, key: uuid.UUID) -> RecordBatch:
    rows = RecordBatch.objects.visible_to(caller(request)).select_related("institution__in_force")
    return get_object_or_404(rows, pk=key)


@extend_schema(responses={200: OpenApiTypes.OBJECT})
@api_view(["GET"])
def batch_lines(request: Request, key: uuid.UUID) -> HttpResponse:
    """The lines of a batch, each with the columns of its file (see the page of a batch for what they mean)."""
    batch = _batch(request, key)
    names = [column.name for column in COLUMNS]

    def named(found: Sequence[BatchLine]) -> list[dict[str, Any]]:
        return [dict(zip(names, row, strict=True)) for row in rows_of(batch, found)]

    return whole_page(request, lines_of(batch), named)


class Recorded(serializers.Serializer[Any]):
    """Since when it stands in the student system, and the numbers of the lines that it did not take."""

    recorded_on = serializers.DateField()
    not_taken = serializers.ListField(
        child=serializers.IntegerField(min_value=1), default=list, max_length=batches.MOST
    )


@extend_schema(request=Recorded, responses={200: BatchRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def batch_recorded(request: Request, key: uuid.UUID) -> Response:
    """Mark a batch as recorded in the student system (who keeps the records)."""
    data = given(Recorded(data=request.data))
    return Response(
        BatchRow(batches.mark_recorded(batch=_batch(request, key), by=caller(request), **data)).data
    )


@extend_schema(request=None, responses={200: BatchRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def batch_drop(request: Request, key: uuid.UUID) -> Response:
    """Drop a batch that did not go to the student system; its lines are to be told again (who keeps the records)."""
    return Response(BatchRow(batches.drop(batch=_batch(request, key), by=caller(request))).data)


class OneNumber(serializers.Serializer[Any]):
    """A learner's number in the student system; empty takes it away."""

    email = serializers.EmailField()
    student_number = serializers.CharField(allow_blank=True, max_length=student_numbers.LONGEST)


class Numbers(serializers.Serializer[Any]):
    """Student numbers of one campus."""

    campus = serializers.SlugField()
    learners = OneNumber(many=True)


class NumbersSet(serializers.Serializer[Any]):
    """How many numbers are new or different."""

    changed = serializers.IntegerField()


@extend_schema(request=Numbers, responses={200: NumbersSet, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def numbers(request: Request) -> Response:
    """Set student numbers, all or none (who keeps the records)."""
    data = given(Numbers(data=request.data))
    lines = [(one["email"].strip().lower(), one["student_number"]) for one in data["learners"]]
    if len(dict(lines)) < len(lines):
        raise Refused([Reason("An address stands in the list more than once.", field="learners")])
    changed = student_numbers.set_numbers(
        institution=_campus(request, data["campus"]), numbers=dict(lines), by=caller(request)
    )
    return Response(NumbersSet({"changed": changed}).data)
