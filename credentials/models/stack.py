"""What a stack is made of: the credentials of the campus that count for it, and the rules approved over them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Self

from django.db import models
from django.db.models import F

from accounts.addresses import by_address, further_of
from credentials.looks import pack_of
from credentials.models.award import Award
from credentials.models.definition import Definition, DefinitionVersion
from credentials.stacks.pathways import Group, Held, Slot, Stack
from policies.stacking import StackGroup, StackRules, all_of, stack_rules


class PartQuerySet(models.QuerySet["Part"]):
    """Parts of stacks."""

    def of(self, version: DefinitionVersion) -> Self:
        """The parts of one version, in the order of the approved proposal, with their titles."""
        return self.filter(version=version).select_related("part__current").order_by("number")

    def of_current(self, definition: Definition) -> Self:
        """The parts of the version in force."""
        return self.filter(version=definition.current_id)

    def in_force(self) -> Self:
        """Those of the versions that are in force."""
        return self.filter(version__definition__current=F("version"))


class Part(models.Model):
    """One credential that counts for a version of a stack. `line` is how the approved proposal calls it."""

    version = models.ForeignKey(DefinitionVersion, on_delete=models.PROTECT, related_name="parts")
    number = models.PositiveSmallIntegerField()
    part = models.ForeignKey("credentials.Definition", on_delete=models.PROTECT, related_name="part_of")
    line = models.CharField(max_length=300, blank=True)
    linked_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ("version", "number")
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="part_number_once"),
            models.UniqueConstraint(
                fields=["version", "part"],
                name="part_once",
                violation_error_message="This credential is part of the stack already.",
            ),
        ]

    def __str__(self) -> str:
        return self.line or str(self.part)


def parts_of(version: DefinitionVersion) -> list[Part]:
    """What a stack is made of, as it is linked; [] for what is none, without asking."""
    kind = pack_of(version.policy_id).kind(version.definition.type)
    return list(Part.objects.of(version)) if kind.collection else []


def rules_of(version: DefinitionVersion) -> StackRules:
    """What was approved: the groups of the version's list; no groups where the policy asks for no list."""
    return stack_rules(pack_of(version.policy_id), version.answers)


def stack_of(version: DefinitionVersion, parts: Sequence[Part] | None = None) -> Stack:
    """The approved rules over the credentials that they were linked to; without groups until that is settled."""
    parts = list(Part.objects.of(version)) if parts is None else parts
    linked = {part.number: part for part in parts}
    rules = rules_of(version)
    if not rules.groups:
        rules = all_of(str(part.part) for part in parts)
    if linked.keys() != {line.number for line in rules.lines}:
        return Stack(())
    return Stack(tuple(_group(group, linked) for group in rules.groups), rules.within_years)


def _group(group: StackGroup, linked: Mapping[int, Part]) -> Group:
    slots = (
        Slot(
            linked[line.number].part_id,
            str(linked[line.number].part),
            tuple(linked[n].part_id for n in line.after),
        )
        for line in group.lines
    )
    return Group(group.name, group.needed, tuple(slots))


def held_awards(
    definitions: Collection[uuid.UUID], addresses: Collection[str], day: dt.date, *, lock: bool = False
) -> dict[str, dict[uuid.UUID, Held]]:
    """What each address holds of these definitions on that day, neither revoked nor superseded; two queries.

    With `lock` the awards stay as they are until the transaction ends.
    """
    further = further_of(addresses)
    known = {*addresses, *further.values()}
    rows = Award.objects.filter(definition__in=definitions, holder__email__in=known, revoked_at__isnull=True)
    if lock:
        rows = rows.select_for_update(of=("self",))
    held: dict[str, dict[uuid.UUID, Held]] = defaultdict(dict)
    since: dict[tuple[str, uuid.UUID], dt.date] = {}
    found = list(rows.annotate(address=F("holder__email")).defer("document").order_by("pk"))
    for award in found:
        key = (award.address, award.definition_id)  # type: ignore[attr-defined]
        since[key] = min(award.awarded_on, since.get(key, award.awarded_on))
    for award in found:
        address = award.address  # type: ignore[attr-defined]
        if award.superseded_by_id is None:
            first = since[(address, award.definition_id)]
            held[address][award.definition_id] = Held(first, award.awarded_on, award.status_on(day))
    return by_address(addresses, further, held)
