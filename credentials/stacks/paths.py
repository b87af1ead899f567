"""How far somebody is on the way to stacks. Reads only, in a number of queries that does not grow with what is held."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from credentials.models import Award, Definition, Part
from credentials.models.definition import AWARDABLE
from credentials.models.stack import held_awards, stack_of
from credentials.stacks.pathways import Progress, progress

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Person
    from credentials.models import DefinitionVersion
    from credentials.models.definition import DefinitionQuerySet

RELATED = ("institution", "unit", "current__definition")


def counts_towards(definitions: Collection[uuid.UUID] | QuerySet[Any]) -> DefinitionQuerySet:
    """The stacks in force that count one of these among their parts, by title."""
    versions = Part.objects.in_force().filter(part__in=definitions).values("version")
    rows = Definition.objects.filter(current__in=versions, standing__in=AWARDABLE)
    return rows.select_related(*RELATED).order_by("current__title", "pk")


def on_the_way(person: Person, stacks: DefinitionQuerySet | None = None) -> list[tuple[Definition, Progress]]:
    """The stacks of which the person holds at least one part and that they do not hold yet, the nearest first.

    With `stacks` only those of them.
    """
    mine = Award.objects.live().filter(holder=person)
    rows = counts_towards(mine.values("definition")).exclude(pk__in=mine.values("definition"))
    if stacks is not None:
        rows = rows.filter(pk__in=stacks.values("pk"))
    found = [row for row in walked(list(rows), person) if any(stop.on for stop in row[1].stops)]
    return sorted(found, key=lambda row: (row[1].total - row[1].done, str(row[0])))


def walked(definitions: Sequence[Definition], person: Person) -> list[tuple[Definition, Progress]]:
    """Each of these stacks as the person fulfils it today; three queries."""
    parts = _parts([one.current_id for one in definitions if one.current_id])
    wanted = [part.part_id for found in parts.values() for part in found]
    days = {one.institution.today() for one in definitions}
    held = {day: held_awards(wanted, [person.email], day).get(person.email, {}) for day in days}
    result = []
    for one in definitions:
        if one.current:
            day = one.institution.today()
            result.append((one, progress(stack_of(one.current, parts[one.current.pk]), held[day], day)))
    return result


def _parts(versions: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Part]]:
    rows = Part.objects.filter(version__in=versions).select_related("part__current").order_by("number")
    found: dict[uuid.UUID, list[Part]] = defaultdict(list)
    for part in rows:
        found[part.version_id].append(part)
    return found


def unwalked(version: DefinitionVersion) -> Progress:
    """The stack as somebody begins it who holds nothing."""
    return progress(stack_of(version), {}, version.approved_on)
