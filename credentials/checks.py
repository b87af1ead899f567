"""System checks: what this app needs of one above it is there, and keys given by the environment can be used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks

from credentials.hooks import handlers
from credentials.openbadges.given_keys import given_keys, slug_of
from credentials.openbadges.keys import KeyFileError


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


def given_keys_are_sound(app_configs: object, **kwargs: Any) -> list[checks.CheckMessage]:
    """An error for each ISSUER_KEYS_… from which nobody could sign."""
    found: list[checks.CheckMessage] = []
    passphrase = settings.KEYS_PASSPHRASE.encode() or None
    for name, text in sorted(settings.ISSUER_KEYS.items()):
        try:
            slug = slug_of(name)
            given_keys(slug, text, passphrase, Path(settings.KEYS_DIR) / slug)
        except KeyFileError as error:
            hint = "The operator's guide says how to give keys by the environment."
            found.append(checks.Error(str(error), hint=hint, id="credentials.E004"))
    return found


def register() -> None:
    """Called once, by the AppConfig."""
    checks.register(next_start_handled)
    checks.register(given_keys_are_sound)
