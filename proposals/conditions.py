"""Why a move cannot be made now. One list of reasons greys the button, answers the API and refuses the act."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from policies.reasons import Reason
from proposals import credit, drafts, hooks, offering, pilots, reading, rounds, waiting
from proposals.machine import sources
from proposals.models.step import StepStatus
from proposals.permissions import BY_NOBODY, DECIDING, OWN, PROPOSER, Standpoint, actor_for
from proposals.states import ENDED, State

if TYPE_CHECKING:
    from proposals.models import Proposal, Step

STALE = Reason("Somebody changed this proposal after you opened it. Look at it again, then decide.")
_NOT_NOW = {
    "submit": "Only what is being written can be submitted.",
    "open_proposal": "The proposal form is opened from an intent.",
    "advance": "It cannot move on from where it is.",
    "resubmit": "Only what was sent back for changes can be submitted again.",
    "file_full_proposal": "A full proposal is filed during the pilot.",
    "hold": "Only a proposal that is under way, or in its pilot, can be put on hold.",
    "resume": "It is not on hold.",
    "decline": "The office can decline an intent; later the bodies that review it decide.",
    "withdraw": "Only a proposal that is under way, or in its pilot, can be withdrawn.",
    "extend_pilot": "Only a pilot that is running can be extended.",
    "retire": "Only an established credential can be retired.",
    "add_step": "A step is added while something is being decided.",
}
_ITSELF = {
    "request_changes": "It is sent back by a vote or a sign-off, never by hand.",
    "send_back": "A sign-off sends it back to an earlier step, never by hand.",
    "hand_back": "It goes back by itself, once the earlier step is complete again.",
    "undo": "A step is taken back by who completed it, on its own page.",
    "lapse": "A pilot lapses by itself when its last day is over.",
    "reconsider": "The body that decided takes its decision up again, on the page of its ballot.",
}
_ENDED = {
    State.DECLINED: "This proposal was declined.",
    State.WITHDRAWN: "This proposal was withdrawn.",
    State.LAPSED: "The pilot of this proposal has lapsed.",
    State.RETIRED: "This credential is retired.",
}


def reasons(standpoint: Standpoint, move: str) -> list[Reason]:
    """Everything that stops this person from making this move now; empty when it can be made."""
    proposal = standpoint.proposal
    if move in BY_NOBODY:
        return [Reason(_ITSELF[move])]
    if proposal.state not in sources(move) or (move == "decline" and proposal.state != State.INTENT):
        return [wrong_state(proposal, move)]
    if not actor_for(proposal, move):
        return hooks.holds(proposal) or [_by_itself(proposal)]
    if move in DECIDING and standpoint.proposes:
        return [OWN]
    check = _CHECKS.get(move)
    return check(proposal) if check else []


def wrong_state(proposal: Proposal, move: str) -> Reason:
    """Why an act does not fit the state in which the proposal is."""
    if proposal.state in ENDED:
        return Reason(_ENDED[State(proposal.state)])
    if proposal.state == State.ON_HOLD and move != "resume":
        return Reason("It is on hold: it has to be resumed first.")
    return Reason(_NOT_NOW[move])


def _by_itself(proposal: Proposal) -> Reason:
    """What has to happen, where no officer moves a proposal on by hand."""
    pack = proposal.policy.pack
    stage = pack.stage(proposal.state)
    waiting = rounds.waiting_batch(proposal.steps.all(), stage)
    titles = " and ".join(f"“{row.title}”" for row in waiting)
    said = f"It moves on by itself when {titles} is complete." if waiting else "It moves on by itself."
    return Reason(said, next((row.clause for row in waiting if row.clause), stage.clause))


def incomplete(proposal: Proposal) -> list[Reason]:
    """The steps that must be complete before the present state can be left."""
    stage = proposal.policy.pack.stage(proposal.state)
    rows = rounds.current(proposal.steps.all(), stage.state)
    open_rows = [row for row in rows if row.status != StepStatus.COMPLETE]
    if rounds.verdict(rows, stage) is rounds.Verdict.PASSED:
        return hooks.holds(proposal)
    return [Reason(f"“{row.title}” is not complete yet.", row.clause or stage.clause) for row in open_rows]


def not_writable(proposal: Proposal) -> list[Reason]:
    """Why nobody can change the documents now; empty while the proposers can."""
    if proposal.state == State.CHANGES_REQUESTED:
        return []
    if proposal.state == State.PILOT:
        return pilots.over(proposal)
    rows = rounds.current(proposal.steps.all(), proposal.state)
    form = next((row for row in rows if row.kind == "form"), None)
    if proposal.state in (State.INTENT, State.PROPOSAL) and form and form.status != StepStatus.COMPLETE:
        return []
    if proposal.state == State.ON_HOLD:
        return [Reason("It is on hold and cannot be changed meanwhile.")]
    if proposal.state in ENDED:
        return [Reason(_ENDED[State(proposal.state)])]
    return [Reason("It has been submitted and cannot be changed unless it is sent back to you.")]


def _submit(proposal: Proposal) -> list[Reason]:
    stage = proposal.policy.pack.stage(proposal.state)
    rows = rounds.current(proposal.steps.all(), proposal.state)
    form = next((row for row in rows if row.kind == "form"), None)
    if form is None or form.status == StepStatus.COMPLETE:
        left = [f"“{row.title}”" for row in rows if row.status == StepStatus.OPEN]
        waits = f" It waits for {' and '.join(left)}." if left else ""
        return [Reason(f"This has been submitted.{waits}", stage.clause)]
    if form.status == StepStatus.WAITING:
        before = [row for row in rows if row.status == StepStatus.OPEN]
        return [Reason(f"“{row.title}” comes first.", row.clause or stage.clause) for row in before]
    document = reading.current(proposal)
    lacking = [*reading.lacking(proposal, document), *credit.unmoved(proposal, document)]
    return drafts.left_behind(proposal) or lacking


def _resubmit(proposal: Proposal) -> list[Reason]:
    document = reading.current(proposal)
    return [*reading.lacking(proposal, document), *credit.unmoved(proposal, document)]


def _file_full_proposal(proposal: Proposal) -> list[Reason]:
    return [
        *(pilots.over(proposal) or pilots.too_late(proposal)),
        *offering.noticed(proposal),
        *credit.moving(proposal),
        *incomplete(proposal),
        *reading.lacking(proposal, reading.current(proposal)),
    ]


def _retire(proposal: Proposal) -> list[Reason]:
    """Another proposal about the same credential may have retired it."""
    retired = proposal.definition is not None and proposal.definition.standing == "retired"
    return [Reason(_ENDED[State.RETIRED])] if retired else []


_CHECKS: dict[str, Callable[[Proposal], list[Reason]]] = {
    "submit": _submit,
    "open_proposal": incomplete,
    "advance": incomplete,
    "resubmit": _resubmit,
    "file_full_proposal": _file_full_proposal,
    "extend_pilot": pilots.not_extendable,
    "retire": _retire,
}


def stale(proposal: Proposal, version: int | None) -> list[Reason]:
    """A page drawn from an older version decides nothing; without a page there is nothing to compare."""
    return [STALE] if version is not None and version != proposal.version else []


def unsaid(proposal: Proposal, move: str, note: str) -> list[Reason]:
    """A note that this move needs and that is missing."""
    if note.strip():
        return []
    if move == "decline":
        return [Reason("Say why it is declined, so that the proposers know.", field="note")]
    if move == "resubmit" and _unchanged(proposal):
        said = (
            "Nothing has changed since it was sent back. Change it, or say in a note why it stays as it is."
        )
        return [Reason(said, field="note")]
    return []


def _unchanged(proposal: Proposal) -> bool:
    document = reading.current(proposal)
    last = document.revisions.order_by("-number").first()
    return last is not None and last.hash == reading.content_hash(reading.content(proposal, document))


def not_completable(step: Step, proposal: Proposal, standpoint: Standpoint) -> list[Reason]:
    """Why this step cannot be completed now by this person; empty when it can."""
    if step.kind == "form":
        return [Reason("A form is completed by submitting it.", step.clause)]
    if proposal.state == State.ON_HOLD:
        return [Reason("The proposal is on hold: nothing is decided until it is resumed.")]
    if step.status != StepStatus.OPEN or step.state != proposal.state:
        return [Reason("This step is not open: it was completed, or does not count any more.", step.clause)]
    if standpoint.proposes and step.actor != PROPOSER:
        return [Reason("You are one of its proposers: somebody else has to complete this step.", step.clause)]
    return waiting.too_late(step, proposal) or hooks.step_handler(step.kind).blocked(step)


def unfit_outcome(step: Step, proposal: Proposal, outcome: str, note: str) -> list[Reason]:
    """What is wrong with an outcome: one that the policy does not know here, or a refusal without a word why."""
    pack = proposal.policy.pack
    allowed = pack.outcomes(step.rules_in(pack))
    if proposal.state == State.PILOT:
        allowed = [one for one in allowed if one in rounds.POSITIVE]
    if outcome not in allowed:
        names = ", ".join(one.replace("_", " ") for one in allowed)
        return [Reason(f"Choose one of: {names}.", step.clause, "outcome")]
    if step.kind != "ballot" and outcome not in rounds.POSITIVE and not note.strip():
        return [Reason("Say what should change, or why not, so that the proposers know.", field="note")]
    return []
