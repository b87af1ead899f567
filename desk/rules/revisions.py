"""Revisions of a campus's policy: what differs between two, and which proposals a further one would concern."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policies.comparing import compare
from proposals.drafts import draft_misfits
from proposals.following import CLOSED
from proposals.models import Proposal

if TYPE_CHECKING:
    from accounts.models import Institution
    from policies.schema import Pack

MOST_NAMED = 100
WHAT = {"added": "New", "removed": "Gone", "changed": "Changed"}


def differences(old: Pack, new: Pack) -> list[dict[str, Any]]:
    """What changed, part by part, for the template."""
    return [
        {
            "title": part.title,
            "changes": [
                {"word": WHAT[change.what], "what": change.what, "place": change.place, "lines": change.lines}
                for change in part.changes
            ],
        }
        for part in compare(old, new)
    ]


def clause_counts(old: Pack, new: Pack) -> dict[str, int]:
    """How many clauses came, went and changed."""
    was, now = ({clause.id: clause for clause in pack.clauses} for pack in (old, new))
    return {
        "added": len(now.keys() - was.keys()),
        "removed": len(was.keys() - now.keys()),
        "changed": sum(was[key] != now[key] for key in was.keys() & now.keys()),
    }


def affected(institution: Institution, pack: Pack) -> dict[str, Any]:
    """Open proposals that would stay under theirs, and drafts that would follow or could not."""
    rows = Proposal.objects.filter(institution=institution).exclude(state__in=CLOSED)
    staying = (
        rows.filter(submitted_at__isnull=False).select_related("policy", "unit").order_by("state_since", "pk")
    )
    drafts = rows.filter(submitted_at__isnull=True)
    stuck = sum(bool(draft_misfits(draft, pack)) for draft in drafts)
    return {
        "staying": list(staying[:MOST_NAMED]),
        "more": max(staying.count() - MOST_NAMED, 0),
        "number": staying.count(),
        "following": drafts.count() - stuck,
        "stuck": stuck,
    }
