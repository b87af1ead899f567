"""Completing a step of the route; called by the app that holds ballots and sign-offs."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from journal.actions import record
from policies.reasons import refuse_if
from proposals import conditions, hooks, rounds, sending, waiting
from proposals.actions import progress, transitions
from proposals.actions.locking import lock, touch
from proposals.models import Step
from proposals.permissions import Standpoint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import Person
    from proposals.models import Proposal


@transaction.atomic
def complete(
    *,
    step: Step,
    outcome: str,
    by: Person,
    note: str = "",
    answers: Mapping[str, Any] | None = None,
    counts: Mapping[str, Any] | None = None,
    on_behalf_of: Person | None = None,
    back_to: uuid.UUID | None = None,
) -> Step:
    """End an open step with one of its outcomes; when it was the state's last one, the proposal moves.

    `answers` (checked by the caller) and `counts` (of a ballot) are kept with the step. Who may close a ballot is its
    own app's business; any other step is completed by whoever holds its role or office, or a designee where the
    policy lets one act. With the outcome request_changes `back_to` names the earlier step to which the proposal goes;
    without it, it goes to the proposers.
    Effects, all or none: the row, an entry in the record; the next step opens, or the move that the outcome asks for
    is made in the name of `by`. PermissionDenied when the step is not theirs. Refused: a step that is not open, a
    proposal on hold, a proposer, an outcome the step does not have, a refusal without a word why, an objection that
    comes too late, a step that it cannot be sent back to.
    """
    proposal, step = locked(step)
    standpoint = Standpoint(proposal, by)
    if step.kind not in ("ballot", "form"):
        right = standpoint.acts_in(step)
        if right is None and not standpoint.proposes:
            raise PermissionDenied("This step is somebody else's to complete.")
        on_behalf_of = on_behalf_of or (right.on_behalf_of if right else None)
    refuse_if(conditions.not_completable(step, proposal, standpoint))
    refuse_if(conditions.unfit_outcome(step, proposal, outcome, note))
    step.sends_to = sending.chosen(step, proposal, outcome, back_to)
    step.answers, step.counts = dict(answers or {}), dict(counts or {})
    return _end(step, proposal, outcome, transitions.Hand(by, on_behalf_of, note.strip()))


@transaction.atomic
def complete_by_silence(*, step: Step) -> bool:
    """End a step whose time to object is over, since nobody objected; says whether it did. Safe to repeat.

    Effects: those of `complete`, in nobody's name. Nothing happens while the time runs, on hold, while something keeps
    the step from closing (a concern without an answer), or when somebody completed the step first.
    """
    proposal, step = locked(step)
    if not waiting.silent(step, proposal) or hooks.step_handler(step.kind).blocked(step):
        return False
    outcome = step.rules_in(proposal.policy.pack).on_silence or ""
    _end(step, proposal, outcome, transitions.Hand(None, note=waiting.SILENCE))
    return True


def go_on(*, proposal: Proposal, by: Person) -> None:
    """Let a locked proposal go on, in the name of `by`, where nothing keeps it in its state any more.

    For the app that settled what held it up, in its transaction. Nothing happens while a step is not complete.
    """
    stage = proposal.policy.pack.stage(proposal.state)
    passed = rounds.verdict(progress.rows_of(proposal), stage) is rounds.Verdict.PASSED
    if passed and stage.steps:
        transitions.settle(proposal, transitions.Hand(by))


def locked(step: Step) -> tuple[Proposal, Step]:
    """The proposal and the step as they now are, both under lock."""
    proposal = lock(step.proposal_id)
    step = Step.objects.select_for_update(of=("self",)).select_related("revision").get(pk=step.pk)
    step.proposal = proposal
    return proposal, step


def _end(step: Step, proposal: Proposal, outcome: str, hand: transitions.Hand) -> Step:
    """Write the end of the step, and let what follows from it happen."""
    step.note = hand.note
    progress.finish(step, outcome=outcome, by=hand.by, on_behalf_of=hand.on_behalf_of)
    step.save()
    touch(proposal)
    _write(step, proposal)
    _void_neighbours(step, proposal)
    transitions.settle(proposal, hand)
    return step


def _write(step: Step, proposal: Proposal) -> None:
    detail = {
        "step": step.pk,
        "key": step.key,
        "round": step.round,
        "title": step.title,
        "outcome": step.outcome,
        "note": step.note,
        "recorded": {name: value for name, value in step.answers.items() if name != "statement"},
        "sent_back_to": step.sends_to.title if step.sends_to else "",
        "revision_hash": step.revision.hash if step.revision else None,
    }
    record.write(
        subject_kind="proposal",
        subject_id=proposal.pk,
        institution=proposal.institution,
        act="step",
        by=step.completed_by,
        on_behalf_of=step.on_behalf_of,
        detail={name: value for name, value in detail.items() if value not in ("", None, {})},
    )


def _void_neighbours(step: Step, proposal: Proposal) -> None:
    """Where one approval of several is enough, the others are not needed any more."""
    stage = proposal.policy.pack.stage(proposal.state)
    if not step.group or stage.join(step.group) != "any" or step.outcome not in rounds.POSITIVE:
        return
    rows = rounds.current(progress.rows_of(proposal), proposal.state)
    neighbours = [row for row in rows if row.group == step.group and row.pk != step.pk]
    progress.void(rows=neighbours, proposal=proposal, reason="Another approval was enough.")
