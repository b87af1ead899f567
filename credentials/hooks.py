"""What credentials needs of apps above it: the next run of a credential, open conditions, who awards stacks.

The higher app registers in `AppConfig.ready`; a system check demands that exactly one did each.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from credentials.models import Award, Definition

NextStart = Callable[["Definition"], dt.date | None]

OpenConditions = Callable[["Definition"], list[str]]


class Stacks(Protocol):
    """Awards stacks and has them looked at again. Each is called in the transaction of what it is told of."""

    def earned(self, awards: Sequence[Award]) -> None:
        """These awards were made, or came to another holder: some may complete a stack."""

    def lost(self, award: Award) -> None:
        """This award was revoked, or went to another holder by a correction: stacks that rest on it are looked at again."""

    def opened(self, definition: Definition) -> None:
        """This stack can be awarded from now on, or its parts are linked anew: who fulfils it already is found."""


_next_starts: list[NextStart] = []
_open_conditions: list[OpenConditions] = []
_stacks: list[Stacks] = []


def register_next_start(handler: NextStart) -> None:
    """Called once, by the AppConfig of the app that keeps offerings; the handler reads and never writes."""
    if _next_starts:
        raise RuntimeError("There is a handler for the next start already.")
    _next_starts.append(handler)


def next_start(definition: Definition) -> dt.date | None:
    """The first day, from today on, on which one can begin; None when nothing is planned."""
    return _next_starts[0](definition)


def register_open_conditions(handler: OpenConditions) -> None:
    """Called once, by the AppConfig of the app that keeps approvals; the handler reads and never writes."""
    if _open_conditions:
        raise RuntimeError("There is a handler for open conditions already.")
    _open_conditions.append(handler)


def open_conditions(definition: Definition) -> list[str]:
    """What its approval still hangs on, in words; whether strangers read it is the policy's choice."""
    return _open_conditions[0](definition)


def register_stacks(handler: Stacks) -> None:
    """Called once, by the AppConfig of the app that makes awards."""
    if _stacks:
        raise RuntimeError("There is a handler for stacks already.")
    _stacks.append(handler)


def stacks() -> Stacks:
    """Who awards stacks."""
    return _stacks[0]


def handlers() -> tuple[int, int, int]:
    """How many are registered of each, for the system check."""
    return len(_next_starts), len(_open_conditions), len(_stacks)
