"""The roadmap as it stands: its latest version, else what the campus's policy begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from outreach.models import ROADMAP, Edition

if TYPE_CHECKING:
    from accounts.models import Institution

WORDS = {"planned": "Planned", "under_way": "Under way", "done": "Done"}


def versions(campus: Institution) -> list[Edition]:
    """All versions, the latest first."""
    rows = Edition.objects.filter(institution=campus, subject=ROADMAP).select_related("written_by")
    return list(rows.order_by("-number"))


def phases_of(campus: Institution, edition: Edition | None) -> list[dict[str, Any]]:
    """The phases of a version; without one, those of the policy."""
    if edition is not None:
        found: list[dict[str, Any]] = edition.data["phases"]
        return found
    return [
        {
            "title": phase.title,
            "time_frame": phase.time_frame,
            "settled": phase.settled,
            "activities": [{"says": one.says, "state": one.state} for one in phase.activities],
        }
        for phase in campus.policy.pack.outreach.phases
    ]


def current(campus: Institution) -> list[dict[str, Any]]:
    """The phases as they stand now."""
    rows = Edition.objects.filter(institution=campus, subject=ROADMAP)
    return phases_of(campus, rows.order_by("-number").first())
