"""Taking back a completed step: the wrong click of the person who made it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from journal.actions import record
from journal.models import Entry
from policies.reasons import refuse_if
from proposals import hooks, undoing
from proposals.actions import progress, telling
from proposals.actions.locking import touch
from proposals.actions.steps import locked
from proposals.models import StepStatus

if TYPE_CHECKING:
    from accounts.models import Person
    from proposals.models import Proposal, Step

WHY = "What led to it was taken back."


@transaction.atomic
def undo(*, step: Step, by: Person) -> Step:
    """Take back a step that one completed by mistake, within the minutes that the policy gives.

    Effects, all or none: the step is open again; what it brought about (a move, steps and votes that opened) is taken
    back; an entry of its own in the record, beside those of the step and the move, which stay; notices and mail to
    the proposers and to whom it waited for meanwhile.
    PermissionDenied unless `by` completed it. Refused: later than the policy lets, once anybody has acted on what
    followed (a vote, a further step, a hold, a change of the document), where the credential was approved with it, and
    for votes and forms.
    """
    proposal, step = locked(step)
    if step.status == StepStatus.COMPLETE and step.completed_by_id != by.pk:
        raise PermissionDenied("Only who completed a step takes that back.")
    refuse_if(undoing.reasons(step, proposal))
    was, before, behalf = step.outcome, proposal.state, step.on_behalf_of
    asked = _take_back(step, proposal)
    hooks.step_handler(step.kind).voided(step, WHY)
    _reopen(step)
    if proposal.state != step.state:
        proposal.undo(to=step.state)
        proposal.state_since = _since(proposal, step)
    touch(proposal, "state", "state_since", "returned_from")
    _write(step, proposal, was, before, by, behalf)
    telling.taken_back(proposal, step, asked)
    progress.fit(proposal)
    progress.open_next(proposal)
    return step


def _take_back(step: Step, proposal: Proposal) -> list[Person]:
    """Close what opened with the step. Returns whom that waited for."""
    asked: list[Person] = []
    rows = [row for row in progress.rows_of(proposal) if row.pk != step.pk]
    for row in rows:
        row.proposal = proposal
        if row.status == StepStatus.OPEN and row.opened_at and row.opened_at >= _moment(step):
            handler = hooks.step_handler(row.kind)
            asked += handler.asked(row)
            handler.voided(row, WHY)
            _close(row, step)
    for row in rows:
        if row.status == StepStatus.WAITING and _came_of(row, step):
            row.delete()
    return asked


def _moment(step: Step) -> dt.datetime:
    assert step.completed_at is not None  # noqa: S101 (a complete step has its time; the database says so too)
    return step.completed_at


def _close(row: Step, step: Step) -> None:
    """An open row as it was before: still ahead, never made, or, in the state that was entered, void."""
    if row.asked_by_id and step.sends_to_id:
        row.delete()
        return
    ahead = row.state == step.state or row.asks.exists()  # type: ignore[attr-defined]
    row.status = StepStatus.WAITING if ahead else StepStatus.VOID
    row.opened_at = row.revision = None
    row.save(update_fields=["status", "opened_at", "revision"])


def _came_of(row: Step, step: Step) -> bool:
    """Whether a row that is still ahead was made by the completion of the step."""
    if row.state == step.state:
        return row.key == step.key and row.round > step.round
    return not row.asks.exists()  # type: ignore[attr-defined]


def _reopen(step: Step) -> None:
    step.status, step.outcome, step.note = StepStatus.OPEN, "", ""
    step.answers, step.counts = {}, {}
    step.completed_at = step.completed_by = step.on_behalf_of = step.sends_to = None
    step.save()


def _since(proposal: Proposal, step: Step) -> dt.datetime:
    """When the proposal had come to the step's state."""
    moves = Entry.objects.about("proposal", proposal.pk).filter(detail__to=step.state)
    last = moves.exclude(detail__from=step.state).last()
    return last.at if last else proposal.created_at


def _write(
    step: Step, proposal: Proposal, was: str, before: str, by: Person, on_behalf_of: Person | None
) -> None:
    record.write(
        subject_kind="proposal",
        subject_id=proposal.pk,
        institution=proposal.institution,
        act="undo",
        by=by,
        on_behalf_of=on_behalf_of,
        detail={
            "step": step.pk,
            "key": step.key,
            "round": step.round,
            "name": step.title,
            "outcome": was,
            "from": before,
            "to": proposal.state,
        },
    )
