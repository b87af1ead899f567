"""What the records say of many learners at once, in two queries whatever their number."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from learning.models import CompetencyMet, Completion

if TYPE_CHECKING:
    from credentials.models import Definition


class Shown(NamedTuple):
    """A standing completion of one learner, as values. `competencies` are the names of those met."""

    completion_id: uuid.UUID
    learner_id: uuid.UUID
    name: str
    enrolled: bool | None
    evidence: bool
    competencies: frozenset[str] = frozenset()


def completions_for(
    definition: Definition, emails: Collection[str], *, competencies: bool = True
) -> dict[str, Shown]:
    """The newest standing completion for each address (lower case); leave competencies out where nobody asks."""
    rows = (
        Completion.objects.filter(
            offering__definition=definition, learner__email__in=emails, withdrawn_at__isnull=True
        )
        .order_by("recorded_at")
        .values_list(
            "learner__email", "pk", "learner_id", "learner_name", "enrolled", "evidence", "evidence_url"
        )
    )
    found = {row[0]: Shown(*row[1:5], evidence=bool(row[5] or row[6])) for row in rows}
    if not competencies:
        return found
    met = _met([shown.completion_id for shown in found.values()])
    return {
        email: shown._replace(competencies=frozenset(met[shown.completion_id]))
        for email, shown in found.items()
    }


def _met(completions: Collection[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    met: dict[uuid.UUID, list[str]] = defaultdict(list)
    rows = CompetencyMet.objects.filter(completion__in=completions).values_list("completion_id", "competency")
    for completion_id, competency in rows:
        met[completion_id].append(competency)
    return met
