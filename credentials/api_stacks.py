"""The rules of stacks, and how far a learner is with them, over HTTP."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller
from accounts.models import Person
from credentials.models import Definition, DefinitionVersion
from credentials.models.definition import DefinitionQuerySet
from credentials.models.stack import stack_of
from credentials.reach import covered_by, grants_of, keeps_awards
from credentials.stacks.paths import on_the_way
from credentials.stacks.pathways import Progress

NOT_YOURS = "You see how far you are yourself. How far others are is seen by those who issue and certify."


class PartOfStack(serializers.Serializer[Any]):
    """`after` are the definitions that must be held before this one counts."""

    definition = serializers.UUIDField()
    title = serializers.CharField()
    after = serializers.ListField(child=serializers.UUIDField())


class GroupRow(serializers.Serializer[Any]):
    """So many of the parts are needed."""

    name = serializers.CharField()
    needed = serializers.IntegerField()
    parts = PartOfStack(many=True)


class StackRow(serializers.Serializer[Any]):
    """All groups are needed; no groups until it is settled which credentials count."""

    within_years = serializers.IntegerField(allow_null=True)
    groups = GroupRow(many=True)


class StopRow(serializers.Serializer[Any]):
    """`state`: counts, missing, not_needed, expired, suspended, too_early or too_old; `on` the day of the award held."""

    definition = serializers.UUIDField()
    title = serializers.CharField()
    state = serializers.CharField()
    on = serializers.DateField(allow_null=True)


class StackProgress(serializers.Serializer[Any]):
    """How far somebody is with one stack; `missing` in words."""

    definition = serializers.UUIDField()
    title = serializers.CharField()
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    fulfilled = serializers.BooleanField()
    missing = serializers.ListField(child=serializers.CharField())
    parts = StopRow(many=True)


def rules_row(version: DefinitionVersion) -> dict[str, Any] | None:
    """The rules of a stack; None where it is none, or where no parts are linked and none were listed."""
    stack = stack_of(version)
    if not stack.groups:
        return None
    groups = [
        {
            "name": group.name,
            "needed": group.needed,
            "parts": [
                {"definition": slot.key, "title": slot.title, "after": list(slot.after)}
                for slot in group.slots
            ],
        }
        for group in stack.groups
    ]
    return {"within_years": stack.within_years, "groups": groups}


@extend_schema(
    parameters=[OpenApiParameter("learner", description="`me`, or a learner's address")],
    responses=StackProgress(many=True),
)
@api_view(["GET"])
def stack_progress(request: Request) -> Response:
    """The stacks that a learner is on the way to: your own, or a learner's with the stacks you issue or certify."""
    person, wanted = caller(request), request.query_params.get("learner", "me").replace("\x00", "").strip()
    if wanted in ("me", person.email):
        return Response([_row(*row) for row in on_the_way(person, Definition.objects.known())])
    stacks = _kept_by(person)
    learner = Person.objects.filter(email=wanted.lower()[:254]).first()
    found = on_the_way(learner, stacks) if learner else []
    return Response([_row(*row) for row in found])


def _kept_by(person: Person) -> DefinitionQuerySet:
    """Those whose awards the person manages, issues or certifies."""
    keeping = [grant for grant in grants_of(person) if keeps_awards(grant)]
    if not keeping and not person.is_superuser:
        raise PermissionDenied(NOT_YOURS)
    rows = Definition.objects.filter(current__isnull=False)
    return rows if person.is_superuser else rows.filter(covered_by(keeping))


def _row(definition: Definition, found: Progress) -> dict[str, Any]:
    stops = [
        {"definition": stop.slot.key, "title": stop.slot.title, "state": stop.state, "on": stop.on}
        for stop in found.stops
    ]
    return {
        "definition": definition.pk,
        "title": str(definition),
        "done": found.done,
        "total": found.total,
        "fulfilled": found.fulfilled,
        "missing": found.missing,
        "parts": stops,
    }
