"""Steps and ballots over HTTP: what waits for me, sign, vote, close."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.addressees import people_at
from accounts.listing import caller, given, page
from proposals.models import Proposal, Step
from reviews import letters, queues
from reviews.actions import ballots, panels, signoffs
from reviews.conditions import LONGEST, LONGEST_NOTE, MOST
from reviews.models import Ballot, Choice
from reviews.models.alternate import acts_for

REFUSED = OpenApiResponse(description="Refused: `{detail, reasons: [{clause, text, field}]}`")
WAITING = OpenApiParameter("waiting", description="`me`: only what waits for you.")


class Completion(serializers.Serializer[Any]):
    outcome = serializers.CharField(max_length=30)
    note = serializers.CharField(allow_blank=True, default="", max_length=10_000)
    form = serializers.DictField(required=False, default=dict)
    back_to = serializers.UUIDField(
        required=False,
        allow_null=True,
        default=None,
        help_text="With request_changes: the id of an earlier step that is done; without it the proposers.",
    )
    conditions = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST), max_length=MOST, required=False, default=list
    )
    due_on = serializers.DateField(required=False, allow_null=True, default=None)


class VoteIn(serializers.Serializer[Any]):
    choice = serializers.ChoiceField(choices=[*Choice.values, "recuse"])
    comment = serializers.CharField(allow_blank=True, default="", max_length=10_000)
    rubric = serializers.DictField(required=False, default=dict)
    conditions = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST), required=False, default=list, max_length=MOST
    )


class RulingIn(serializers.Serializer[Any]):
    """Whom the chair rules out: the number of their line on the roll."""

    line = serializers.IntegerField()
    reason = serializers.CharField(allow_blank=True, default="", max_length=LONGEST_NOTE)


class CloseIn(serializers.Serializer[Any]):
    """What goes to the proposers, and what an approval with conditions hangs on."""

    note = serializers.CharField(allow_blank=True, default="", max_length=LONGEST_NOTE)
    conditions = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST), required=False, default=list, max_length=MOST
    )
    due_on = serializers.DateField(required=False, allow_null=True, default=None)
    back_to = serializers.UUIDField(
        required=False,
        allow_null=True,
        default=None,
        help_text="If changes are asked for: the id of an earlier step that is done; without it the proposers.",
    )


class StepRow(serializers.ModelSerializer[Step]):
    proposal_title = serializers.CharField(source="proposal.title")
    letter = serializers.SerializerMethodField(help_text="Where the letter about the decision is, as a PDF.")

    class Meta:
        model = Step
        fields = (
            "id", "proposal", "proposal_title", "state", "key", "kind", "title", "actor", "body",
            "round", "status", "outcome", "note", "opened_at", "completed_at", "letter",
        )  # fmt: skip

    def get_letter(self, step: Step) -> str:
        """ "" while nothing is decided."""
        return letters.address(step)


@extend_schema(parameters=[WAITING], responses=StepRow(many=True))
@api_view(["GET"])
def step_list(request: Request) -> Response:
    """Steps of the proposals you may see; `?waiting=me` only those that wait for you."""
    if request.query_params.get("waiting") == "me":
        waiting = queues.steps_waiting_for(caller(request)).values("pk")
        forming = queues.panels_waiting_for(caller(request)).values("pk")
        rows = Step.objects.filter(Q(pk__in=waiting) | Q(pk__in=forming))
    else:
        rows = Step.objects.filter(proposal__in=Proposal.objects.visible_to(caller(request)))
    return page(request, rows.select_related("proposal").order_by("opened_at", "pk"), StepRow)


class MemberIn(serializers.Serializer[Any]):
    seat = serializers.CharField(max_length=40)
    email = serializers.EmailField()
    chair = serializers.BooleanField(default=False)
    experienced = serializers.BooleanField(default=False)


class PanelIn(serializers.Serializer[Any]):
    members = MemberIn(many=True)


@extend_schema(request=PanelIn, responses={200: StepRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def step_panel(request: Request, key: uuid.UUID) -> Response:
    """Form the body of a ballot step that is formed for each proposal; its ballot then opens."""
    step = step_of(request, key)
    asked = given(PanelIn(data=request.data))["members"]
    people = people_at([member["email"] for member in asked], "members")
    members = [
        (member["seat"], person, member["chair"], member["experienced"])
        for member, person in zip(asked, people, strict=True)
    ]
    panels.form(step=step, members=members, by=caller(request))
    return Response(StepRow(step_of(request, key)).data)


def step_of(request: Request, key: uuid.UUID) -> Step:
    visible = Proposal.objects.visible_to(caller(request))
    return get_object_or_404(Step.objects.filter(proposal__in=visible), pk=key)


@extend_schema(request=Completion, responses={200: StepRow, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def step_complete(request: Request, key: uuid.UUID) -> Response:
    """Sign off, record a consultation, acknowledge."""
    step = step_of(request, key)
    data = given(Completion(data=request.data))
    step = signoffs.complete(step=step, answers=data.pop("form"), by=caller(request), **data)
    return Response(StepRow(step).data)


@extend_schema(operation_id="ballots_list", parameters=[WAITING], responses=dict)
@api_view(["GET"])
def ballot_list(request: Request) -> Response:
    """Ballots you may see; `?waiting=me` only those in which you have yet to vote."""
    rows: QuerySet[Ballot] = Ballot.objects.visible_to(caller(request))
    if request.query_params.get("waiting") == "me":
        rows = Ballot.objects.waiting_for(caller(request))
    rows = queues.ballots_for(rows.order_by("-opened_at", "pk"))
    show = partial(queues.shown, person=caller(request), acts_for=acts_for(caller(request)))
    return page(request, rows, show)


def ballot_of(request: Request, key: uuid.UUID) -> Ballot:
    """A ballot that the caller may see, to act on: every action reads it anew."""
    return get_object_or_404(Ballot.objects.visible_to(caller(request)), pk=key)


def answer(request: Request, key: uuid.UUID) -> Response:
    """The ballot as the caller may see it now, with all that there is to say of it."""
    rows = queues.ballots_for(Ballot.objects.visible_to(caller(request)))
    return Response(queues.shown(get_object_or_404(rows, pk=key), caller(request)))


@extend_schema(responses=dict)
@api_view(["GET"])
def ballot_detail(request: Request, key: uuid.UUID) -> Response:
    """One ballot as you may see it: others' votes only after your own, or after closing."""
    return answer(request, key)


@extend_schema(request=VoteIn, responses={200: dict, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def ballot_vote(request: Request, key: uuid.UUID) -> Response:
    """Vote, change your vote until closing, abstain or recuse yourself."""
    ballot = ballot_of(request, key)
    data = given(VoteIn(data=request.data))
    if data["choice"] == "recuse":
        ballots.recuse(ballot=ballot, by=caller(request), reason=data["comment"])
    else:
        ballots.vote(ballot=ballot, by=caller(request), **{**data, "rubric": data["rubric"] or None})
    return answer(request, key)


@extend_schema(request=RulingIn, responses={200: dict, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def ballot_rule(request: Request, key: uuid.UUID) -> Response:
    """Rule that a member has a conflict and no vote in this ballot (the chair)."""
    ballot = ballot_of(request, key)
    ballots.rule_recusal(ballot=ballot, by=caller(request), **given(RulingIn(data=request.data)))
    return answer(request, key)


@extend_schema(request=CloseIn, responses={200: dict, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def ballot_close(request: Request, key: uuid.UUID) -> Response:
    """Close the ballot (the chair); answers with the tally and the arithmetic in words."""
    ballot = ballot_of(request, key)
    ballots.close(ballot=ballot, by=caller(request), **given(CloseIn(data=request.data)))
    return answer(request, key)
