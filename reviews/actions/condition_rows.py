"""The rows of conditions: set them, drop them, and write in the record what was done with them.

Called by other actions, in their transaction, with the proposal's row locked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from journal import clock
from journal.actions import record
from reviews import conditions as rules
from reviews.actions import telling_conditions
from reviews.models import Condition, ConditionState

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Person
    from proposals.models import Step
    from reviews.models import Ballot


def enter(
    *,
    step: Step,
    texts: Sequence[str],
    due_on: dt.date | None,
    by: Person,
    ballot: Ballot | None = None,
    on_behalf_of: Person | None = None,
) -> list[Condition]:
    """Set the conditions of an approval: of a ballot's, or of the sign-off that `step` is.

    Effects: rows, one entry in the record, mail and notices to the proposers. What is set already is not set twice.
    """
    earlier = list(Condition.objects.filter(step=step))
    known = {row.text.casefold() for row in earlier}
    fresh = [text for text in rules.once(texts) if text.casefold() not in known]
    if not fresh:
        return []
    made = Condition.objects.bulk_create(
        Condition(
            proposal=step.proposal,
            step=step,
            ballot=ballot,
            place=place,
            text=text,
            due_on=due_on,
            entered_by=by,
            entered_at=clock.now(),
        )
        for place, text in enumerate(fresh, start=len(earlier) + 1)
    )
    detail = {"conditions": [row.pk for row in made], "due_on": due_on, "note": "\n".join(fresh)}
    note(step, ballot, "conditions_set", by, on_behalf_of, **detail)
    telling_conditions.were_set(step, made)
    return made


def drop_earlier(*, step: Step, reason: str) -> None:
    """Who decides this step anew decides anew: what its earlier approvals hung on is not asked any more.

    Effects: the open conditions of every round of the step are void; record.
    """
    _drop(Condition.objects.filter(proposal=step.proposal_id, step__key=step.key), step, reason)


def drop_own(*, step: Step, reason: str) -> None:
    """An approval that was taken back hangs on nothing. Effects: its open conditions are void; record."""
    _drop(Condition.objects.filter(step=step), step, reason)


def fall(*, step: Step, reason: str) -> None:
    """What a body takes back hangs on nothing any more, whether or not it can convene to decide anew (ADR 16).

    Effects: the open conditions of the decision are void; record, mail and notices to the proposers. Those that were
    accepted or waived stay as they are.
    """
    if dropped := _drop(Condition.objects.filter(step=step), step, reason):
        telling_conditions.have_fallen(step, dropped)


def _drop(rows: QuerySet[Condition], step: Step, reason: str) -> list[Condition]:
    dropped = list(rows.filter(state__in=rules.PENDING).select_for_update())
    for row in dropped:
        row.state, row.settled_at, row.reason = ConditionState.VOID, clock.now(), reason
        row.save(update_fields=["state", "settled_at", "reason"])
    if dropped:
        note(step, None, "conditions_void", None, conditions=[row.pk for row in dropped], note=reason)
    return dropped


def note(
    step: Step,
    ballot: Ballot | None,
    act: str,
    by: Person | None,
    on_behalf_of: Person | None = None,
    **detail: object,
) -> None:
    """An entry in the proposal's chain, bound to the revision that the approval is about."""
    revision = ballot.revision if ballot else step.revision
    facts: dict[str, object] = {"body": step.body} if step.body else {"actor": step.actor}
    if ballot:
        facts["ballot"] = ballot.pk
    if revision:
        facts |= {"revision": revision.number, "hash": revision.hash}
    record.write(
        subject_kind="proposal",
        subject_id=step.proposal_id,
        institution=step.proposal.institution,
        act=act,
        by=by,
        on_behalf_of=on_behalf_of,
        detail={"step": step.pk, **facts, **detail},
    )
