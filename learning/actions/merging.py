"""What two records of one learner say becomes the record of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from accounts.merging import Moved
from journal import clock
from learning import hooks
from learning.actions import enrolments, finishing
from learning.models import Change, CompetencyMet, Completion, Enrolment, EnrolmentState, Offering

if TYPE_CHECKING:
    from accounts.models import Person

TWICE = "The same learner stood here under two addresses; what was recorded first as completed stands."


def move(kept: Person, gone: Person) -> list[Moved]:
    """Every completion and enrolment of `gone` comes to `kept`. In the caller's transaction.

    Of two completions in one offering the one that says completed (else the older) takes up the other's competencies,
    and the other is withdrawn with the reason; of two enrolments the better one stays (a seat before a place in the list),
    and who waits moves up. Nothing is deleted.
    """
    both = Offering.objects.filter(enrolments__learner__in=[kept, gone])
    offerings = enrolments.lock_all(set(both.values_list("pk", flat=True)))
    rows = Completion.objects.select_for_update(of=("self",)).filter(learner__in=[kept, gone])
    found = list(rows.select_related("offering").order_by("pk"))
    moved = [
        Moved(row.offering.institution_id, "completion", row.pk) for row in found if row.learner_id == gone.pk
    ]
    standing: dict[object, list[Completion]] = {}
    for row in found:
        if row.withdrawn_at is None:
            standing.setdefault(row.offering_id, []).append(row)
    for twice in (rows for rows in standing.values() if len(rows) > 1):
        first, second = sorted(
            twice, key=lambda row: (row.completed_on is None, row.recorded_at, str(row.pk))
        )
        _withdraw(second, first, kept)
        moved.append(Moved(second.offering.institution_id, "completion put aside", second.pk))
    Completion.objects.filter(learner=gone).update(learner=kept)
    return [*moved, *_enrolments(offerings, kept, gone)]


def _enrolments(offerings: Sequence[Offering], kept: Person, gone: Person) -> list[Moved]:
    moved = []
    for offering in offerings:
        rows = list(offering.enrolments.filter(learner__in=[kept, gone]).order_by("turn"))
        standing = sorted(
            (row for row in rows if row.state != EnrolmentState.LEFT),
            key=lambda row: (
                row.state != EnrolmentState.FINISHED,
                row.state == EnrolmentState.WAITING,
                row.turn,
            ),
        )
        for row in standing[1:]:
            enrolments.end(row, kept)
        moved += [
            Moved(offering.institution_id, "enrolment", row.pk) for row in rows if row.learner_id == gone.pk
        ]
        Enrolment.objects.filter(offering=offering, learner=gone).update(learner=kept)
        finishing.follow(offering, [kept.pk])
        if standing[1:]:
            enrolments.move_up(offering)
    return moved


def _withdraw(row: Completion, into: Completion, by: Person) -> None:
    CompetencyMet.objects.bulk_create(
        (
            CompetencyMet(
                completion=into,
                competency=met.competency,
                met_on=met.met_on,
                evidence=met.evidence,
                level=met.level,
                recorded_by_id=met.recorded_by_id,
                recorded_at=met.recorded_at,
            )
            for met in row.competencies.all()
        ),
        ignore_conflicts=True,
    )
    row.withdrawn_at = clock.now()
    row.save(update_fields=["withdrawn_at"])
    day = row.completed_on.isoformat() if row.completed_on else None
    Change.objects.create(
        completion=row,
        act="withdrawn",
        reason=TWICE,
        before={"completed_on": day},
        by=by,
        at=row.withdrawn_at,
    )
    hooks.follower().changed(row)
