"""What goes in and out of the API of proposals: what is sent to an act, a line of a list, one proposal whole."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Unit
from journal.papers.listed import PaperRow
from proposals.models import Proposal, ProposalKind


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


class ProposalWhole(ProposalRow):
    """One proposal whole, for the document of the API; `detail` says it. Higher apps add conditions and agendas."""

    proposers = serializers.ListField(child=serializers.EmailField())
    revision = serializers.DictField(allow_null=True, help_text="`number` and `hash` of the latest.")
    document = serializers.DictField(child=serializers.DictField())
    form = serializers.CharField()
    definition = serializers.UUIDField(allow_null=True)
    policy = serializers.DictField()
    checklist = serializers.ListField(child=serializers.DictField())
    available = serializers.ListField(child=serializers.CharField())
    blocked = serializers.ListField(child=serializers.DictField())
    steps = serializers.ListField(child=serializers.DictField())
    record = serializers.ListField(child=serializers.DictField())
    papers = PaperRow(many=True)

    class Meta(ProposalRow.Meta):
        fields = (  # type: ignore[assignment]
            *ProposalRow.Meta.fields, "proposers", "revision", "document", "form", "definition", "policy",
            "checklist", "available", "blocked", "steps", "record", "papers",
        )  # fmt: skip
