"""Where a resubmission goes: back to the step that sent it back, or to the start of its review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies import engine
from proposals import reading, rounds, routes
from proposals.states import WRITING, State

if TYPE_CHECKING:
    from proposals.models import Proposal, Revision, Step


def restart_state(proposal: Proposal, returned: Step, revision: Revision) -> str:
    """The state where the review of the document starts again; "" when every earlier approval stands.

    An approval stands unless a material field changed between the revision that it saw and the new one.
    """
    states = _review_states(proposal, returned, revision)
    approved = [
        row
        for state in states
        for row in rounds.current(proposal.steps.all(), state)
        if row.outcome in rounds.APPROVALS and row.revision
    ]
    return states[0] if any(touched(proposal, row, revision) for row in approved) else ""


def touched(proposal: Proposal, row: Step, revision: Revision) -> bool:
    """Whether the new revision differs materially from what this step approved."""
    if row.revision is None or row.revision.document_id != revision.document_id:
        return False
    before, after = reading.with_files(row.revision), reading.with_files(revision)
    return engine.material_changed(proposal.policy.pack, revision.form["id"], before, after)


def _review_states(proposal: Proposal, returned: Step, revision: Revision) -> list[str]:
    """The states that review the sent-back document and ask something of it, up to the one that sent it back."""
    pack = proposal.policy.pack
    route = [str(stage.state) for stage in routes.stages(pack, proposal.kind)]
    if returned.state in WRITING:
        return [returned.state]
    full = returned.state == State.FULL_APPROVAL
    first = route.index(State.FULL_APPROVAL if full else State.PROPOSAL) + (0 if full else 1)
    answers = routes.answers_so_far(proposal.revisions.all())
    return [
        state
        for state in route[first : route.index(returned.state) + 1]
        if routes.steps(pack, state, answers, proposal.type)
    ] or [returned.state]
