"""System checks: every kind of step is handled by exactly one app (two are refused when they register)."""

from __future__ import annotations

from typing import Any, get_args

from django.core import checks

from policies.schema import StepKind
from proposals.hooks import handled_kinds


def every_kind_handled(app_configs: object, **kwargs: Any) -> list[checks.CheckMessage]:
    """An error for a kind of step that packs can use and nobody handles, and for a handler of an unknown kind."""
    known, handled = set(get_args(StepKind)), handled_kinds()
    missing = [
        checks.Error(
            f"No app handles steps of kind “{kind}”.",
            hint="Register a handler with proposals.hooks.register_step_handler in AppConfig.ready.",
            id="proposals.E001",
        )
        for kind in sorted(known - handled)
    ]
    odd = [
        checks.Error(f"A handler is registered for “{kind}”, which is no kind of step.", id="proposals.E002")
        for kind in sorted(handled - known)
    ]
    return [*missing, *odd]


def register() -> None:
    """Called once, by the AppConfig."""
    checks.register(every_kind_handled)
