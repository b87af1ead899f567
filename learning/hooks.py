"""What learning tells the app above it: who finished what, in the transaction that records it.

The higher app registers in `AppConfig.ready`; a system check demands that exactly one did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from learning.models import Completion


@dataclass(frozen=True)
class News:
    """What was recorded of one learner just now: `finished` the whole programme, `shown` these competencies anew."""

    completion: Completion
    finished: bool
    shown: tuple[str, ...] = ()


class Follower(Protocol):
    """Acts on what learners finish. Each is called in the transaction of what it is told of."""

    def recorded(self, news: Sequence[News]) -> None:
        """This was recorded, of one learner or many, in one offering."""

    def changed(self, completion: Completion) -> None:
        """What was recorded of this learner was corrected or taken back: it says now what holds."""


_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """Called once, by the AppConfig of the app that evaluates."""
    if _followers:
        raise RuntimeError("There is a follower of completions already.")
    _followers.append(follower)


def follower() -> Follower:
    """Who acts on what learners finish."""
    return _followers[0]


def followers() -> int:
    """How many are registered, for the system check."""
    return len(_followers)
