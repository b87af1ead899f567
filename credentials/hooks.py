"""What credentials needs of an app above it: when the next run of a credential begins.

The higher app registers in `AppConfig.ready`; a system check demands that exactly one did.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from credentials.models import Definition

NextStart = Callable[["Definition"], dt.date | None]

_next_starts: list[NextStart] = []


def register_next_start(handler: NextStart) -> None:
    """Called once, by the AppConfig of the app that keeps offerings; the handler reads and never writes."""
    if _next_starts:
        raise RuntimeError("There is a handler for the next start already.")
    _next_starts.append(handler)


def next_start(definition: Definition) -> dt.date | None:
    """The first day, from today on, on which one can begin; None when nothing is planned."""
    return _next_starts[0](definition)


def handlers() -> int:
    """How many are registered, for the system check."""
    return len(_next_starts)
