"""What follows when learners finish something, or when what was recorded of them changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.actions import planning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from learning.hooks import News
    from learning.models import Completion


def recorded(news: Sequence[News]) -> None:
    """They are asked how it was, now and later."""
    planning.recorded(news)


def changed(completion: Completion) -> None:
    """They are asked when they are to be, and no more."""
    planning.changed(completion)
