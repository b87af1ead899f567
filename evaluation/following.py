"""What follows when learners finish something, or when what was recorded of them changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from learning.hooks import News
    from learning.models import Completion


def recorded(news: Sequence[News]) -> None:
    """Surveys follow."""


def changed(completion: Completion) -> None:
    """Surveys follow."""
