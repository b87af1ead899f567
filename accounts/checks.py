"""System checks: accounts needs exactly one journal above it."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error

from accounts.hooks import journals
from accounts.uploads import handlers

KINDS = (
    "recipients",
    "completions",
    "enrolments",
)  # as `models.ListKind`, which cannot be imported this early


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


def one_handler_a_list(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """accounts.E003: a kind of list that nobody, or more than one, knows how to check and file."""
    found = handlers()
    return [
        Error(
            f"{found.get(kind, 0)} apps handle lists of the kind “{kind}”; there must be one.",
            id="accounts.E003",
        )
        for kind in KINDS
        if found.get(kind, 0) != 1
    ]
