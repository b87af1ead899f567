"""The step rows of a proposal: made when a state is entered, opened one after the other, made again for a new round.

Called by the other actions in their transaction, with the proposal's row locked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal import clock
from proposals import hooks, rounds, routes
from proposals.models import Step, StepStatus

if TYPE_CHECKING:
    from accounts.models import Person
    from policies.schema import Step as PackStep
    from proposals.models import Proposal, Revision


def rows_of(proposal: Proposal) -> list[Step]:
    """All rows of the proposal, fresh from the database."""
    return list(Step.objects.filter(proposal=proposal).select_related("revision"))


def enter(*, proposal: Proposal, by: Person, filed: Revision | None = None) -> None:
    """Make the rows of the state that was entered, each in its next round, and open the first.

    What was still ahead in this state from an earlier pass is removed. With `filed`, the step that asks for this
    form is complete at once.
    """
    _drop_waiting(proposal)
    following = rounds.next_rounds(rows_of(proposal))
    answers = routes.answers_so_far(proposal.revisions.all())
    wanted = routes.steps(proposal.policy.pack, proposal.state, answers, proposal.type)
    Step.objects.bulk_create(
        _new_row(proposal, step, position, following.get(step.id, 1)) for position, step in wanted
    )
    if filed:
        complete_form(proposal=proposal, revision=filed, by=by)
    open_next(proposal)


def _new_row(proposal: Proposal, step: PackStep, position: int, round: int) -> Step:
    return Step(
        proposal=proposal,
        state=proposal.state,
        key=step.id,
        kind=step.kind,
        title=step.title,
        actor=step.by or "",
        body=step.body or "",
        group=step.group,
        position=position,
        round=round,
        clause=step.clause,
    )


def _drop_waiting(proposal: Proposal) -> None:
    """Rows that never opened hold nothing worth keeping."""
    Step.objects.filter(proposal=proposal, status=StepStatus.WAITING).delete()


def complete_form(*, proposal: Proposal, revision: Revision, by: Person) -> None:
    """The form step of the present state ends with this revision; what follows is fitted to the answers."""
    rows = rounds.current(rows_of(proposal), proposal.state)
    form = next((row for row in rows if row.kind == "form" and row.status != StepStatus.COMPLETE), None)
    if form is None:
        return
    form.opened_at = form.opened_at or clock.now()
    finish(form, outcome="done", by=by)
    form.revision = revision
    form.save()
    fit(proposal)


def finish(step: Step, *, outcome: str, by: Person, on_behalf_of: Person | None = None) -> None:
    """Write the end of a step into the row (in memory): what came out, when, by whom and for whom."""
    step.status, step.outcome = StepStatus.COMPLETE, outcome
    step.completed_at, step.completed_by, step.on_behalf_of = clock.now(), by, on_behalf_of


def fit(proposal: Proposal) -> None:
    """Fit the rows that are still ahead in this state to the answers, which may ask for other steps than before."""
    _drop_waiting(proposal)
    rows = rows_of(proposal)
    have = {row.key for row in rounds.current(rows, proposal.state)}
    following = rounds.next_rounds(rows)
    answers = routes.answers_so_far(proposal.revisions.all())
    wanted = routes.steps(proposal.policy.pack, proposal.state, answers, proposal.type)
    Step.objects.bulk_create(
        _new_row(proposal, step, position, following.get(step.id, 1))
        for position, step in wanted
        if step.id not in have
    )


def open_next(proposal: Proposal) -> list[Step]:
    """Open the first step, or parallel steps, that are not complete; the step's kind starts what belongs to it."""
    stage = proposal.policy.pack.stage(proposal.state)
    batch = rounds.waiting_batch(rows_of(proposal), stage)
    opening = [row for row in batch if row.status == StepStatus.WAITING]
    revision = proposal.revisions.order_by("-number").first()
    for row in opening:
        row.proposal = proposal
        row.status, row.opened_at = StepStatus.OPEN, clock.now()
        row.revision = None if row.kind == "form" else revision
        row.save(update_fields=["status", "opened_at", "revision"])
    for row in opening:
        hooks.step_handler(row.kind).opened(row)
    return opening


def again(*, proposal: Proposal, returned: Step) -> None:
    """A new round of the step that sent the document back, and of its parallel neighbours that did the same.

    A step that the new answers no longer ask for gets a void round instead, so that its refusal counts no more.
    """
    stage = proposal.policy.pack.stage(proposal.state)
    refused = rounds.refusing(rounds.waiting_batch(rows_of(proposal), stage)) or [returned]
    fit(proposal)
    following = rounds.next_rounds(rows_of(proposal))
    answers = routes.answers_so_far(proposal.revisions.all())
    wanted = {step.id for _, step in routes.steps(proposal.policy.pack, stage.state, answers, proposal.type)}
    for row in refused:
        step = proposal.policy.pack.step(row.key)
        fresh = _new_row(proposal, step, row.position, following[row.key])
        fresh.status = StepStatus.WAITING if row.key in wanted else StepStatus.VOID
        fresh.save()
    open_next(proposal)


def void_all(*, proposal: Proposal, reason: str) -> None:
    """Nothing that is open counts any more, and what was ahead never comes."""
    _drop_waiting(proposal)
    void(rows=rows_of(proposal), proposal=proposal, reason=reason)


def void(*, rows: list[Step], proposal: Proposal, reason: str) -> None:
    """Those of these rows that are open do not count any more; the step's kind stops what belongs to them."""
    for row in rows:
        if row.status == StepStatus.OPEN:
            row.proposal = proposal
            hooks.step_handler(row.kind).voided(row, reason)
            row.status = StepStatus.VOID
            row.save(update_fields=["status"])
