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
    """Every step of the state that was entered begins a new round, and the first opens.

    What was still ahead elsewhere from an earlier pass is removed. With `filed`, the step that asks for this form is
    complete at once.
    """
    Step.objects.filter(proposal=proposal, status=StepStatus.WAITING).exclude(state=proposal.state).delete()
    fit(proposal, afresh=True)
    if filed:
        complete_form(proposal=proposal, revision=filed, by=by)
    open_next(proposal)


def fit(proposal: Proposal, *, afresh: bool = False) -> None:
    """Fit the rows of the present state to the answers, which may ask for other steps than before.

    A step that is asked for and has no row that counts gets one; with `afresh` each gets a further round. A step that
    is not asked for any more is taken away, unless it was passed in this round.
    """
    rows = rows_of(proposal)
    have = {row.key: row for row in rounds.current(rows, proposal.state)}
    following = rounds.next_rounds(rows)
    wanted = wanted_steps(proposal)
    for row in have.values():
        if row.ad_hoc and afresh and row.status == StepStatus.COMPLETE:
            next_round(row, following[row.key]).save()
    for key, row in have.items():
        if key not in wanted and not row.ad_hoc and (afresh or row.outcome not in rounds.POSITIVE):
            _take_away(proposal, row, following[key])
    for key, (position, step) in wanted.items():
        passed = have.get(key)
        if passed is None or (afresh and passed.status == StepStatus.COMPLETE):
            _new_row(proposal, step, position, following.get(key, 1)).save()


def wanted_steps(proposal: Proposal) -> dict[str, tuple[int, PackStep]]:
    """What the answers so far ask for in the present state: by its id, each step with its place."""
    answers = routes.answers_so_far(proposal.revisions.all())
    found = routes.steps(proposal.policy.pack, proposal.state, answers, proposal.type)
    return {step.id: (position, step) for position, step in found}


def _take_away(proposal: Proposal, row: Step, round: int) -> None:
    """A row that never opened goes; one that says something stays, under a void round that counts in its place."""
    if row.status == StepStatus.WAITING and row.round == 1:
        row.delete()
    elif row.status == StepStatus.WAITING:
        row.status = StepStatus.VOID
        row.save(update_fields=["status"])
    elif row.status == StepStatus.COMPLETE:
        fresh = _new_row(proposal, proposal.policy.pack.step(row.key), row.position, round)
        fresh.status = StepStatus.VOID
        fresh.save()


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


def next_round(row: Step, round: int) -> Step:
    """A further round of this very step, still ahead."""
    kept = ("proposal_id", "state", "key", "kind", "title", "actor", "body", "group", "position", "clause")
    added = ("ad_hoc", "reason", "person_id")
    return Step(round=round, **{name: getattr(row, name) for name in (*kept, *added)})


def ask_again(*, proposal: Proposal, refused: list[Step], target: Step) -> None:
    """A new round of an earlier step, and of those that sent the proposal back to it, which come when it is done."""
    following = rounds.next_rounds(rows_of(proposal))
    senders = [next_round(row, following[row.key]) for row in refused]
    for row, sender in zip(refused, senders, strict=True):
        sender.asked_by = row.asked_by
        sender.save()
    asked = next_round(target, following[target.key])
    asked.asked_by = senders[0] if senders else None
    asked.save()


def complete_form(*, proposal: Proposal, revision: Revision, by: Person) -> None:
    """The form step of the present state, if it is not complete, ends with this revision."""
    rows = rounds.current(rows_of(proposal), proposal.state)
    form = next((row for row in rows if row.kind == "form" and row.status != StepStatus.COMPLETE), None)
    if form is None:
        return
    form.opened_at = form.opened_at or clock.now()
    finish(form, outcome="done", by=by)
    form.revision = revision
    form.save()


def finish(step: Step, *, outcome: str, by: Person | None, on_behalf_of: Person | None = None) -> None:
    """Write the end of a step into the row (in memory): what came out, when, by whom (None: the clock), for whom."""
    step.status, step.outcome = StepStatus.COMPLETE, outcome
    step.completed_at, step.completed_by, step.on_behalf_of = clock.now(), by, on_behalf_of


def open_next(proposal: Proposal) -> list[Step]:
    """Open the first step, or parallel steps, that are not complete; the step's kind starts what belongs to it."""
    stage = proposal.policy.pack.stage(proposal.state)
    batch = rounds.waiting_batch(rows_of(proposal), stage)
    opening = [row for row in batch if row.status == StepStatus.WAITING]
    return open_rows(proposal, opening)


def open_rows(proposal: Proposal, opening: list[Step]) -> list[Step]:
    """Open these steps on the latest revision."""
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

    A step that the new answers no longer ask for is left out instead.
    """
    stage = proposal.policy.pack.stage(proposal.state)
    refused = rounds.refusing(rounds.waiting_batch(rows_of(proposal), stage)) or [returned]
    fit(proposal)
    following, wanted = rounds.next_rounds(rows_of(proposal)), wanted_steps(proposal)
    for row in refused:
        if row.key in wanted or row.ad_hoc:
            fresh = next_round(row, following[row.key])
            if row.key in wanted:
                position, step = wanted[row.key]
                fresh = _new_row(proposal, step, position, following[row.key])
            fresh.asked_by = row.asked_by
            fresh.save()
    open_next(proposal)


def anew(*, proposal: Proposal, step: Step) -> Step:
    """A further round of this step, and of whatever of its state does not count any more; the step opens."""
    fit(proposal)
    following = next_round_of(proposal, step.key)
    position, rules = wanted_steps(proposal).get(step.key, (step.position, None))
    row = _new_row(proposal, rules or proposal.policy.pack.step(step.key), position, following)
    row.save()
    open_next(proposal)
    return Step.objects.get(pk=row.pk)


def next_round_of(proposal: Proposal, key: str) -> int:
    """The number of the next round of a step."""
    return rounds.next_rounds(rows_of(proposal))[key]


def void_all(*, proposal: Proposal, reason: str) -> None:
    """Nothing that is open counts any more, and what was ahead never comes."""
    Step.objects.filter(proposal=proposal, status=StepStatus.WAITING).delete()
    void(rows=rows_of(proposal), proposal=proposal, reason=reason)


def void(*, rows: list[Step], proposal: Proposal, reason: str) -> None:
    """Those of these rows that are open do not count any more; the step's kind stops what belongs to them."""
    for row in rows:
        if row.status == StepStatus.OPEN:
            row.proposal = proposal
            hooks.step_handler(row.kind).voided(row, reason)
            row.status = StepStatus.VOID
            row.save(update_fields=["status"])
