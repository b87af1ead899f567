"""A body takes a decision back while nothing has come of it: its step is decided anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from journal.actions import record
from policies.reasons import Reason, refuse_if
from proposals.actions import progress, transitions
from proposals.actions.locking import lock, touch
from proposals.machine import sources
from proposals.models import Step, StepStatus
from proposals.states import REVIEW, State

if TYPE_CHECKING:
    from accounts.models import Person
    from proposals.models import Proposal

VOID = "An earlier decision is reconsidered."
_TOO_FAR = {
    State.PILOT: "The pilot has begun, and badges may be issued under it.",
    State.ESTABLISHED: "The credential is established.",
    State.ON_HOLD: "The proposal is on hold. Resume it first.",
    State.WITHDRAWN: "The proposers have withdrawn it.",
    State.LAPSED: "The pilot has lapsed.",
    State.RETIRED: "The credential is retired.",
}


def reasons(step: Step, proposal: Proposal) -> list[Reason]:
    """Why what followed from the step's decision cannot be taken back; empty when it can."""
    rows = progress.rows_of(proposal)
    if step.status != StepStatus.COMPLETE or step.completed_at is None:
        return [Reason("This step is not decided.", step.clause)]
    if any(row.key == step.key and row.round > step.round for row in rows):
        return [Reason("This step has been decided anew since.", step.clause)]
    if step.state not in REVIEW:
        return [Reason("What follows from it is being written already.", step.clause)]
    if proposal.state != step.state and proposal.state not in sources("reconsider"):
        said = _TOO_FAR.get(State(proposal.state), "The proposal has gone on.")
        return [Reason(said, step.clause)]
    later = [
        row
        for row in rows
        if row.pk != step.pk and row.completed_at is not None and row.completed_at > step.completed_at
    ]
    if later:
        return [Reason(f"“{later[0].title}” has been decided since, on the strength of it.", step.clause)]
    last = proposal.revisions.order_by("-number").first()
    if last is None or last.pk != step.revision_id:
        return [Reason("The proposers have submitted a further revision since.", step.clause)]
    return []


@transaction.atomic
def reopen(*, step: Step, by: Person, reason: str) -> Step:
    """Begin a further round of a decided step; whose right that is, and until when, the caller has checked.

    Effects: what opened on the strength of the decision is void; the proposal is in the step's state again; a new row
    of the step opens, with what belongs to it; record, notices and mail. Refused with `reasons`.
    """
    proposal = lock(step.proposal_id)
    step = Step.objects.select_for_update(of=("self",)).get(pk=step.pk)
    step.proposal = proposal
    refuse_if(reasons(step, proposal))
    hand = transitions.Hand(by, note=reason)
    if proposal.state != step.state:
        progress.void_all(proposal=proposal, reason=VOID)
        proposal.returned_from = None
        transitions.carry_out(proposal, "reconsider", hand, to=step.state)
    else:
        _stay(step, proposal, by, reason)
    return progress.anew(proposal=proposal, step=step)


def _stay(step: Step, proposal: Proposal, by: Person, reason: str) -> None:
    """What came after it in the same state does not count any more; its parallel neighbours go on."""
    after = [
        row
        for row in progress.rows_of(proposal)
        if row.state == step.state and row.position > step.position and not _beside(row, step)
    ]
    progress.void(rows=after, proposal=proposal, reason=VOID)
    touch(proposal)
    record.write(
        subject_kind="proposal",
        subject_id=proposal.pk,
        institution=proposal.institution,
        act="reconsider",
        by=by,
        detail={"from": proposal.state, "to": proposal.state, "note": reason},
    )


def _beside(row: Step, step: Step) -> bool:
    return bool(step.group) and row.group == step.group
