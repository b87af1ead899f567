"""What the records must say of a learner before an award, by the policy: one rule for offerings, requests and awarding."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from credentials.models import DefinitionVersion
from policies.engine import applies
from policies.reasons import Reason

if TYPE_CHECKING:
    from credentials.models import Definition
    from learning.reading import Shown
    from policies.schema import Issuance

NOTHING = "No completion is recorded for this learner."
ON_THE_WAY = "The learner has not completed the programme yet."
AHEAD = "The completion is dated in the future."
TOO_EARLY = "The completion is dated before the offering began."
OLD = "Recorded under other requirements than those in force (version {number}); an assessor must confirm it."
NOT_ENROLLED = "Not confirmed as an eligible enrolled student."


class Readiness:
    """The rules for one credential, looked up once. A stack asks for its parts instead of completion."""

    def __init__(self, definition: Definition, rules: Issuance | None = None) -> None:
        version = definition.current
        if version is None:
            raise ValueError("A credential without a version has no requirements.")
        pack = version.policy.pack
        self.rules = rules or pack.issuance
        stack = pack.kind(definition.type).collection
        self.completion = self.rules.completion_required and not stack
        self.mastery = self.rules.mastery_required and not stack
        self.competencies = [c["name"] for c in version.competencies] if self.mastery else []
        when = self.rules.eligibility_when
        self.eligibility = when is not None and applies(when, version.answers, definition.type)
        self.version, self.today = version, definition.institution.today()
        self._same: dict[uuid.UUID, bool] = {version.pk: True}

    def problems(self, shown: Shown | None) -> list[Reason]:
        """What is missing for an award, each with its clause; empty when the learner may have it."""
        return [reason for reasons in self.by_kind(shown).values() for reason in reasons]

    def by_kind(self, shown: Shown | None) -> dict[str, list[Reason]]:
        """The same by what it is about: completion, mastery or eligibility."""
        rules, found = self.rules, {}
        clause = rules.completion_clause or rules.mastery_clause
        if shown is None:
            if self.completion or self.mastery:
                found["completion" if self.completion else "mastery"] = [Reason(NOTHING, clause, "email")]
            elif self.eligibility:
                found["eligibility"] = [Reason(NOTHING, rules.eligibility_clause, "email")]
            return found
        found["completion"] = [Reason(text, clause, "email") for text in self._completion(shown)]
        lacking = [name for name in self.competencies if name not in shown.competencies]
        if lacking:
            text = f"Not recorded as met: {'; '.join(lacking)}."
            found["mastery"] = [Reason(text, rules.mastery_clause, "email")]
        if self.eligibility and not shown.enrolled:
            found["eligibility"] = [Reason(NOT_ENROLLED, rules.eligibility_clause, "email")]
        return found

    def _completion(self, shown: Shown) -> list[str]:
        if not (self.completion or self.mastery):
            return []
        found = []
        if shown.completed_on is None:
            found += [ON_THE_WAY] if self.completion else []
        elif shown.completed_on > self.today:
            found.append(AHEAD)
        elif shown.starts_on and shown.completed_on < shown.starts_on:
            found.append(TOO_EARLY)
        if not all(self._still_asked(key) for key in shown.versions):
            found.append(OLD.format(number=self.version.number))
        return found

    def _still_asked(self, version_id: uuid.UUID) -> bool:
        """Whether that version asked for the same as the one in force; each version is read once."""
        if version_id not in self._same:
            older = DefinitionVersion.objects.defer("answers", "approvals").get(pk=version_id)
            self._same[version_id] = requirements(older) == requirements(self.version)
        return self._same[version_id]


def requirements(version: DefinitionVersion) -> tuple[Any, ...]:
    """What a version asks learners to show."""
    asked = [(c["name"], c.get("assessment", ""), c.get("levels", [])) for c in version.competencies]
    return version.criteria.strip(), asked


def sentences(reasons: Iterable[Reason]) -> str:
    """Reasons as one text, each with its clause behind it."""
    return " ".join(f"{r.text} ({r.clause})" if r.clause else r.text for r in reasons)
