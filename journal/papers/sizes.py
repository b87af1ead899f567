"""The size of a campus's papers, as the policy in force there has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import Institution

SIZES = {"letter": "us-letter", "a4": "a4"}  # as the typesetter calls them


def size_of(institution: Institution) -> str:
    """The name of the size of every paper of this campus: "us-letter" or "a4"."""
    return SIZES[institution.policy.pack.look.paper]
