"""What learning keeps of a learner: what they completed and showed, with evidence, and what was corrected in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.keepers import Told
from learning.actions import enrolments
from learning.models import Completion, Enrolment, EnrolmentState
from learning.models.completion import Change, CompetencyMet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

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
        ),
        Told(
            "enrolments",
            "What you are or were enrolled in",
            "So that you have a seat, and whoever teaches knows who comes.",
            "Your name is taken out and your seat or place in a waiting list is given up; days are kept without it.",
            [_enrolment(row) for row in _enrolments(person).order_by("added_at")],
        ),
    ]


def _enrolments(person: Person) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(learner=person).select_related("offering__institution")


def _enrolment(row: Enrolment) -> dict[str, Any]:
    return {
        "campus": row.offering.institution.name,
        "offering": row.offering.title,
        "name": row.learner_name,
        "state": row.state,
        "added_at": row.added_at,
        "enrolled_at": row.enrolled_at,
        "finished_on": row.finished_on,
        "left_at": row.left_at,
    }


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
    """Take out name, evidence, and the words of corrections; give up seats, which go to those who wait."""
    campuses = _give_up(person, to)
    rows = Completion.objects.filter(learner=person).select_related("offering__institution")
    campuses |= {row.offering.institution for row in rows}
    CompetencyMet.objects.filter(completion__learner=person).update(evidence="")
    Change.objects.filter(completion__learner=person).update(reason=BLANK, before={}, after={})
    rows.update(learner=to, learner_name="", evidence="", evidence_url="")
    return campuses


def _give_up(person: Person, to: Person) -> set[Institution]:
    open_to_others = (EnrolmentState.ENROLLED, EnrolmentState.WAITING)
    running = _enrolments(person).filter(state__in=open_to_others)
    for offering in enrolments.lock_all(set(running.values_list("offering", flat=True))):
        for row in running.filter(offering=offering):
            enrolments.end(row, to)
        enrolments.move_up(offering)
    campuses = {row.offering.institution for row in _enrolments(person)}
    Enrolment.objects.filter(learner=person).update(learner=to, learner_name="")
    return campuses
