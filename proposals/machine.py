"""The state machine: one fsm method a kind of move, the target computed from the pack's route.

The states and the kinds of move are code, the route through them is the adopted policy's. These methods change the
state in memory and what must go with it; who may call them, when, and what else happens is the business of
`proposals.actions.transitions`, the one door. `table()` lists every move that exists, for the diagram, the buttons
and the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django_fsm import RETURN_VALUE, FSMField, transition

from proposals import routes
from proposals.states import AHEAD, BEFORE_PILOT, DECIDING, HOLDABLE, REVIEW, WRITING, State

if TYPE_CHECKING:
    from accounts.models import AdoptedPolicy
    from proposals.models import Revision, Step

    class Mixed(models.Model):
        """What the mixin finds on the model it is mixed into."""

        class Meta:
            abstract = True

        state: str
        kind: str
        type: str
        held_from: str
        returned_from: Step | None
        policy: AdoptedPolicy
        revisions: models.QuerySet[Revision]

else:
    Mixed = object

TRANSITIONS = (
    "submit",
    "open_proposal",
    "advance",
    "request_changes",
    "send_back",
    "hand_back",
    "undo",
    "resubmit",
    "file_full_proposal",
    "hold",
    "resume",
    "decline",
    "withdraw",
    "extend_pilot",
    "retire",
    "lapse",
    "reconsider",
)


class StateField(FSMField):
    """A protected state; migrations see a plain CharField, so that they never depend on the library."""

    def deconstruct(self) -> Any:
        """As Django's own field."""
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("protected", None)
        return name, "django.db.models.CharField", args, kwargs


def onward(*sources: State, may_stay: bool = False) -> Callable[[Callable[..., Any]], Any]:
    """A move along the route: the method returns the target, which must be one that can follow its source."""

    def declare(method: Callable[..., Any]) -> Any:
        for source in sources:
            targets = (*((source,) if may_stay else ()), *AHEAD[source])
            method = transition(field="state", source=source, target=RETURN_VALUE(*targets))(method)
        return method

    return declare


def move(sources: Iterable[State], *targets: State) -> Callable[[Callable[..., Any]], Any]:
    """A move to one state, or to the one of several that the method returns."""
    target = targets[0] if len(targets) == 1 else RETURN_VALUE(*targets)
    return transition(field="state", source=list(sources), target=target)


class Moves(Mixed):
    """The kinds of move of a proposal."""

    def next_state(self) -> str:
        """The next state of the pack's route in which something is asked of this proposal."""
        answers = routes.answers_so_far(self.revisions.all())
        return routes.next_state(self.policy.pack, self.kind, self.state, answers, self.type)

    @onward(*WRITING, may_stay=True)
    def submit(self, *, complete: bool) -> str:
        """A document is submitted; `complete` when nothing else is asked before the state can be left."""
        return self.next_state() if complete else self.state

    @move([State.INTENT], State.PROPOSAL)
    def open_proposal(self) -> None:
        """The officer opens the proposal form."""

    @onward(*DECIDING)
    def advance(self) -> str:
        """All steps of the state are complete."""
        return self.next_state()

    @move(DECIDING, State.CHANGES_REQUESTED)
    def request_changes(self, *, step: Step) -> None:
        """A step sends the document back, and the proposal remembers which."""
        self.returned_from = step

    @move([State.PILOT], *BEFORE_PILOT)
    @move(DECIDING, *DECIDING)
    def send_back(self, *, to: str) -> str:
        """A step, or a body that rescinds what it decided, sends the proposal back to an earlier one, asked again."""
        return to

    @move(DECIDING, *DECIDING)
    def hand_back(self, *, to: str) -> str:
        """The earlier step is complete again: back to the step that sent the proposal there."""
        return to

    @move([*DECIDING, State.CHANGES_REQUESTED, State.DECLINED], *DECIDING)
    def undo(self, *, to: str) -> str:
        """Who completed a step by mistake takes that back, and what followed from it."""
        self.returned_from = None
        return to

    @move([*REVIEW, State.CHANGES_REQUESTED, State.DECLINED], *REVIEW)
    def reconsider(self, *, to: str) -> str:
        """A body takes its decision back before anything has come of it."""
        self.returned_from = None
        return to

    @move([State.CHANGES_REQUESTED], *DECIDING)
    def resubmit(self, *, to: str) -> str:
        """The changed document goes back to who sent it back, or to the start of its review."""
        self.returned_from = None
        return to

    @move([State.PILOT], State.FULL_APPROVAL)
    def file_full_proposal(self) -> None:
        """The second document is filed; badges go on being issued under the pilot."""

    @move(HOLDABLE, State.ON_HOLD)
    def hold(self) -> None:
        """Put aside for a while; it remembers where it was."""
        self.held_from = self.state

    @move([State.ON_HOLD], *HOLDABLE)
    def resume(self) -> str:
        """Back to where it was."""
        was, self.held_from = self.held_from, ""
        return was

    @move(DECIDING, State.DECLINED)
    def decline(self) -> None:
        """Turned down by a step's outcome, or an intent by the office."""

    @move(HOLDABLE, State.WITHDRAWN)
    def withdraw(self) -> None:
        """Taken back by a proposer."""

    @move([State.PILOT], State.PILOT)
    def extend_pilot(self) -> None:
        """The pilot runs on for as long as the policy allows."""

    @move([State.ESTABLISHED], State.RETIRED)
    def retire(self) -> None:
        """The credential is no longer offered."""

    @move([State.PILOT], State.LAPSED)
    def lapse(self) -> None:
        """The pilot's last day passed and no full proposal was filed; the clock's move."""


@dataclass(frozen=True)
class Edge:
    """One kind of move from one state, and where it may lead (one of several when the route decides)."""

    move: str
    source: str
    targets: tuple[str, ...]


def table() -> list[Edge]:
    """Every edge of the machine, in the order of TRANSITIONS and of the states."""
    return [edge for name in TRANSITIONS for edge in _edges(name)]


def _edges(name: str) -> list[Edge]:
    declared = getattr(Moves, name)._django_fsm.transitions
    edges = []
    for state in State:
        if state in declared:
            target = declared[state].target
            allowed = tuple(str(one) for one in getattr(target, "allowed_states", [target]))
            edges.append(Edge(name, str(state), allowed))
    return edges


def sources(name: str) -> list[str]:
    """The states from which this kind of move exists."""
    return [edge.source for edge in _edges(name)]
