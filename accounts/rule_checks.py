"""System checks: every policy file can be used, and says what was adopted from it or has a new revision number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error, Warning
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from accounts.models import AdoptedPolicy
from policies.loader import library, packs, same_rules


def policy_files(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """accounts.W001: a policy file or folder that cannot be used. The others can, and so can what was adopted from it."""
    hint = "`manage.py check_policy FILE` says everything that is wrong with a file."
    return [
        Warning(f"A policy cannot be used: {error}", hint=hint, id="accounts.W001")
        for error in library().broken
    ]


def adopted_rules(
    app_configs: object, databases: Iterable[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """accounts.E002, where a database may be looked at (`migrate`, `check --database default`) and has today's tables."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        if not _unmigrated(alias):
            found += _compare(alias)
    return found


def _unmigrated(alias: str) -> bool:
    """Whether this app's tables are still those of an earlier release: `migrate` looks before it changes them."""
    plan = MigrationExecutor(connections[alias])
    return bool(plan.migration_plan(plan.loader.graph.leaf_nodes("accounts")))


def _compare(alias: str) -> list[CheckMessage]:
    files = packs()
    rows = AdoptedPolicy.objects.using(alias).select_related("institution")
    return [
        Error(
            f"The rules of {row.institution} differ from revision {row.revision} as it was adopted.",
            hint="Give the file a new revision number and adopt it, or put the file back as it was.",
            id="accounts.E002",
        )
        for row in rows
        if (pack := files.get(row.pack.policy.slug))
        and pack.policy.revision == row.revision
        and not same_rules(row.text, pack)
    ]
