"""System check: a policy file says what was adopted from it, or has a new revision number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections

from accounts.models import AdoptedPolicy
from policies.loader import PackError, packs, same_rules


def adopted_rules(
    app_configs: object, databases: Iterable[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """accounts.E002 and E003, where a database may be looked at (`migrate`, `check --database default`)."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        if AdoptedPolicy._meta.db_table in connections[alias].introspection.table_names():
            found += _compare(alias)
    return found


def _compare(alias: str) -> list[CheckMessage]:
    try:
        files = packs()
    except PackError as error:
        return [Error(f"A policy file cannot be used: {error}", id="accounts.E003")]
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
