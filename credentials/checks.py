"""System checks: what this app needs of one above it is there."""

from __future__ import annotations

from typing import Any

from django.core import checks

from credentials.hooks import handlers


def next_start_handled(app_configs: object, **kwargs: Any) -> list[checks.CheckMessage]:
    """An error when no app says when a credential is offered next, what its approval hangs on, who awards stacks."""
    needed = (
        ("E001", "when a credential is offered next", "register_next_start"),
        ("E002", "what the approval of a credential still hangs on", "register_open_conditions"),
        ("E003", "who awards stacks and has them looked at again", "register_stacks"),
    )
    return [
        checks.Error(
            f"No app says {what}.",
            hint=f"Register a handler with credentials.hooks.{register} in AppConfig.ready.",
            id=f"credentials.{number}",
        )
        for (number, what, register), found in zip(needed, handlers(), strict=True)
        if found != 1
    ]


def register() -> None:
    """Called once, by the AppConfig."""
    checks.register(next_start_handled)
