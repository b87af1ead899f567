"""Goals and their metrics: set, adjusted with a reason that is kept, given up. What comes of them the worker counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Institution
from evaluation.measures import measures
from evaluation.models import Direction, Goal, Metric, PeriodKind
from evaluation.tasks import measure_goals
from journal import clock
from journal.actions import record
from journal.wake import after_commit
from policies.reasons import Reason, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person

NOT_YOURS = "Goals are set by those who manage the campus."
MOST_GOALS = 50
MOST_TARGET = 1_000_000_000


def may_set(person: Person, institution: Institution) -> bool:
    """Whether the person may set and adjust the goals of a campus."""
    return person.managed().filter(pk=institution.pk).exists()


def _require(person: Person, institution: Institution) -> None:
    if not may_set(person, institution):
        raise PermissionDenied(NOT_YOURS)


@transaction.atomic
def set_goal(
    *, institution: Institution, says: str, measure: str, period: str, direction: str, target: int, by: Person
) -> Goal:
    """Set a goal with the metric that shows whether it is reached.

    Effects: a Goal, its first Metric, the worker woken to count it, an entry in the campus's record. Refused: without words, a
    goal that is set already, fifty goals, a measure or period that is not offered, a target out of range.
    PermissionDenied: not one of those who manage the campus.
    """
    _require(by, institution)
    Institution.objects.select_for_update().get(pk=institution.pk)
    says, standing = says.strip(), Goal.objects.filter(institution=institution).standing()
    refuse_if(
        [
            *_wrong_metric(measure, period, direction, target),
            *([] if says else [Reason("Say in a sentence what is to be reached.", field="says")]),
            *([Reason("Shorten it to 300 characters.", field="says")] if len(says) > 300 else []),
            *(
                [Reason("This goal is set already.", field="says")]
                if standing.filter(says=says).exists()
                else []
            ),
            *(
                [Reason(f"A campus has {MOST_GOALS} goals at most.")]
                if standing.count() >= MOST_GOALS
                else []
            ),
        ]
    )
    goal = Goal.objects.create(institution=institution, says=says, made_by=by, made_at=clock.now())
    _add(goal, by, "", measure=measure, period=period, direction=direction, target=target)
    _note(goal, "goal set", by, {"says": says, "measure": measure, "target": target})
    return goal


@transaction.atomic
def adjust(
    *, goal: Goal, seen: int, measure: str, period: str, direction: str, target: int, reason: str, by: Person
) -> Metric:
    """Measure a goal otherwise from now on; `seen` is the number of the metric that was on the page.

    Effects: the next Metric with its reason, the worker woken to count it, an entry in the campus's record; the one before is
    kept. Refused: without a reason, nothing changed, a goal that was given up or adjusted meanwhile.
    """
    _require(by, goal.institution)
    goal = Goal.objects.select_for_update(of=("self",)).select_related("institution").get(pk=goal.pk)
    last = goal.metrics.order_by("-number")[0]
    wanted = {"measure": measure, "period": period, "direction": direction, "target": target}
    same = all(getattr(last, name) == value for name, value in wanted.items())
    refuse_if(
        [
            *_wrong_metric(measure, period, direction, target),
            *_wrong_reason(reason),
            *([Reason("This goal was given up.")] if goal.ended_at else []),
            *([Reason("Somebody adjusted it meanwhile. Look at it again.")] if seen != last.number else []),
            *(
                [Reason("Nothing would change. Change the measure, the period or the target.")]
                if same
                else []
            ),
        ]
    )
    made = _add(goal, by, reason.strip(), number=last.number + 1, **wanted)
    _note(goal, "metric adjusted", by, {"measure": measure, "target": target, "reason": reason.strip()})
    return made


@transaction.atomic
def give_up(*, goal: Goal, reason: str, by: Person) -> Goal:
    """Give a goal up. It is kept with its metrics and the reason. Refused: without a reason, or twice."""
    _require(by, goal.institution)
    goal = Goal.objects.select_for_update(of=("self",)).select_related("institution").get(pk=goal.pk)
    gone = [Reason("This goal was given up already.")] if goal.ended_at else []
    refuse_if([*_wrong_reason(reason), *gone])
    goal.ended_at, goal.ended_by, goal.ended_why = clock.now(), by, reason.strip()
    goal.save(update_fields=["ended_at", "ended_by", "ended_why"])
    _note(goal, "goal given up", by, {"reason": reason.strip()})
    return goal


def _wrong_metric(measure: str, period: str, direction: str, target: int) -> list[Reason]:
    known = measures()
    found = []
    if measure not in known:
        found.append(Reason("Choose one of the measures.", field="measure"))
    if period not in PeriodKind.values:
        found.append(Reason("Choose how often it is reported.", field="period"))
    if direction not in Direction.values:
        found.append(Reason("Choose at least or at most.", field="direction"))
    most = 100 if measure in known and known[measure].kind == "share" else MOST_TARGET
    if not 0 <= target <= most:
        found.append(Reason(f"Give a whole number from 0 to {most:,}.", field="target"))
    return found


def _wrong_reason(reason: str) -> list[Reason]:
    if not reason.strip():
        return [Reason("Say why. The reason is kept.", field="reason")]
    return [Reason("Shorten it to 1,000 characters.", field="reason")] if len(reason.strip()) > 1000 else []


def _add(goal: Goal, by: Person, reason: str, *, number: int = 1, **what: Any) -> Metric:
    made = Metric.objects.create(
        goal=goal, number=number, reason=reason, made_by=by, made_at=clock.now(), **what
    )
    after_commit(measure_goals)
    return made


def _note(goal: Goal, act: str, by: Person, detail: dict[str, Any]) -> None:
    record.write(
        subject_kind="campus",
        subject_id=goal.institution_id,
        institution=goal.institution,
        act=act,
        by=by,
        detail={"goal": str(goal.pk), **detail},
    )
