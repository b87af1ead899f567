"""What a stack is made of: the other credentials of the campus that a learner must hold to be awarded it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Self

from django.db import models

from credentials.models.award import Award
from credentials.models.definition import DefinitionVersion


class PartQuerySet(models.QuerySet["Part"]):
    """Parts of stacks."""

    def of(self, version: DefinitionVersion) -> Self:
        """The parts of one version, in the order of the approved proposal, with their titles."""
        return self.filter(version=version).select_related("part__current").order_by("number")


class Part(models.Model):
    """One credential that a version of a stack requires. `line` is how the approved proposal calls it."""

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
                violation_error_message="This credential is part of the collection already.",
            ),
        ]

    def __str__(self) -> str:
        return self.line or str(self.part)


def held_parts(
    parts: Collection[Part], addresses: Collection[str], *, lock: bool = False
) -> dict[str, set[object]]:
    """Which of the parts each address holds an award of that is in force, by definition; one query.

    With `lock` the awards stay as they are until the transaction ends.
    """
    rows = Award.objects.live().filter(
        definition__in=[part.part_id for part in parts], holder__email__in=addresses
    )
    if lock:
        rows = rows.select_for_update(of=("self",)).order_by("pk")
    held: dict[str, set[object]] = defaultdict(set)
    for address, definition in rows.values_list("holder__email", "definition_id"):
        held[address].add(definition)
    return held
