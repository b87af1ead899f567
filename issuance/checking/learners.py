"""What must stand recorded of a learner before an award: the same rule for the dry run, the release and the worker."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from credentials.models import Part
from credentials.models.stack import held_awards, stack_of
from credentials.stacks.pathways import progress
from learning.readiness import Readiness
from learning.reading import Told, completions_for, lock_records, mastery_for
from policies.reasons import Reason

if TYPE_CHECKING:
    from credentials.models import Definition


class Records:
    """What the records say of these learners by the policy: completion, competencies, enrolment, parts held.

    A fixed number of queries for any number. With `lock` what is read stays so until the transaction ends; with `told`
    each competency's level and evidence are read too.
    """

    def __init__(
        self, definition: Definition, addresses: Collection[str], *, lock: bool = False, told: bool = False
    ) -> None:
        version = definition.current
        if version is None:
            raise ValueError("A credential without a version cannot be awarded.")
        pack = version.policy.pack
        self.clause = pack.issuance.collection_clause
        stack = pack.kind(definition.type).collection
        self.parts = list(Part.objects.of(version)) if stack else []
        self.stack, self.today = stack_of(version, self.parts), definition.institution.today()
        self.held = held_awards(self.stack.slots, addresses, self.today, lock=lock) if self.parts else {}
        self.readiness = Readiness(definition)
        if lock:
            lock_records(definition, addresses)
        self.told: Told = {}
        mastery = self.readiness.mastery
        if told:
            self.shown, self.told = mastery_for(definition, addresses, competencies=mastery)
        else:
            self.shown = completions_for(definition, addresses, competencies=mastery)

    def problems(self, address: str) -> list[Reason]:
        """What is missing for this learner's award, each with its clause."""
        return [reason for reasons in self.by_kind(address).values() for reason in reasons]

    def by_kind(self, address: str) -> dict[str, list[Reason]]:
        """The same by what it is about: parts, completion, mastery or eligibility."""
        lacking = progress(self.stack, self.held.get(address, {}), self.today).missing if self.parts else []
        found = {"parts": [Reason(text, self.clause, "email") for text in lacking]} if lacking else {}
        return found | self.readiness.by_kind(self.shown.get(address))
