"""Offerings and recorded completion over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given, page, whole_page
from accounts.models import Person
from credentials.models import Definition
from learning.actions import changes, completions, editing, offerings
from learning.entry import MAX_EVIDENCE, MAX_NAME, MAX_REASON, MAX_URL, Met
from learning.models import CompetencyMet, Completion, Offering
from learning.planning import possible_directors
from learning.progress import progress
from policies.reasons import Reason, Refused, refuse_if

REFUSED = OpenApiResponse(description="Refused: `{detail, reasons: [{clause, text, field}]}`")


class OfferingRow(serializers.ModelSerializer[Offering]):
    """An offering as the API shows it."""

    assessors: Any = serializers.SlugRelatedField(slug_field="email", many=True, read_only=True)
    taken = serializers.IntegerField(read_only=True)
    waiting = serializers.IntegerField(source="queued", read_only=True)
    director: Any = serializers.SlugRelatedField(slug_field="email", read_only=True)

    class Meta:
        model = Offering
        fields = (
            "id", "definition", "title", "term", "term_year", "starts_on", "ends_on", "capacity", "taken",
            "waiting", "assessors", "director",
        )  # fmt: skip


class OfferingValues(serializers.Serializer[Any]):
    """What an offering is. Days that are not given are those of the term: its key, and the academic year that it is in.

    Without `director` it keeps the one it has, or takes the unit's only one.
    """

    title = serializers.CharField(max_length=200)
    term = serializers.SlugField(max_length=40, required=False, allow_blank=True, default="")
    term_year = serializers.IntegerField(required=False, allow_null=True, default=None)
    starts_on = serializers.DateField(required=False, allow_null=True, default=None)
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)
    capacity = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1)
    assessors = serializers.ListField(child=serializers.EmailField(), min_length=1, max_length=50)
    director = serializers.EmailField(required=False, allow_null=True, default=None)


class NewOffering(OfferingValues):
    """What opens an offering."""

    definition = serializers.UUIDField()


@extend_schema(methods=["GET"], responses=OfferingRow(many=True))
@extend_schema(methods=["POST"], request=NewOffering, responses={201: OfferingRow, 409: REFUSED})
@api_view(["GET", "POST"])
def offering_list(request: Request) -> Response:
    """Offerings of your campus; POST opens one and names its assessors."""
    if request.method == "POST":
        return _open(request)
    rows = (
        Offering.objects.visible_to(caller(request))
        .with_seats()
        .select_related("director")
        .prefetch_related("assessors")
    )
    return page(request, rows.order_by("-starts_on", "pk"), OfferingRow)


def _open(request: Request) -> Response:
    data = given(NewOffering(data=request.data))
    rows = Definition.objects.visible_to(caller(request)).select_related("institution", "unit")
    definition = get_object_or_404(rows, pk=data.pop("definition"))
    data["assessors"] = _assessors(definition, data["assessors"])
    data["director"] = _director(definition, data["director"])
    offering = offerings.open_offering(definition=definition, by=caller(request), **data)
    return Response(_offering(offering), status=status.HTTP_201_CREATED)


def _offering(offering: Offering) -> Any:
    return OfferingRow(Offering.objects.with_seats().get(pk=offering.pk)).data


@extend_schema(request=OfferingValues, responses={200: OfferingRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def offering_edit(request: Request, key: uuid.UUID) -> Response:
    """Let an offering be exactly this; with more seats the waiting list moves up."""
    rows = Offering.objects.visible_to(caller(request)).select_related("definition__unit", "director")
    found = get_object_or_404(rows, pk=key)
    data = given(OfferingValues(data=request.data))
    known = {person.email: person for person in found.assessors.all()}
    asked = {address.lower() for address in data.pop("assessors")}
    fresh = _assessors(found.definition, sorted(asked - known.keys()))
    kept = [known[address] for address in sorted(asked & known.keys())]
    data["director"] = _director(found.definition, data["director"], found.director)
    changed = editing.edit_offering(offering=found, by=caller(request), assessors=[*kept, *fresh], **data)
    return Response(_offering(changed))


def _director(definition: Definition, address: str | None, now: Person | None = None) -> Person | None:
    """Whoever has this address, among the unit's programme directors and the one of now; refused where nobody has."""
    if address is None or (now and now.email == address.lower()):
        return now
    found = possible_directors(definition).filter(email=address.lower()).first()
    if found is None:
        raise Refused(Reason(f"{address} does not direct programmes of {definition.unit}.", field="director"))
    return found


def _assessors(definition: Definition, addresses: list[str]) -> list[Person]:
    """The people behind the addresses; refused, by name, where the unit has no such assessor."""
    wanted = {address.lower() for address in addresses}
    people = list(offerings.possible_assessors(definition).filter(email__in=wanted))
    unknown = sorted(wanted - {person.email for person in people})
    refuse_if(
        Reason(f"{address} is not an assessor of {definition.unit}.", field="assessors")
        for address in unknown
    )
    return people


class CompetencyIn(serializers.Serializer[Any]):
    """A competency shown, with its own day, evidence, and the level reached where it has a rubric.

    A bare name stands for one without any of them.
    """

    name = serializers.CharField(max_length=300)
    met_on = serializers.DateField(required=False, allow_null=True, default=None)
    evidence = serializers.CharField(allow_blank=True, default="", max_length=MAX_EVIDENCE)
    level = serializers.CharField(allow_blank=True, default="", max_length=500)

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value({"name": data} if isinstance(data, str) else data)


class Shown(serializers.Serializer[Any]):
    """What is said of one learner."""

    completed_on = serializers.DateField(required=False, allow_null=True, default=None)
    evidence = serializers.CharField(allow_blank=True, default="", max_length=MAX_EVIDENCE)
    evidence_url = serializers.URLField(allow_blank=True, default="", max_length=MAX_URL)
    enrolled = serializers.BooleanField(required=False, allow_null=True, default=None)
    competencies = CompetencyIn(many=True, required=False, allow_null=True)

    def given(self) -> dict[str, Any]:
        """What the actions take."""
        values = given(self)
        if values.get("competencies") is not None:
            values["competencies"] = [
                Met(c["name"], c["met_on"], c["evidence"], c["level"]) for c in values["competencies"]
            ]
        return values


class NewCompletion(Shown):
    """What records a completion, or a part of it while `completed_on` is not given."""

    offering = serializers.UUIDField()
    name = serializers.CharField(max_length=MAX_NAME)
    email = serializers.EmailField()


class Correction(Shown):
    """What is to stand there instead, and why."""

    name = serializers.CharField(max_length=MAX_NAME, required=False)
    completed_on = serializers.DateField(allow_null=True)
    competencies = CompetencyIn(many=True)
    reason = serializers.CharField(allow_blank=True, default="", max_length=MAX_REASON)


class Withdrawal(serializers.Serializer[Any]):
    """Why it is taken back."""

    reason = serializers.CharField(allow_blank=True, default="", max_length=MAX_REASON)


class MetRow(serializers.ModelSerializer[CompetencyMet]):
    """A competency met as the API shows it."""

    class Meta:
        model = CompetencyMet
        fields = ("competency", "met_on", "level", "evidence")


class CompletionRow(serializers.ModelSerializer[Completion]):
    """A completion as the API shows it; `completed_on` is null for a learner on the way."""

    email = serializers.CharField(source="learner.email")
    competencies: Any = serializers.SlugRelatedField(slug_field="competency", many=True, read_only=True)
    met = MetRow(source="competencies", many=True, read_only=True)

    class Meta:
        model = Completion
        fields = (
            "id", "offering", "learner_name", "email", "completed_on", "enrolled", "evidence", "evidence_url",
            "competencies", "met",
        )  # fmt: skip


class ReasonRow(serializers.Serializer[Any]):
    """What an award still needs, by which clause."""

    clause = serializers.CharField()
    text = serializers.CharField()


class ProgressRow(serializers.Serializer[Any]):
    """How far one learner is: `state` is on_the_way, ready or holds."""

    completion = serializers.UUIDField(source="completion.pk")
    learner_name = serializers.CharField(source="completion.learner_name")
    email = serializers.EmailField(source="completion.learner.email")
    state = serializers.CharField()
    missing = ReasonRow(many=True)


@extend_schema(responses=ProgressRow(many=True))
@api_view(["GET"])
def offering_progress(request: Request, key: uuid.UUID) -> Response:
    """Each learner of an offering: what is recorded, and what an award still needs, by which clause."""
    person = caller(request)
    related = ("definition__current__policy", "definition__institution", "institution")
    rows = Offering.objects.visible_to(person).select_related(*related)
    found = get_object_or_404(rows, pk=key)
    seen = found.completions.standing().visible_to(person).select_related("learner")
    ordered = seen.prefetch_related("competencies").order_by("-recorded_at", "pk")
    return whole_page(request, ordered, lambda rows: ProgressRow(progress(found, rows), many=True).data)


@extend_schema(methods=["GET"], responses=CompletionRow(many=True))
@extend_schema(
    methods=["POST"], request=NewCompletion, responses={201: CompletionRow, 403: REFUSED, 409: REFUSED}
)
@api_view(["GET", "POST"])
def completion_list(request: Request) -> Response:
    """Completions that you assess or keep, and your own; POST records one, or a part of one (a named assessor)."""
    if request.method == "POST":
        return _record(request)
    rows = Completion.objects.standing().visible_to(caller(request))
    rows = rows.select_related("learner").prefetch_related("competencies")
    return page(request, rows.order_by("-recorded_at", "pk"), CompletionRow)


def _record(request: Request) -> Response:
    given = NewCompletion(data=request.data).given()
    offering = get_object_or_404(Offering.objects.visible_to(caller(request)), pk=given.pop("offering"))
    completion = completions.record(offering=offering, by=caller(request), **given)
    return Response(_row(completion), status=status.HTTP_201_CREATED)


def _row(completion: Completion) -> Any:
    rows = Completion.objects.select_related("learner").prefetch_related("competencies")
    return CompletionRow(rows.get(pk=completion.pk)).data


def _completion(request: Request, key: uuid.UUID) -> Completion:
    return get_object_or_404(Completion.objects.visible_to(caller(request)), pk=key)


@extend_schema(request=Correction, responses={200: CompletionRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def completion_correct(request: Request, key: uuid.UUID) -> Response:
    """Let the record of one learner say exactly this instead (a named assessor, with a reason)."""
    completion = _completion(request, key)
    given = Correction(data=request.data).given()
    return Response(_row(changes.correct(completion=completion, by=caller(request), **given)))


@extend_schema(request=Withdrawal, responses={200: CompletionRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def completion_withdraw(request: Request, key: uuid.UUID) -> Response:
    """Take back what was recorded by mistake (a named assessor, with a reason)."""
    completion = _completion(request, key)
    data = given(Withdrawal(data=request.data))
    return Response(_row(changes.withdraw(completion=completion, by=caller(request), **data)))
