"""Where to read on: what the campus's policy names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accounts.models import Institution


def resources_of(campus: Institution) -> list[dict[str, Any]]:
    """Titles with addresses."""
    return [{"title": link.title, "url": str(link.url)} for link in campus.policy.pack.outreach.resources]
