"""What pages, the API and the checklist read: what a person can do, what not and why, and where a proposal stands.

The reasons are those that refuse the act itself (`proposals.conditions`). Every function costs a fixed number of
queries, whatever the length of the proposal's history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from journal.models import Entry
from policies.engine import Finding
from policies.reasons import Reason
from proposals import conditions, reading, words
from proposals.journey import Stop, WhoHasIt, route, told, who_has_it
from proposals.machine import TRANSITIONS, sources
from proposals.permissions import Standpoint

if TYPE_CHECKING:
    from accounts.models import Person
    from proposals.models import Proposal

__all__ = [
    "Stop",
    "WhoHasIt",
    "available",
    "blocked",
    "checklist",
    "greyed",
    "record",
    "route",
    "told",
    "who_has_it",
]


def _judged(proposal: Proposal, person: Person) -> list[tuple[str, list[Reason]]]:
    """Each move that is this person's or nobody's, with what speaks against it now."""
    standpoint = Standpoint(proposal, person)
    return [(move, conditions.reasons(standpoint, move)) for move in TRANSITIONS if standpoint.may(move)]


def available(proposal: Proposal, person: Person) -> list[str]:
    """The moves that the person can make now."""
    return [move for move, reasons in _judged(proposal, person) if not reasons]


def blocked(proposal: Proposal, person: Person) -> list[tuple[str, list[Reason]]]:
    """The moves that would be refused now, each with all reasons; what is somebody else's to do is left out."""
    return [(move, reasons) for move, reasons in _judged(proposal, person) if reasons]


def greyed(proposal: Proposal, person: Person) -> list[tuple[str, list[Reason]]]:
    """Of the blocked moves those that belong to the present state: what a person would look for on its page."""
    return [(move, reasons) for move, reasons in blocked(proposal, person) if proposal.state in sources(move)]


def checklist(proposal: Proposal) -> list[Finding]:
    """The live checklist of the present document; a document without an unmet line can be submitted."""
    return reading.checklist(proposal)


def record(proposal: Proposal) -> list[dict[str, Any]]:
    """The proposal's record in words, newest first: at, text, by, on_behalf_of, note, state, proof (the entry's hash).

    `recorded` is what was written down with a step: [{term, value}].
    """
    pack = proposal.policy.pack
    rows = Entry.objects.about("proposal", proposal.pk).select_related("by", "on_behalf_of")
    return [
        {
            "at": row.at,
            "act": row.act,
            "text": words.what_happened(row.act, row.detail, pack),
            "by": str(row.by) if row.by else "",
            "on_behalf_of": str(row.on_behalf_of) if row.on_behalf_of else "",
            "note": str(row.detail.get("note", "")),
            "recorded": words.recorded(pack, row.detail.get("key", ""), row.detail.get("recorded", {})),
            "state": str(row.detail.get("to", "")),
            "proof": row.hash,
        }
        for row in reversed(rows)
    ]
