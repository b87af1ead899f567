"""What credentials needs of apps above it: when the next run of a credential begins, what its approval still hangs on.

The higher app registers in `AppConfig.ready`; a system check demands that exactly one did each.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from credentials.models import Definition

NextStart = Callable[["Definition"], dt.date | None]

OpenConditions = Callable[["Definition"], list[str]]

_next_starts: list[NextStart] = []
_open_conditions: list[OpenConditions] = []


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


def handlers() -> tuple[int, int]:
    """How many are registered of each, for the system check."""
    return len(_next_starts), len(_open_conditions)
