"""The proposal's row, locked: the first thing every action does."""

from __future__ import annotations

import uuid

from accounts.locking import locked
from proposals.models import Proposal


def lock(key: uuid.UUID) -> Proposal:
    """The proposal under lock, with what every action reads. Another action on it waits until this one ends."""
    joined = ("institution", "unit", "policy", "definition", "returned_from")
    return locked(Proposal.objects.select_related(*joined), key)


def touch(proposal: Proposal, *fields: str) -> None:
    """Save these fields and raise the version, so that a page drawn before is noticed."""
    proposal.version += 1
    proposal.save(update_fields=["version", *fields])
