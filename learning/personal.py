"""What learning keeps of a learner: what they completed and showed, with evidence, and what was corrected in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.keepers import Told
from learning.models import Completion
from learning.models.completion import Change, CompetencyMet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Institution, Person
    from policies.reasons import Reason

BLANK = "Erased"


def told(person: Person) -> list[Told]:
    """Each completion with its competencies and changes."""
    rows = Completion.objects.filter(learner=person).select_related("offering__institution")
    ordered = rows.prefetch_related("competencies", "changes").order_by("recorded_at")
    return [
        Told(
            "completions",
            "What you completed and showed",
            "So that a badge is given for what was really learned.",
            "Your name and the evidence are taken out; days and competencies are kept without them.",
            [_completion(row) for row in ordered],
        )
    ]


def _completion(row: Completion) -> dict[str, Any]:
    return {
        "campus": row.offering.institution.name,
        "offering": row.offering.title,
        "name": row.learner_name,
        "completed_on": row.completed_on,
        "enrolled": row.enrolled,
        "evidence": row.evidence,
        "evidence_url": row.evidence_url,
        "recorded_at": row.recorded_at,
        "withdrawn_at": row.withdrawn_at,
        "competencies": [
            {
                "competency": met.competency,
                "met_on": met.met_on,
                "level": met.level,
                "evidence": met.evidence,
            }
            for met in row.competencies.all()
        ],
        "changes": [
            {
                "act": change.act,
                "reason": change.reason,
                "before": change.before,
                "after": change.after,
                "at": change.at,
            }
            for change in row.changes.all()
        ],
    }


def refusals(person: Person) -> list[Reason]:
    """None."""
    return []


def erase(person: Person, to: Person) -> Iterable[Institution]:
    """Take out name, evidence, and the words of corrections."""
    rows = Completion.objects.filter(learner=person).select_related("offering__institution")
    campuses = {row.offering.institution for row in rows}
    CompetencyMet.objects.filter(completion__learner=person).update(evidence="")
    Change.objects.filter(completion__learner=person).update(reason=BLANK, before={}, after={})
    rows.update(learner=to, learner_name="", evidence="", evidence_url="")
    return campuses
