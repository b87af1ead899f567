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

_movers: list[Mover] = []


def register_mover(mover: Mover) -> None:
    """Called once by each app that keeps rows of learners; lower apps come first."""
    _movers.append(mover)


def movers() -> list[Mover]:
    """The registered movers."""
    return list(_movers)
