"""Say from which grade of a course system something counts as shown."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.locking import locked
from credentials.models import Definition
from journal import clock
from journal.actions import record
from learning.actions.completions import competencies_of, levels_of, require_assessor
from learning.models import GradeThreshold, Offering
from policies.reasons import Reason, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person

MOST = Decimal(10_000)
Key = tuple[str, str]  # competency and level; ("", "") is the final grade of who has completed


def keys_of(offering: Offering) -> list[Key]:
    """What can have a threshold: completion, and each competency, by level where it has a rubric (those that count)."""
    rubrics = levels_of(offering)
    found: list[Key] = [("", "")]
    for name in competencies_of(offering):
        counting = [one["name"] for one in rubrics.get(name, []) if one["counts"]]
        found += [(name, level) for level in counting] if name in rubrics else [(name, "")]
    return found


def thresholds_of(offering: Offering) -> dict[Key, Decimal]:
    """Those that are set and still fit the credential."""
    rows = GradeThreshold.objects.filter(definition=offering.definition_id)
    known = {(row.competency, row.level): row.least for row in rows}
    return {key: known[key] for key in keys_of(offering) if key in known}


@transaction.atomic
def set_thresholds(*, offering: Offering, thresholds: Mapping[Key, Decimal | None], by: Person) -> None:
    """Let exactly these hold for the credential's lists of grades from now on; None takes one away.

    Effects: the rows, an entry in the record when anything changes. Refused: a number below nought or above 10,000, levels
    whose numbers do not rise. Only a named assessor.
    """
    require_assessor(by, offering)
    locked(Definition.objects.all(), offering.definition_id)
    wanted = {key: thresholds.get(key) for key in keys_of(offering)}
    refuse_if(_problems(wanted))
    before = thresholds_of(offering)
    after = {key: value for key, value in wanted.items() if value is not None}
    if before == after:
        return
    GradeThreshold.objects.filter(definition=offering.definition_id).delete()
    now = clock.now()
    GradeThreshold.objects.bulk_create(
        GradeThreshold(
            definition_id=offering.definition_id,
            competency=name,
            level=level,
            least=least,
            set_by=by,
            set_at=now,
        )
        for (name, level), least in after.items()
    )
    record.write(
        subject_kind="definition",
        subject_id=offering.definition_id,
        institution=offering.institution,
        act="grade thresholds set",
        by=by,
        detail={"thresholds": [[name, level, str(least)] for (name, level), least in after.items()]},
    )


def _problems(wanted: Mapping[Key, Decimal | None]) -> list[Reason]:
    found, last = [], dict[str, Decimal]()
    for number, ((name, _), least) in enumerate(wanted.items()):
        if least is None:
            continue
        if not 0 <= least <= MOST:
            found.append(Reason("Write a number from 0 to 10,000.", field=f"least_{number}"))
        elif name in last and least <= last[name]:
            found.append(Reason("A higher level needs a higher grade.", field=f"least_{number}"))
        last[name] = least
    return found
