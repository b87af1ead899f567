"""Lock what an act is about: the proposal's row first, since a new revision or a withdrawal locks it before it voids
the ballots and steps below it; then the row itself."""

from __future__ import annotations

from proposals.actions.locking import lock
from proposals.models import Step
from reviews.models import Ballot


def locked_step(step: Step) -> Step:
    """The step as it now is, under lock, with its proposal."""
    proposal = lock(step.proposal_id)
    found = Step.objects.select_for_update().get(pk=step.pk)
    found.proposal = proposal
    return found


def locked_ballot(ballot: Ballot) -> Ballot:
    """The ballot as it now is, under lock, with its proposal and step."""
    proposal = lock(ballot.proposal_id)
    rows = Ballot.objects.select_for_update(of=("self",)).select_related("step", "revision", "closed_by")
    found = rows.get(pk=ballot.pk)
    found.proposal = found.step.proposal = proposal
    return found
