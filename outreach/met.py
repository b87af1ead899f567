"""Whom the office met and is to meet."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from outreach.models import Group

if TYPE_CHECKING:
    from accounts.models import Institution


def groups_of(campus: Institution) -> list[dict[str, Any]]:
    """Whom the office met and is to meet; what the policy begins with, until the office writes down its own."""
    rows = list(Group.objects.filter(institution=campus))
    if rows:
        return [_shown(one.name, one.met, one.met_on, one.open, one.note) for one in rows]
    groups = campus.policy.pack.outreach.groups
    return [_shown(one.name, one.state == "met", None, one.open, "") for one in groups]


def _shown(name: str, met: bool, on: dt.date | None, open_: bool, note: str) -> dict[str, Any]:
    """A group, and the line in which it is listed."""
    told = [name, *([f"{on:%-d %B %Y}"] if on else []), *(["open to everyone"] if met and open_ else [])]
    line = ", ".join(told) + (f": {note}" if note else "")
    return {"name": name, "met": met, "on": on, "open": open_, "note": note, "line": line}
