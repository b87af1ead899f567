"""What the apps above do when two records of one learner become one: each moves its own rows, in the same transaction.

An app registers in `AppConfig.ready`; a test walks every foreign key to a person and demands that it is moved, stays
as history, or keeps the two from being merged.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from accounts.models import Person


class Moved(NamedTuple):
    """A row that came to the other person, or was put aside for one that they had: for the record of its campus."""

    institution_id: uuid.UUID
    what: str  # "award", "award superseded", "completion" …
    key: uuid.UUID


# Called with `kept` and `gone`, both locked.
Mover = Callable[["Person", "Person"], Iterable[Moved]]

# Called with the same two once all have moved.
Closer = Callable[["Person", "Person"], None]

_movers: list[Mover] = []
_closers: list[Closer] = []


def register_mover(mover: Mover) -> None:
    """Called once by each app that keeps rows of learners; upper apps come first, and lock theirs first, as elsewhere."""
    _movers.append(mover)


def movers() -> list[Mover]:
    """The registered movers."""
    return list(_movers)


def register_closer(closer: Closer) -> None:
    """Called once by an app that has to follow what those below it did."""
    _closers.append(closer)


def closers() -> list[Closer]:
    """The registered closers."""
    return list(_closers)
