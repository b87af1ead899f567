"""Sending back to an earlier step: to which ones, and whether what lies between still stands afterwards.

Pure reading of the step rows; a step that sends the proposal back gets a further row, still ahead, which the earlier
step's new row names (`asked_by`), so that the proposal returns to where it was sent back from.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from policies.reasons import Reason, Refused
from proposals import returns, rounds, routes
from proposals.models.step import Step, StepStatus
from proposals.states import DECIDING, State

if TYPE_CHECKING:
    from proposals.models import Proposal

BACK = "request_changes"


def targets(step: Step, proposal: Proposal) -> list[Step]:
    """The steps to which this one can send the proposal back: done, before it, and about the same document."""
    route = _route(proposal)
    if step.state not in DECIDING or step.state not in route:
        return []
    rows = list(proposal.steps.all())
    full = step.state == State.FULL_APPROVAL
    states = [step.state] if full else route[: route.index(step.state) + 1]
    done = [row for state in states if state in DECIDING for row in rounds.current(rows, state)]
    return [row for row in done if _is_before(row, step) and row.kind != "form" and _is_done(row)]


def choices(step: Step) -> list[tuple[str, str]]:
    """The same as a form offers them: (id, title)."""
    if BACK not in step.proposal.policy.pack.outcomes(step.rules_in(step.proposal.policy.pack)):
        return []
    return [(str(row.pk), row.title) for row in targets(step, step.proposal)]


def chosen(step: Step, proposal: Proposal, outcome: str, key: uuid.UUID | None) -> Step | None:
    """The step that was chosen; None for the proposers. Refused when it cannot be sent back there."""
    if key is None:
        return None
    if outcome != BACK:
        raise Refused(Reason("Only what is sent back goes to an earlier step.", step.clause, "back_to"))
    found = next((row for row in targets(step, proposal) if row.pk == key), None)
    if found is None:
        said = "It can be sent back to the proposers, or to a step that is done and comes before this one."
        raise Refused(Reason(said, step.clause, "back_to"))
    return found


def target(proposal: Proposal, refusing: list[Step]) -> Step | None:
    """Where steps that were refused together send the proposal: the earliest that was chosen, if each chose one."""
    found = [row.sends_to for row in refusing if row.outcome == BACK and row.sends_to]
    if len(found) < len(refusing):
        return None
    route = _route(proposal)
    return min(found, key=lambda row: (route.index(row.state), row.position))


def asker(proposal: Proposal, rows: list[Step]) -> Step | None:
    """The step of another state that waits for what is complete here; None where it does not count any more.

    It does not when a step between, or after the one that was asked, has to be done again: it is not asked for so
    far, or what it said is about other answers.
    """
    asked = {row.asked_by_id for row in rounds.current(rows, proposal.state)} - {None}
    found = next((row for row in rows if row.pk in asked and row.status == StepStatus.WAITING), None)
    if found is None or found.state == proposal.state or not _stand(proposal, rows, found):
        return None
    return found


def _stand(proposal: Proposal, rows: list[Step], asking: Step) -> bool:
    route = _route(proposal)
    between = route[route.index(proposal.state) + 1 : route.index(asking.state) + 1]
    return all(_stands(proposal, rows, state, asking) for state in between)


def _stands(proposal: Proposal, rows: list[Step], state: str, asking: Step) -> bool:
    """Whether each step of the state, up to the one that asks, is there and about the answers as they are now."""
    revisions = list(proposal.revisions.all())
    latest = max(revisions, key=lambda revision: revision.number)
    have = {row.key: row for row in rounds.current(rows, state)}
    before = [row for row in have.values() if row.state != asking.state or row.position < asking.position]
    answers = routes.answers_so_far(revisions)
    wanted = routes.steps(proposal.policy.pack, state, answers, proposal.type)
    known = all(step.id in have for place, step in wanted if state != asking.state or place < asking.position)
    return known and all(_is_done(row) and not returns.touched(proposal, row, latest) for row in before)


def _route(proposal: Proposal) -> list[str]:
    return [str(stage.state) for stage in routes.stages(proposal.policy.pack, proposal.kind)]


def _is_done(row: Step) -> bool:
    return row.status == StepStatus.COMPLETE and row.outcome in rounds.POSITIVE


def _is_before(row: Step, step: Step) -> bool:
    """Whether it comes before; what runs beside it does not."""
    if row.state != step.state:
        return True
    return row.position < step.position and not (row.group and row.group == step.group)
