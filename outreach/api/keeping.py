"""What the office keeps, over HTTP: roadmap, versions, studies, inventory. Another campus's is 404."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given, page
from accounts.models import Institution
from credentials.models import Definition
from outreach import roadmap as reading
from outreach.actions import editions, inventory, studies
from outreach.api.sessions import REFUSED
from outreach.models import ROADMAP, Candidate, CandidateStep, Edition, Study
from proposals.models import Proposal


class ActivityIn(serializers.Serializer[Any]):
    """One thing done in a phase."""

    says = serializers.CharField(max_length=500)
    state = serializers.CharField(max_length=20, default="planned")


class PhaseIn(serializers.Serializer[Any]):
    """One phase."""

    title = serializers.CharField(max_length=200)
    time_frame = serializers.CharField(allow_blank=True, default="", max_length=200)
    settled = serializers.BooleanField(default=True)
    activities = ActivityIn(many=True, default=list)


class RoadmapIn(serializers.Serializer[Any]):
    """A new version of the roadmap."""

    phases = PhaseIn(many=True)
    why = serializers.CharField(max_length=1000)


class EditionRow(serializers.ModelSerializer[Edition]):
    """A version."""

    class Meta:
        model = Edition
        fields = (
            "id", "institution", "subject", "number", "title", "text", "data", "why", "written_at", "approved_by",
            "approved_on", "reference", "effective_on",
        )  # fmt: skip


class DraftIn(serializers.Serializer[Any]):
    """A draft of the next version of a subject."""

    institution = serializers.SlugField()
    subject = serializers.SlugField()
    text = serializers.CharField(max_length=20_000)
    why = serializers.CharField(allow_blank=True, default="", max_length=1000)


class ApprovalIn(serializers.Serializer[Any]):
    """Who approved a draft, and from when it holds."""

    approved_by = serializers.CharField(max_length=200)
    approved_on = serializers.DateField()
    effective_on = serializers.DateField()
    reference = serializers.CharField(allow_blank=True, default="", max_length=300)


class StudyRow(serializers.ModelSerializer[Study]):
    """A finding with its source and date."""

    class Meta:
        model = Study
        fields = (
            "id", "institution", "subject", "title", "text", "source", "url", "dated_on", "proposal", "definition",
            "kept_at",
        )  # fmt: skip


class StudyIn(serializers.Serializer[Any]):
    """A finding to keep; market intelligence names a proposal or a credential by its id."""

    institution = serializers.SlugField()
    subject = serializers.SlugField()
    title = serializers.CharField(max_length=300)
    text = serializers.CharField(allow_blank=True, default="", max_length=5000)
    source: Any = serializers.CharField(max_length=300)
    url = serializers.URLField(allow_blank=True, default="", max_length=500)
    dated_on = serializers.DateField()
    proposal = serializers.UUIDField(allow_null=True, default=None)
    definition = serializers.UUIDField(allow_null=True, default=None)


class CandidateStepRow(serializers.ModelSerializer[CandidateStep]):
    """What happened to an activity of the inventory."""

    class Meta:
        model = CandidateStep
        fields = ("kind", "before", "after", "channel", "on", "text", "at")


class CandidateRow(serializers.ModelSerializer[Candidate]):
    """An activity of the inventory."""

    steps = CandidateStepRow(many=True, read_only=True)

    class Meta:
        model = Candidate
        fields = ("id", "institution", "title", "text", "unit", "state", "proposal", "definition", "steps")


class CandidateIn(serializers.Serializer[Any]):
    """An activity to add."""

    institution = serializers.SlugField()
    title = serializers.CharField(max_length=200)
    text = serializers.CharField(allow_blank=True, default="", max_length=5000)


class CandidateMoveIn(serializers.Serializer[Any]):
    """Another state."""

    state = serializers.CharField(max_length=40)
    text = serializers.CharField(allow_blank=True, default="", max_length=5000)
    proposal = serializers.UUIDField(allow_null=True, default=None)
    definition = serializers.UUIDField(allow_null=True, default=None)


class MarketingIn(serializers.Serializer[Any]):
    """How it was marketed."""

    channel = serializers.CharField(max_length=200)
    on = serializers.DateField()
    text = serializers.CharField(allow_blank=True, default="", max_length=5000)


def _campus(request: Request, slug: str) -> Institution:
    return get_object_or_404(Institution.objects.of(caller(request)), slug=slug)


def _named(request: Request, data: dict[str, Any]) -> dict[str, Any]:
    """The proposal and the credential behind their ids; 404 for what the caller may not see."""
    for name, rows in (("proposal", Proposal.objects), ("definition", Definition.objects)):
        key = data.get(name)
        data[name] = get_object_or_404(rows.visible_to(caller(request)), pk=key) if key else None  # type: ignore[attr-defined]
    return data


@extend_schema(methods=["GET"], responses=PhaseIn(many=True))
@extend_schema(methods=["POST"], request=RoadmapIn, responses={201: EditionRow, 409: REFUSED})
@api_view(["GET", "POST"])
def roadmap(request: Request, slug: str) -> Response:
    """The phases of your campus's roadmap as they stand; POST writes a new version."""
    campus = _campus(request, slug)
    if request.method == "GET":
        return Response(reading.current(campus))
    data = given(RoadmapIn(data=request.data))
    made = editions.write_roadmap(institution=campus, by=caller(request), **data)
    return Response(EditionRow(made).data, status=status.HTTP_201_CREATED)


@extend_schema(methods=["GET"], responses=EditionRow(many=True))
@extend_schema(methods=["POST"], request=DraftIn, responses={201: EditionRow, 409: REFUSED})
@api_view(["GET", "POST"])
def edition_list(request: Request) -> Response:
    """Versions of roadmap, definitions and procedures of your campus, drafts only for its office; POST drafts one."""
    person = caller(request)
    if request.method == "GET":
        shown = Edition.objects.settled().filter(institution__in=Institution.objects.of(person))
        rows = shown | Edition.objects.visible_to(person)
        return page(request, rows.order_by("subject", "-number", "pk"), EditionRow)
    data = given(DraftIn(data=request.data))
    made = editions.draft(institution=_campus(request, data.pop("institution")), by=person, **data)
    return Response(EditionRow(made).data, status=status.HTTP_201_CREATED)


@extend_schema(request=ApprovalIn, responses={200: EditionRow, 409: REFUSED})
@api_view(["POST"])
def edition_approve(request: Request, key: uuid.UUID) -> Response:
    """Record the approval of a draft."""
    rows = Edition.objects.visible_to(caller(request)).exclude(subject=ROADMAP)
    found = get_object_or_404(rows.select_related("institution"), pk=key)
    data = given(ApprovalIn(data=request.data))
    return Response(EditionRow(editions.approve(edition=found, by=caller(request), **data)).data)


@extend_schema(methods=["GET"], responses=StudyRow(many=True))
@extend_schema(methods=["POST"], request=StudyIn, responses={201: StudyRow, 409: REFUSED})
@api_view(["GET", "POST"])
def study_list(request: Request) -> Response:
    """Reviews, the committee's work and market intelligence; POST keeps something. For offices and members of bodies."""
    person = caller(request)
    if request.method == "GET":
        return page(
            request, Study.objects.visible_to(person).standing().order_by("-dated_on", "pk"), StudyRow
        )
    data = _named(request, given(StudyIn(data=request.data)))
    made = studies.keep(institution=_campus(request, data.pop("institution")), by=person, **data)
    return Response(StudyRow(made).data, status=status.HTTP_201_CREATED)


@extend_schema(request=None, responses={200: StudyRow, 409: REFUSED})
@api_view(["POST"])
def study_withdraw(request: Request, key: uuid.UUID) -> Response:
    """Take a finding back."""
    found = get_object_or_404(Study.objects.visible_to(caller(request)), pk=key)
    return Response(StudyRow(studies.withdraw(study=found, by=caller(request))).data)


@extend_schema(methods=["GET"], responses=CandidateRow(many=True))
@extend_schema(methods=["POST"], request=CandidateIn, responses={201: CandidateRow, 409: REFUSED})
@api_view(["GET", "POST"])
def candidate_list(request: Request) -> Response:
    """The inventory of the office that you run; POST adds an activity."""
    person = caller(request)
    if request.method == "GET":
        rows = Candidate.objects.visible_to(person).prefetch_related("steps")
        return page(request, rows.order_by("title", "pk"), CandidateRow)
    data = given(CandidateIn(data=request.data))
    made = inventory.add(institution=_campus(request, data.pop("institution")), by=person, **data)
    return Response(CandidateRow(made).data, status=status.HTTP_201_CREATED)


def _candidate(request: Request, key: uuid.UUID) -> Candidate:
    rows = Candidate.objects.visible_to(caller(request)).select_related("institution")
    found = rows.filter(pk=key).first()
    if found is None:
        raise Http404
    return found


@extend_schema(request=CandidateMoveIn, responses={200: CandidateRow, 409: REFUSED})
@api_view(["POST"])
def candidate_move(request: Request, key: uuid.UUID) -> Response:
    """Say how far an activity is."""
    data = _named(request, given(CandidateMoveIn(data=request.data)))
    moved = inventory.move(candidate=_candidate(request, key), by=caller(request), **data)
    return Response(CandidateRow(moved).data)


@extend_schema(request=MarketingIn, responses={201: CandidateStepRow, 409: REFUSED})
@api_view(["POST"])
def candidate_market(request: Request, key: uuid.UUID) -> Response:
    """Record how an activity was marketed."""
    data = given(MarketingIn(data=request.data))
    made = inventory.market(candidate=_candidate(request, key), by=caller(request), **data)
    return Response(CandidateStepRow(made).data, status=status.HTTP_201_CREATED)
