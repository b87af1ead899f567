"""System check: what learners finish is told to one app above."""

from __future__ import annotations

from typing import Any

from django.core import checks

from learning.hooks import followers


def completions_followed(app_configs: object, **kwargs: Any) -> list[checks.CheckMessage]:
    """An error unless exactly one app acts on what learners finish."""
    if followers() == 1:
        return []
    hint = "Register a follower with learning.hooks.register_follower in AppConfig.ready."
    return [checks.Error("No app acts on what learners finish.", hint=hint, id="learning.E001")]


def register() -> None:
    """Called once, by the AppConfig."""
    checks.register(completions_followed)
