"""Conditions of an approval: who may do what with one, why not now, what still stands in the way, how it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts import authority
from policies.reasons import Reason
from reviews import chairing
from reviews.models import Condition, ConditionState
from reviews.viewpoint import MANAGER

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import Person
    from proposals.models import Proposal, Step

MOST = 50
LONGEST = 2_000
LONGEST_NOTE = 10_000
SIGNS = {  # tone and shape of each state
    ConditionState.OPEN: ("heed", "attention"),
    ConditionState.MET: ("now", "here"),
    ConditionState.ACCEPTED: ("yes", "done"),
    ConditionState.WAIVED: ("past", "ended"),
    ConditionState.VOID: ("past", "ended"),
}
WORDS = {
    ConditionState.OPEN: "Open",
    ConditionState.MET: "Said to be met, not accepted yet",
    ConditionState.ACCEPTED: "Met",
    ConditionState.WAIVED: "Waived",
    ConditionState.VOID: "No longer asked",
}


def lines_of(text: str) -> list[str]:
    """What was written one to a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def once(texts: Sequence[str]) -> list[str]:
    """Each condition once, however many asked for it, in the order in which they came."""
    found: dict[str, str] = {}
    for text in texts:
        if said := " ".join(text.split()):
            found.setdefault(said.casefold(), said)
    return list(found.values())


# --- who -----------------------------------------------------------------------------------------
def proposes(proposal: Proposal, person: Person) -> bool:
    return any(row.person_id == person.pk for row in proposal.proposers.all())


def settles(step: Step, person: Person) -> bool:
    """Who presides over the body today, or the programme manager; never a proposer."""
    if not person.is_active or step.kind != "ballot" or proposes(step.proposal, person):
        return False
    return authority.holds(person, MANAGER, step.proposal.institution) or chairing.of_step(step) == person


def require_proposer(condition: Condition, person: Person) -> None:
    if not proposes(condition.proposal, person):
        raise PermissionDenied("The proposers say when a condition is met.")


def require_settler(step: Step, person: Person) -> None:
    if not settles(step, person):
        raise PermissionDenied("The chair of the body, or the programme manager, decides on its conditions.")


# --- why not -------------------------------------------------------------------------------------
def not_now(condition: Condition) -> list[Reason]:
    """Why nothing can be done with it: it is settled, or its proposal is on hold or over."""
    clause = condition.ballot.clause
    if not condition.is_pending:
        said = {
            ConditionState.ACCEPTED: f"{condition.settled_by} has accepted that this condition is met.",
            ConditionState.WAIVED: f"{condition.settled_by} has waived this condition.",
        }.get(ConditionState(condition.state), "This condition is no longer asked.")
        return [Reason(said, clause)]
    if condition.proposal.state == "on_hold":
        return [Reason("The proposal is on hold. This goes on once it is resumed.", clause)]
    if condition.proposal.state in ("withdrawn", "declined"):
        return [Reason("The proposal has ended, and its conditions with it.", clause)]
    return []


def meet_reasons(condition: Condition) -> list[Reason]:
    """Why it cannot be said to be met."""
    if condition.state == ConditionState.MET:
        said = "It is said to be met already. It waits for the chair or the programme manager."
        return [Reason(said, condition.ballot.clause)]
    return not_now(condition)


def accept_reasons(condition: Condition) -> list[Reason]:
    """Why it cannot be accepted, or sent back, as it is now."""
    if stopped := not_now(condition):
        return stopped
    if condition.state == ConditionState.OPEN:
        said = "No proposer has said yet that it is met. Without that it can only be waived."
        return [Reason(said, condition.ballot.clause)]
    return []


def name_reasons(step: Step) -> list[Reason]:
    """Why no condition can be added: only an approval with conditions has any."""
    if step.outcome != "approve_with_conditions":
        return [Reason("Only an approval with conditions has conditions.", step.clause)]
    if step.proposal.state in ("on_hold", "withdrawn", "declined"):
        return [Reason("The proposal is on hold or has ended.", step.clause)]
    return []


def text_reasons(texts: Sequence[str], field: str = "conditions") -> list[Reason]:
    """What is wrong with conditions as they were sent."""
    reasons = []
    if len(texts) > MOST:
        reasons.append(Reason(f"At most {MOST} conditions; these are {len(texts)}.", "", field))
    if any(len(text) > LONGEST for text in texts):
        reasons.append(Reason(f"A condition has at most {LONGEST:,} characters.", "", field))
    return reasons


def due_reasons(due_on: dt.date | None, today: dt.date, field: str = "due_on") -> list[Reason]:
    """A day to come, or none."""
    past = due_on is not None and due_on < today
    return [Reason("Choose a day to come.", "", field)] if past else []


def note_reasons(note: str, missing: str, field: str = "note") -> list[Reason]:
    if not note.strip():
        return [Reason(missing, "", field)]
    if len(note) > LONGEST_NOTE:
        said = f"At most {LONGEST_NOTE:,} characters; this has {len(note):,}."
        return [Reason(said, "", field)]
    return []


# --- what they hold up ---------------------------------------------------------------------------
def holds(proposal: Proposal) -> list[Reason]:
    """The conditions that keep the proposal in its state, where the body's rules say that they do."""
    pack = proposal.policy.pack
    blocking = [body.id for body in pack.bodies if body.conditions_block]
    if not blocking:
        return []
    rows = Condition.objects.pending().filter(
        proposal=proposal, step__state=proposal.state, step__body__in=blocking
    )
    return [
        Reason(
            f"A condition of {pack.body(row.step.body).name} is not settled yet: {row.text}", row.step.clause
        )
        for row in rows.select_related("step")
    ]


# --- showing -------------------------------------------------------------------------------------
def shown(condition: Condition) -> dict[str, Any]:
    """One condition for pages and the API; whoever sees the proposal sees it."""
    return {
        "id": str(condition.pk),
        "proposal": str(condition.proposal_id),
        "step": str(condition.step_id),
        "ballot": str(condition.ballot_id),
        "body": condition.proposal.policy.pack.body(condition.step.body).name,
        "text": condition.text,
        "state": condition.state,
        "word": WORDS[ConditionState(condition.state)],
        "tone": SIGNS[ConditionState(condition.state)][0],
        "shape": SIGNS[ConditionState(condition.state)][1],
        "due_on": condition.due_on,
        "entered_at": condition.entered_at,
        "met_by": str(condition.met_by) if condition.met_by else "",
        "met_at": condition.met_at,
        "evidence": condition.evidence,
        "settled_by": str(condition.settled_by) if condition.settled_by else "",
        "settled_at": condition.settled_at,
        "reason": condition.reason,
        "path": reverse("condition", args=[condition.pk]),
    }


def of_proposal(proposal: Proposal) -> list[dict[str, Any]]:
    """All conditions of a proposal, oldest first; one query."""
    rows = Condition.objects.filter(proposal=proposal).select_related("step", "met_by", "settled_by")
    found = []
    for row in rows:
        row.proposal = proposal
        found.append(shown(row))
    return found


def panel(proposal: Proposal, person: Person) -> dict[str, Any] | None:
    """What the proposal's page shows beside its decisions; None where no approval had a condition."""
    rows = [row for row in of_proposal(proposal) if row["state"] != ConditionState.VOID]
    if not rows:
        return None
    waiting = sum(row["state"] in (ConditionState.OPEN, ConditionState.MET) for row in rows)
    mine = proposes(proposal, person)
    return {"template": "reviews/parts/conditions.html", "conditions": rows, "pending": waiting, "mine": mine}
