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

from accounts.addressees import people_at
from accounts.clauses import mark
from accounts.listing import caller, given, page
from accounts.models import AdoptedPolicy, Institution, Person, Unit
from credentials.models import Definition
from policies.reasons import Reason, Refused
from proposals import hooks, moves, reading
from proposals.actions import documents, files, policies, proposals, transitions
from proposals.api_shapes import Changes, MoveNote, NewPolicy, NewProposal, ProposalRow, ProposalWhole
from proposals.machine import TRANSITIONS
from proposals.models import Proposal
from proposals.papers_listed import papers_of

REFUSED = OpenApiResponse(description="Refused: `{detail, reasons: [{clause, text, field}]}`")


@extend_schema(methods=["GET"], responses=ProposalRow(many=True))
@extend_schema(methods=["POST"], request=NewProposal, responses={201: ProposalWhole, 409: REFUSED})
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
    data = given(NewProposal(data=request.data))
    institution = Institution.objects.filter(slug=data["institution"]).first()
    if institution is None:
        raise Refused(Reason(f"There is no institution “{data['institution']}”.", field="institution"))
    proposal = proposals.start(
        institution=institution,
        unit=_unit(institution, data["unit"]),
        type=data["type"],
        kind=data["kind"],
        definition=_definition(request, data["definition"]),
        proposers=list(dict.fromkeys(people_at(data["proposers"], "proposers"))),
        answers=data["document"],
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


@extend_schema(methods=["GET"], responses=ProposalWhole)
@extend_schema(methods=["PATCH"], request=Changes, responses={200: ProposalWhole, 409: REFUSED})
@api_view(["GET", "PATCH"])
def proposal_detail(request: Request, key: uuid.UUID) -> Response:
    """One proposal whole. PATCH merges single answers into the draft and needs the version you read.

    What others changed meanwhile in other answers stays. Where somebody changed one of the same answers nothing is
    stored: 409 with `conflicts: [{field, yours, theirs, by, at}]`.
    """
    proposal = mine(request, key)
    if request.method == "PATCH":
        data = given(Changes(data=request.data))
        documents.save(
            proposal=proposal, answers=data["document"], version=data["version"], by=caller(request)
        )
        proposal = mine(request, key)
    return Response(detail(proposal, caller(request)))


def detail(proposal: Proposal, person: Person) -> dict[str, Any]:
    """What the API shows of a proposal, in the words of design section 5."""
    shown, steps = reading.shown_to(proposal, person), list(proposal.steps.in_order())
    judged = moves.judged(proposal, person)
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
        "available": [name for name, why in judged if not why],
        "blocked": [
            {"transition": name, "reasons": [_reason(proposal, r) for r in reasons]}
            for name, reasons in judged
            if reasons
        ],
        "steps": [_step(s) for s in steps],
        "record": moves.record(proposal),
        "papers": papers_of(proposal, person, steps),
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
    responses={200: ProposalWhole, 403: REFUSED, 404: REFUSED, 409: REFUSED},
)
@api_view(["POST"])
def proposal_move(request: Request, key: uuid.UUID, transition: str) -> Response:
    """Perform one transition. A refusal answers 409 with every reason and its clause; the state is unchanged."""
    proposal = mine(request, key)
    if transition not in TRANSITIONS:
        raise serializers.ValidationError(
            {"transition": f"“{transition}” is not one of {', '.join(TRANSITIONS)}."}
        )
    data = given(MoveNote(data=request.data))
    proposal = transitions.perform(proposal=proposal, transition=transition, by=caller(request), **data)
    return Response(detail(mine(request, proposal.pk), caller(request)))


@extend_schema(request=NewPolicy, responses={200: ProposalWhole, 403: REFUSED, 404: REFUSED, 409: REFUSED})
@api_view(["POST"])
def proposal_policy(request: Request, key: uuid.UUID) -> Response:
    """Move an open proposal to a later revision of its campus's policy (programme manager)."""
    proposal = mine(request, key)
    policies.change(proposal=proposal, by=caller(request), **given(NewPolicy(data=request.data)))
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
