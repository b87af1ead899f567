"""What becomes of a proposal when a body rescinds a decision: its step is decided anew, while that can still be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from credentials.models import Award
from policies.reasons import Reason, refuse_if
from proposals import rounds
from proposals.actions import progress, reopening, transitions
from proposals.actions.locking import lock
from proposals.conditions import wrong_state
from proposals.models import Step, StepStatus
from proposals.states import ENDED, REVIEW, State

if TYPE_CHECKING:
    from accounts.models import Person
    from proposals.models import Proposal

VOID = "An earlier decision was rescinded."
_NOT_FROM = {
    State.ESTABLISHED: "The credential is established. Propose that it be retired instead.",
    State.CHANGES_REQUESTED: "It is with the proposers for changes. Once it is back, this can be taken up.",
}


def reasons(step: Step, proposal: Proposal) -> list[Reason]:
    """Why what followed from the step's decision cannot be undone any more; empty when it can."""
    untouched = reopening.reasons(step, proposal)
    if not untouched:
        return []
    passed = step.state in REVIEW and step.outcome in rounds.POSITIVE
    if not passed or not _counts(step, proposal):
        return untouched
    if proposal.state == State.ON_HOLD or proposal.state in ENDED:
        return [wrong_state(proposal, "withdraw")]
    if said := _NOT_FROM.get(State(proposal.state)):
        return [Reason(said, step.clause)]
    if proposal.state == State.PILOT:
        return _awarded(step, proposal)
    if proposal.state == State.FULL_APPROVAL and step.state != State.FULL_APPROVAL:
        return [Reason("The full proposal is being decided: that decision settles it.", step.clause)]
    return []


def _counts(step: Step, proposal: Proposal) -> bool:
    """Whether it is decided, and no later round of it has begun."""
    if step.status != StepStatus.COMPLETE:
        return False
    return not any(row.key == step.key and row.round > step.round for row in progress.rows_of(proposal))


def _awarded(step: Step, proposal: Proposal) -> list[Reason]:
    """Badges that people hold stand, and so does what they rest on."""
    number = Award.objects.filter(definition=proposal.definition).count()
    if not number:
        return []
    told = "1 badge has been awarded" if number == 1 else f"{number:,} badges have been awarded"
    said = (
        f"{told} under it, and what people hold stands. Withdraw the pilot, or turn down its full proposal."
    )
    return [Reason(said, step.clause)]


@transaction.atomic
def take_back(*, step: Step, by: Person, reason: str) -> Step:
    """Have a rescinded decision decided anew; that it was rescinded, the caller has counted.

    Effects: while nothing rests on it, those of `reopening.reopen`. Otherwise the proposal is sent back to the step:
    what is open elsewhere is void and comes again once the step is done, a pilot is suspended until it is approved
    anew; record, notices and mail. Refused with `reasons`.
    """
    proposal = lock(step.proposal_id)
    step = Step.objects.select_for_update(of=("self",)).get(pk=step.pk)
    step.proposal = proposal
    refuse_if(reasons(step, proposal))
    if not reopening.reasons(step, proposal):
        return reopening.reopen(step=step, by=by, reason=reason)
    opened = [row for row in progress.rows_of(proposal) if row.status == StepStatus.OPEN]
    progress.void(rows=opened, proposal=proposal, reason=VOID)
    senders = opened if proposal.state in REVIEW else []
    progress.ask_again(proposal=proposal, refused=senders, target=step)
    hand = transitions.Hand(by, note=reason)
    transitions.carry_out(proposal, "send_back", hand, said={"name": step.title}, to=step.state)
    progress.open_next(proposal)
    return Step.objects.filter(proposal=proposal, key=step.key).latest("round")
