"""How far each learner of an offering is: what is recorded, what is missing by which clause, who may be issued."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from credentials.models import Award
from learning.readiness import Readiness
from learning.reading import completions_for

if TYPE_CHECKING:
    from learning.models import Completion, Offering
    from policies.reasons import Reason


@dataclass(frozen=True)
class Progress:
    """One learner: `missing` says what an award still needs; `holds` whether the badge is theirs already."""

    completion: Completion
    total: int
    missing: list[Reason] = field(default_factory=list)
    holds: bool = False

    @property
    def state(self) -> str:
        """holds, ready or on_the_way."""
        return "holds" if self.holds else "on_the_way" if self.missing else "ready"

    @property
    def met(self) -> int:
        """How many competencies are recorded as met in this offering."""
        return len(self.completion.competencies.all())


def progress(offering: Offering, completions: Iterable[Completion]) -> list[Progress]:
    """How far these learners are, in a fixed number of queries. Competencies must be prefetched."""
    rows = list(completions)
    definition = offering.definition
    rule = Readiness(definition)
    shown = completions_for(definition, [row.learner.email for row in rows])
    live = Award.objects.live().filter(definition=definition, holder__in=[row.learner_id for row in rows])
    holders = set(live.values_list("holder_id", flat=True))
    assert definition.current is not None  # noqa: S101  (offerings are opened of approved credentials)
    total = len({c["name"] for c in definition.current.competencies})
    return [
        Progress(row, total, rule.problems(shown.get(row.learner.email)), row.learner_id in holders)
        for row in rows
    ]
