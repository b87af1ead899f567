"""System checks: what this app needs of one above it is there."""

from __future__ import annotations

from typing import Any

from django.core import checks

from credentials.hooks import handlers


def next_start_handled(app_configs: object, **kwargs: Any) -> list[checks.CheckMessage]:
    """An error when no app says when a credential is offered next."""
    if handlers() == 1:
        return []
    return [
        checks.Error(
            "No app says when a credential is offered next.",
            hint="Register a handler with credentials.hooks.register_next_start in AppConfig.ready.",
            id="credentials.E001",
        )
    ]


def register() -> None:
    """Called once, by the AppConfig."""
    checks.register(next_start_handled)
