"""Clause marks on the policy's own page, where the clause stands in full below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.clauses import Mark, mark

if TYPE_CHECKING:
    from accounts.models import AdoptedPolicy


def here(policy: AdoptedPolicy, clause_id: str) -> Mark | None:
    """A clause mark that leads to the clause on this very page."""
    found = mark(policy, clause_id)
    return {**found, "source": "In full below", "url": f"#{found['id']}"} if found else None
