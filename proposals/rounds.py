"""What the step rows of one state say together: pure reading, nothing queries.

A step that must be done again gets a further row, its next round; the highest round of each step counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from itertools import groupby
from typing import TYPE_CHECKING

from proposals.models.step import StepStatus

if TYPE_CHECKING:
    from policies.schema import Stage
    from proposals.models import Step

APPROVALS = ("approve", "approve_with_conditions")
POSITIVE = (*APPROVALS, "done", "acknowledged")
Batch = list["Step"]


class Verdict(Enum):
    """What the steps of a state come to."""

    WAITS = "waits"
    PASSED = "passed"
    SENT_BACK = "request_changes"
    DECLINED = "decline"


def current(rows: Iterable[Step], state: str) -> list[Step]:
    """The rows of this state that count, in the pack's order: of each step the highest round, unless it is void."""
    highest: dict[str, Step] = {}
    for row in rows:
        if row.state == state and (row.key not in highest or row.round > highest[row.key].round):
            highest[row.key] = row
    return sorted(
        (row for row in highest.values() if row.status != StepStatus.VOID),
        key=lambda row: (row.position, row.ad_hoc, row.key),
    )


def next_rounds(rows: Iterable[Step]) -> dict[str, int]:
    """For each step that ever had a row, the number of its next round."""
    found: dict[str, int] = {}
    for row in rows:
        found[row.key] = max(found.get(row.key, 1), row.round + 1)
    return found


def batches(rows: Iterable[Step]) -> list[Batch]:
    """Rows in their order, parallel neighbours (of one group) together."""
    return [
        list(batch) for _, batch in groupby(rows, key=lambda row: (row.group, "" if row.group else row.key))
    ]


def verdict(rows: Iterable[Step], stage: Stage) -> Verdict:
    """What the steps of a state come to: passed when each batch is, else what the first that is not says."""
    for batch in batches(current(rows, stage.state)):
        found = of_batch(batch, stage)
        if found is not Verdict.PASSED:
            return found
    return Verdict.PASSED


def waiting_batch(rows: Iterable[Step], stage: Stage) -> Batch:
    """The first batch that is not passed yet; empty when all are."""
    pending = (b for b in batches(current(rows, stage.state)) if of_batch(b, stage) is not Verdict.PASSED)
    return next(pending, [])


def of_batch(batch: Batch, stage: Stage) -> Verdict:
    """What one step, or parallel steps joined by the stage's rule, come to.

    Joined by `any` the first approval is enough, and only when nobody is left who could approve does the mildest
    refusal count. Joined by `all` every one must approve; once all are in, the gravest refusal counts.
    """
    outcomes = [row.outcome for row in batch]
    pending = any(row.status != StepStatus.COMPLETE for row in batch)
    either = bool(batch[0].group) and stage.join(batch[0].group) == "any"
    if either and any(outcome in POSITIVE for outcome in outcomes):
        return Verdict.PASSED
    if pending:
        return Verdict.WAITS
    if all(outcome in POSITIVE for outcome in outcomes):
        return Verdict.PASSED
    asked_for_changes = Verdict.SENT_BACK if "request_changes" in outcomes else Verdict.DECLINED
    turned_down = Verdict.DECLINED if "decline" in outcomes else Verdict.SENT_BACK
    return asked_for_changes if either else turned_down


def refusing(batch: Batch) -> Batch:
    """The rows of a batch that asked for changes or turned it down."""
    return [row for row in batch if row.status == StepStatus.COMPLETE and row.outcome not in POSITIVE]
