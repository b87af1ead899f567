"""Define what is measured of each objective, and record what learners reached, before and after."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.locking import locked
from credentials.models import Definition
from evaluation.models import Indicator, Reading
from evaluation.reach import may_adapt
from evaluation.readings import learners_of, rules_of
from journal import clock
from journal.actions import record as journal_record
from learning.actions.completions import competencies_of, may_assess
from learning.models import Offering
from policies.reasons import Reason, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person

WHEN = ("before", "after")
NOT_YOURS = "Only the programme director, and the programme manager, say what is measured."
NOT_YOUR_RECORD = (
    "Only an assessor named for this offering, and its programme director, record what was measured."
)
NONE_ASKED = "The policy of this campus asks for no measures before and after."
MOST = Decimal("99999")


@dataclass(frozen=True)
class Value:
    """What one learner reached; `number` is the line in a list, from 1."""

    metric: Indicator
    learner_id: uuid.UUID
    value: Decimal
    when: str
    number: int = 1


def may_record(person: Person, offering: Offering) -> bool:
    """A named assessor, or who directs the offering."""
    return may_assess(person, offering) or may_adapt(person, offering)


def require_recorder(person: Person, offering: Offering) -> None:
    """PermissionDenied unless the person may record what was measured in it."""
    if not may_record(person, offering):
        raise PermissionDenied(NOT_YOUR_RECORD)


@transaction.atomic
def define(
    *,
    offering: Offering,
    objective: str,
    name: str,
    kind: str,
    form: str,
    by: Person,
    lowest: Decimal = Decimal(0),
    highest: Decimal = Decimal(100),
    everywhere: bool = False,
) -> Indicator:
    """Define a measure of one objective, for this offering or (`everywhere`) for all offerings of its credential.

    Effects: the row, an entry in the record. Refused by the pack: more measures of an objective than it allows, a kind or
    form that it does not have; and an objective that is none of the credential's, a name that is there, a scale that does
    not run upwards. Only those who direct the offering.
    """
    if not may_adapt(by, offering):
        raise PermissionDenied(NOT_YOURS)
    locked(Definition.objects.all(), offering.definition_id)
    name, objective = " ".join(name.split()), objective.strip()
    refuse_if(_problems(offering, objective, name, kind, form, lowest, highest))
    metric = Indicator.objects.create(
        definition_id=offering.definition_id,
        offering=None if everywhere else offering,
        objective=objective,
        name=name,
        kind=kind,
        form=form,
        lowest=lowest,
        highest=highest,
        defined_at=clock.now(),
        defined_by=by,
    )
    _note(offering, "measure defined", by, {"metric": str(metric.pk), "everywhere": everywhere})
    return metric


def _problems(
    offering: Offering, objective: str, name: str, kind: str, form: str, lowest: Decimal, highest: Decimal
) -> list[Reason]:
    rules = rules_of(offering)
    if rules is None:
        return [Reason(NONE_ASKED)]
    found = []
    if objective not in competencies_of(offering):
        found.append(Reason("This is not one of the credential's objectives.", field="objective"))
    there = list(Indicator.objects.of(offering))
    if sum(one.objective == objective for one in there) >= rules.maximum:
        text = f"There are {rules.maximum} measures of this objective already; no more are asked."
        found.append(Reason(text, rules.clause, "objective"))
    if not name or len(name) > 120:
        found.append(Reason("Give it a name of up to 120 characters.", field="name"))
    if name.casefold() in {one.name.casefold() for one in there}:
        found.append(Reason("There is a measure of this name already.", field="name"))
    if rules.kinds and kind not in rules.kinds:
        found.append(Reason(f"Its kind is one of: {', '.join(rules.kinds)}.", rules.clause, "kind"))
    if rules.forms and form not in rules.forms:
        found.append(Reason(f"Its form is one of: {', '.join(rules.forms)}.", rules.clause, "form"))
    if not -MOST <= lowest < highest <= MOST:
        found.append(Reason("The highest value lies above the lowest, both within 99,999.", field="highest"))
    return found


@transaction.atomic
def retire(*, metric: Indicator, offering: Offering, by: Person) -> None:
    """Reading it no more; what was recorded is kept. Only those who direct the offering; twice is harmless."""
    if not may_adapt(by, offering):
        raise PermissionDenied(NOT_YOURS)
    row = locked(Indicator.objects.all(), metric.pk)
    if row.retired_at is None:
        row.retired_at = clock.now()
        row.save(update_fields=["retired_at"])
        _note(offering, "measure retired", by, {"metric": str(row.pk)})


@transaction.atomic
def record(*, offering: Offering, values: Sequence[Value], by: Person) -> int:
    """Record values, all or nothing; what was recorded before of the same is replaced. Returns how many are new or other.

    Effects: the rows; one entry in the record that names the learners by id and tells no value. Refused: a value outside
    the scale, a measure that is not this offering's, a learner who is not in it, oneself. Only `may_record`.
    """
    require_recorder(by, offering)
    row = locked(Offering.objects.select_related("institution", "definition__current__policy"), offering.pk)
    refuse_if(
        Reason(text, field=f"values.{value.number}.{value.metric.pk}.{value.when}")
        for value, text in problems(row, values, by)
    )
    changed = _write(row, values, by)
    if changed:
        detail: dict[str, object] = {
            "when": sorted({one.when for one in changed}),
            "metrics": sorted({str(one.metric.pk) for one in changed}),
            "learners": sorted({str(one.learner_id) for one in changed}),
        }
        _note(row, "measures recorded", by, detail)
    return len(changed)


def problems(offering: Offering, values: Sequence[Value], by: Person) -> list[tuple[Value, str]]:
    """What stands against each value; reads only, a few queries for any number."""
    mine = set(Indicator.objects.of(offering).values_list("pk", flat=True))
    there = set(learners_of(offering))
    found = []
    for one in values:
        if text := _problem(one, mine, there, by):
            found.append((one, text))
    return found


def _problem(one: Value, mine: set[uuid.UUID], there: set[uuid.UUID], by: Person) -> str:
    if one.metric.pk not in mine or one.when not in WHEN:
        return "This is not measured in this offering."
    if one.learner_id == by.pk:
        return "Someone else must record what you reached."
    if one.learner_id not in there:
        return "This learner is not in the offering."
    if not one.metric.lowest <= one.value <= one.metric.highest:
        return f"{one.metric}: write a number from {one.metric.lowest.normalize():f} to {one.metric.highest.normalize():f}."
    return ""


def _write(offering: Offering, values: Sequence[Value], by: Person) -> list[Value]:
    """The rows, in a few statements; returns what is new or other than before."""
    metrics = {one.metric.pk for one in values}
    rows = {
        (m.metric_id, m.learner_id): m for m in Reading.objects.filter(offering=offering, metric__in=metrics)
    }
    known, now, changed = set(rows), clock.now(), []
    for one in values:
        key = (one.metric.pk, one.learner_id)
        row = rows.setdefault(key, Reading(metric=one.metric, offering=offering, learner_id=one.learner_id))
        if getattr(row, one.when) == one.value:
            continue
        setattr(row, one.when, one.value)
        setattr(row, f"{one.when}_at", now)
        setattr(row, f"{one.when}_by", by)
        changed.append(one)
    touched = {(one.metric.pk, one.learner_id) for one in changed}
    Reading.objects.bulk_create([rows[key] for key in touched - known], batch_size=1000)
    fields = [f"{when}{part}" for when in WHEN for part in ("", "_at", "_by")]
    Reading.objects.bulk_update([rows[key] for key in touched & known], fields, batch_size=500)
    return changed


def _note(offering: Offering, act: str, by: Person, detail: dict[str, object]) -> None:
    journal_record.write(
        subject_kind="definition",
        subject_id=offering.definition_id,
        institution=offering.institution,
        act=act,
        by=by,
        detail={"offering": str(offering.pk), **detail},
    )
