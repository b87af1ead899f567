"""Proposals over HTTP: one call into the actions an act, the same reasons as the pages."""

from __future__ import annotations

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.clauses import mark
from accounts.listing import caller, page
from accounts.models import AdoptedPolicy, Institution, Person, Unit
from credentials.models import Definition
from policies.reasons import Reason, Refused
from proposals import hooks, moves, reading
from proposals.actions import documents, files, policies, proposals, transitions
from proposals.machine import TRANSITIONS
from proposals.models import Proposal, ProposalKind

REFUSED = OpenApiResponse(description="Refused: `{detail, reasons: [{clause, text, field}]}`")


class NewProposal(serializers.Serializer[Any]):
    """A draft: the first form of the institution's route, empty or partly filled in."""

    institution = serializers.SlugField()
    unit = serializers.CharField(help_text="The unit's id or its name.")
    type = serializers.CharField(max_length=40)
    kind = serializers.ChoiceField(choices=ProposalKind.choices, default=ProposalKind.NEW)
    definition = serializers.UUIDField(required=False, allow_null=True, default=None)
    proposers = serializers.ListField(child=serializers.EmailField(), min_length=1, max_length=20)
    document = serializers.DictField(child=serializers.DictField(), required=False, default=dict)


class Changes(serializers.Serializer[Any]):
    """Single answers to merge; `version` is the one you read them from."""

    version = serializers.IntegerField(min_value=1)
    document = serializers.DictField(child=serializers.DictField())


class MoveNote(serializers.Serializer[Any]):
    note = serializers.CharField(allow_blank=True, default="", max_length=10_000)
    version = serializers.IntegerField(
        required=False, min_value=1, help_text="Refused when it is not the present one."
    )


class NewPolicy(serializers.Serializer[Any]):
    """The later revision to move to, and why; `version` is the one you read."""

    revision = serializers.CharField(max_length=40)
    note = serializers.CharField(max_length=10_000)
    version = serializers.IntegerField(min_value=1)


class ProposalRow(serializers.ModelSerializer[Proposal]):
    institution: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    unit = serializers.StringRelatedField[Unit]()

    class Meta:
        model = Proposal
        fields = ("id", "institution", "unit", "kind", "type", "title", "state", "state_since", "version")


@extend_schema(methods=["GET"], responses=ProposalRow(many=True))
@extend_schema(methods=["POST"], request=NewProposal, responses={201: ProposalRow, 409: REFUSED})
@api_view(["GET", "POST"])
def proposal_list(request: Request) -> Response:
    """Your proposals and those you may see; POST makes a draft."""
    if request.method == "POST":
        return _start(request)
    rows = Proposal.objects.visible_to(caller(request)).select_related("institution", "unit")
    if state := request.query_params.get("state"):
        rows = rows.filter(state=state)
    return page(request, rows.order_by("-state_since", "pk"), ProposalRow)


def _start(request: Request) -> Response:
    form = NewProposal(data=request.data)
    form.is_valid(raise_exception=True)
    given = form.validated_data
    institution = Institution.objects.filter(slug=given["institution"]).first()
    if institution is None:
        raise Refused(Reason(f"There is no institution “{given['institution']}”.", field="institution"))
    proposal = proposals.start(
        institution=institution,
        unit=_unit(institution, given["unit"]),
        type=given["type"],
        kind=given["kind"],
        definition=_definition(request, given["definition"]),
        proposers=_people(given["proposers"]),
        answers=given["document"],
        by=caller(request),
    )
    return Response(detail(proposal, caller(request)), status=status.HTTP_201_CREATED)


def _unit(institution: Institution, named: str) -> Unit:
    units = institution.units.all()
    found = (
        units.filter(pk=named).first()
        if _is_uuid(named)
        else units.filter(name__iexact=named.strip()).first()
    )
    if found is None:
        raise Refused(Reason(f"{institution} has no unit “{named[:80]}”.", field="unit"))
    return found


def _definition(request: Request, key: uuid.UUID | None) -> Definition | None:
    return get_object_or_404(Definition.objects.visible_to(caller(request)), pk=key) if key else None


def _people(addresses: list[str]) -> list[Person]:
    """The people behind the addresses, in the order given; an unknown one is a reason, not a new account."""
    wanted = [a.strip().lower() for a in addresses]
    known = {p.email: p for p in Person.objects.filter(email__in=wanted, is_active=True)}
    unknown = [a for a in wanted if a not in known]
    if unknown:
        raise Refused([Reason(f"Nobody here has the address {a}.", field="proposers") for a in unknown])
    return [known[a] for a in dict.fromkeys(wanted)]


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def mine(request: Request, key: uuid.UUID) -> Proposal:
    """The proposal, if this person may see it; else 404."""
    rows = Proposal.objects.visible_to(caller(request)).select_related(
        "institution", "unit", "policy__institution"
    )
    return get_object_or_404(rows, pk=key)


@extend_schema(methods=["GET"], responses=dict)
@extend_schema(methods=["PATCH"], request=Changes, responses={200: dict, 409: REFUSED})
@api_view(["GET", "PATCH"])
def proposal_detail(request: Request, key: uuid.UUID) -> Response:
    """One proposal whole. PATCH merges single answers into the draft and needs the version you read.

    What others changed meanwhile in other answers stays. Where somebody changed one of the same answers nothing is
    stored: 409 with `conflicts: [{field, yours, theirs, by, at}]`.
    """
    proposal = mine(request, key)
    if request.method == "PATCH":
        form = Changes(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        documents.save(
            proposal=proposal, answers=given["document"], version=given["version"], by=caller(request)
        )
        proposal = mine(request, key)
    return Response(detail(proposal, caller(request)))


def detail(proposal: Proposal, person: Person) -> dict[str, Any]:
    """What the API shows of a proposal, in the words of design section 5."""
    shown = reading.shown_to(proposal, person)
    revision = proposal.revisions.order_by("-number").first()
    return {
        **ProposalRow(proposal).data,
        "proposers": [p.person.email for p in proposal.proposers.select_related("person")],
        "revision": {"number": revision.number, "hash": revision.hash} if revision else None,
        "document": shown.answers,
        "form": shown.form.id,
        "definition": str(proposal.definition_id) if proposal.definition_id else None,
        "policy": _policy(proposal.policy),
        "checklist": [
            {
                "clause": f.clause,
                "says": f.says,
                "met": f.met,
                "reason": f.reason,
                "field": f.field,
                "url": _address(proposal, f.clause),
            }
            for f in moves.checklist(proposal)
        ],
        "available": moves.available(proposal, person),
        "blocked": [
            {"transition": name, "reasons": [_reason(proposal, r) for r in reasons]}
            for name, reasons in moves.blocked(proposal, person)
        ],
        "steps": [_step(s) for s in proposal.steps.in_order()],
        "record": moves.record(proposal),
        **hooks.facts(proposal, person),
    }


def _policy(policy: AdoptedPolicy) -> dict[str, Any]:
    """Under which revision it runs, and whether that is the one in force."""
    return {
        "number": policy.number,
        "revision": policy.revision,
        "in_force": policy.is_in_force,
        "url": policy.get_absolute_url(),
    }


def _reason(proposal: Proposal, reason: Reason) -> dict[str, str]:
    """A reason with the address of its clause."""
    return {**reason.as_dict(), "url": _address(proposal, reason.clause)}


def _address(proposal: Proposal, clause: str) -> str:
    found = mark(proposal.policy, clause)
    return found["url"] if found else ""


def _step(step: Any) -> dict[str, Any]:
    return {
        "id": str(step.pk),
        "key": step.key,
        "kind": step.kind,
        "title": step.title,
        "state": step.state,
        "status": step.status,
        "outcome": step.outcome,
        "round": step.round,
        "recorded": {name: value for name, value in step.answers.items() if name != "statement"},
        "completed_at": step.completed_at,
        "letter": hooks.letter(step),
    }


@extend_schema(
    operation_id="proposals_move",
    request=MoveNote,
    responses={200: dict, 403: REFUSED, 404: REFUSED, 409: REFUSED},
)
@api_view(["POST"])
def proposal_move(request: Request, key: uuid.UUID, transition: str) -> Response:
    """Perform one transition. A refusal answers 409 with every reason and its clause; the state is unchanged."""
    proposal = mine(request, key)
    if transition not in TRANSITIONS:
        raise serializers.ValidationError(
            {"transition": f"“{transition}” is not one of {', '.join(TRANSITIONS)}."}
        )
    form = MoveNote(data=request.data)
    form.is_valid(raise_exception=True)
    given = form.validated_data
    proposal = transitions.perform(
        proposal=proposal,
        transition=transition,
        by=caller(request),
        note=given["note"],
        version=given.get("version"),
    )
    return Response(detail(mine(request, proposal.pk), caller(request)))


@extend_schema(request=NewPolicy, responses={200: dict, 403: REFUSED, 404: REFUSED, 409: REFUSED})
@api_view(["POST"])
def proposal_policy(request: Request, key: uuid.UUID) -> Response:
    """Move an open proposal to a later revision of its campus's policy (programme manager)."""
    proposal = mine(request, key)
    form = NewPolicy(data=request.data)
    form.is_valid(raise_exception=True)
    policies.change(proposal=proposal, by=caller(request), **form.validated_data)
    return Response(detail(mine(request, proposal.pk), caller(request)))


@extend_schema(
    request={
        "multipart/form-data": {
            "type": "object",
            "properties": {"field": {"type": "string"}, "file": {"type": "string", "format": "binary"}},
        }
    },
    responses={201: dict, 409: REFUSED},
)
@api_view(["POST"])
@parser_classes([MultiPartParser])
def proposal_files(request: Request, key: uuid.UUID) -> Response:
    """Attach a file to a field ("section.field") of the document."""
    proposal = mine(request, key)
    upload = request.FILES.get("file")
    if upload is None:
        raise serializers.ValidationError({"file": "Send the file as the form field `file`."})
    stored = files.attach(
        proposal=proposal, field=str(request.POST.get("field", "")), upload=upload, by=caller(request)
    )
    return Response(
        {"id": str(stored.pk), "name": stored.name, "size": stored.size, "sha256": stored.sha256},
        status=status.HTTP_201_CREATED,
    )
