"""Whom the office met and is to meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from outreach.models import Group

if TYPE_CHECKING:
    from accounts.models import Institution


def groups_of(campus: Institution) -> list[dict[str, Any]]:
    """Whom the office met and is to meet; what the policy begins with, until the office writes down its own."""
    rows = list(Group.objects.filter(institution=campus))
    if rows:
        return [
            {"name": one.name, "met": one.met, "on": one.met_on, "open": one.open, "note": one.note}
            for one in rows
        ]
    return [
        {"name": one.name, "met": one.state == "met", "on": None, "open": one.open, "note": ""}
        for one in campus.policy.pack.outreach.groups
    ]
