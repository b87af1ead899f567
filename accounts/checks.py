"""System checks: accounts needs exactly one journal above it."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error

from accounts.hooks import journals


def one_journal(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """accounts.E001: nobody lends accounts a clock, a record and an outbox."""
    if journals() == 1:
        return []
    return [
        Error(
            "No journal is registered with accounts.",
            hint="Add journal to INSTALLED_APPS.",
            id="accounts.E001",
        )
    ]
