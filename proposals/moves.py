"""What pages, the API and the checklist read: what a person can do, what not and why, and where a proposal stands.

The reasons are those that refuse the act itself (`proposals.conditions`). Every function costs a fixed number of
queries, whatever the length of the proposal's history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policies.engine import Finding
from policies.reasons import Reason
from proposals import conditions, reading, recorded
from proposals.journey import Stop, WhoHasIt, route, told, who_has_it
from proposals.machine import TRANSITIONS, sources
from proposals.permissions import OF_A_STEP, Standpoint

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
    "judged",
    "record",
    "route",
    "told",
    "who_has_it",
]


Judged = list[tuple[str, list[Reason]]]


def judged(proposal: Proposal, person: Person, *, seen: bool = False) -> Judged:
    """Each move that is this person's or nobody's, with what speaks against it now: empty for what they can make.

    `seen`: the proposal was found among those that the person sees, which need not be asked again.
    """
    standpoint = Standpoint(proposal, person, seen=seen)
    return [(move, conditions.reasons(standpoint, move)) for move in TRANSITIONS if standpoint.may(move)]


def available(proposal: Proposal, person: Person) -> list[str]:
    """The moves that the person can make now."""
    return [move for move, reasons in judged(proposal, person) if not reasons]


def blocked(proposal: Proposal, person: Person) -> Judged:
    """The moves that would be refused now, each with all reasons; what is somebody else's to do is left out."""
    return [(move, reasons) for move, reasons in judged(proposal, person) if reasons]


def greyed(proposal: Proposal, judged: Judged) -> Judged:
    """Of the blocked moves those that belong to the present state: what a person would look for on its page."""
    looked_for = [name for name in TRANSITIONS if name not in OF_A_STEP and proposal.state in sources(name)]
    return [(move, reasons) for move, reasons in judged if reasons and move in looked_for]


def checklist(proposal: Proposal) -> list[Finding]:
    """The live checklist of the present document; a document without an unmet line can be submitted."""
    return reading.checklist(proposal)


def record(proposal: Proposal, latest: int | None = None) -> list[dict[str, Any]]:
    """The proposal's record in words, newest first (`proposals.recorded.lines`); with `latest` only so many entries."""
    return recorded.lines(recorded.entries(proposal)[:latest], proposal.policy.pack)
