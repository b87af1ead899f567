"""The state machine: one fsm method a kind of move, the target computed from the pack's route.

The states and the kinds of move are code, the route through them is the adopted policy's. These methods only change
the state in memory; who may call them, when, and what else happens is `proposals.actions.transitions`, the one door.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from django.db import models
from django_fsm import GET_STATE, RETURN_VALUE, FSMField, transition

from proposals.states import REVIEW, UNDER_WAY, State

if TYPE_CHECKING:
    from accounts.models import AdoptedPolicy

    class Model(models.Model):
        """What the mixin finds on the model it is mixed into."""

        class Meta:
            abstract = True

        state: str
        held_from: str
        policy: AdoptedPolicy

else:
    Model = object

# The main line. A route uses some of these states, always in this order.
LINE = (
    State.INTENT,
    State.PROPOSAL,
    State.COMMITTEE_REVIEW,
    State.UNIT_APPROVAL,
    State.PILOT,
    State.FULL_APPROVAL,
    State.ESTABLISHED,
)
WRITING = (State.INTENT, State.PROPOSAL)
DECIDING = (*WRITING, *REVIEW)
HOLDABLE = (*UNDER_WAY, State.PILOT)


class StateField(FSMField):
    """A protected state; migrations see a plain CharField, so that they never depend on the library."""

    def deconstruct(self) -> Any:
        """As Django's own field."""
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("protected", None)
        return name, "django.db.models.CharField", args, kwargs


def ahead(state: State) -> tuple[State, ...]:
    """The states of the main line that a move along it may lead to (full approval after a pilot is filed for)."""
    later = LINE[LINE.index(state) + 1 :]
    return later if state != State.PILOT else (State.ESTABLISHED,)


def _to(method: Callable[..., Any], edges: Iterable[tuple[State, tuple[State, ...]]], target: Any) -> Any:
    """Declare one move with a list of allowed targets for each state it may start from."""
    for source, targets in edges:
        method = transition(field="state", source=source, target=target(targets))(method)
    return method


def onward(*sources: State, may_stay: bool = False) -> Callable[[Callable[..., Any]], Any]:
    """A move along the route: its target is the next state of the pack's route, as the method returns it."""
    edges = [(source, ((source,) if may_stay else ()) + ahead(source)) for source in sources]
    return lambda method: _to(method, edges, lambda targets: RETURN_VALUE(*targets))


def held_from(proposal: Any) -> str:
    """Where a held proposal was."""
    return str(proposal.held_from)


class Moves(Model):
    """The kinds of move of a proposal."""

    def next_state(self) -> str:
        """The state that follows on the pack's route."""
        stage = self.policy.pack.stage_after(self.state)
        return stage.state if stage else self.state

    @onward(State.INTENT, State.PROPOSAL, may_stay=True)
    def submit(self, *, complete: bool) -> str:
        """A document is submitted; the state is left when nothing else is asked in it."""
        return self.next_state() if complete else self.state

    @transition(field="state", source=State.INTENT, target=State.PROPOSAL)
    def open_proposal(self) -> None:
        """The officer opens the proposal form."""

    @onward(*DECIDING, State.PILOT)
    def advance(self) -> str:
        """All steps of the state are complete."""
        return self.next_state()

    @transition(field="state", source=list(DECIDING), target=State.CHANGES_REQUESTED)
    def request_changes(self) -> None:
        """A step sends the document back."""

    @transition(field="state", source=State.CHANGES_REQUESTED, target=RETURN_VALUE(*DECIDING))
    def resubmit(self, *, to: str) -> str:
        """The changed document goes back to who sent it back, or to the start of its review."""
        return to

    @transition(field="state", source=State.PILOT, target=State.FULL_APPROVAL)
    def file_full_proposal(self) -> None:
        """The second document is filed; the pilot goes on meanwhile."""

    @transition(field="state", source=list(HOLDABLE), target=State.ON_HOLD)
    def hold(self) -> None:
        """Put aside for a while."""

    @transition(field="state", source=State.ON_HOLD, target=GET_STATE(held_from, list(HOLDABLE)))
    def resume(self) -> None:
        """Back to where it was."""

    @transition(field="state", source=list(DECIDING), target=State.DECLINED)
    def decline(self) -> None:
        """Turned down by a step's outcome, or an intent by the office."""

    @transition(field="state", source=list(HOLDABLE), target=State.WITHDRAWN)
    def withdraw(self) -> None:
        """Taken back by a proposer."""

    @transition(field="state", source=State.PILOT, target=State.PILOT)
    def extend_pilot(self) -> None:
        """The pilot runs on for as long as the policy allows."""

    @transition(field="state", source=State.ESTABLISHED, target=State.RETIRED)
    def retire(self) -> None:
        """The credential is no longer offered."""

    @transition(field="state", source=State.PILOT, target=State.LAPSED)
    def lapse(self) -> None:
        """The pilot's last day passed without a full proposal; the clock's move."""
