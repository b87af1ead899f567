"""Conditions of an approval: who may do what with one, why not now, what still stands in the way, how it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.urls import reverse
from django.utils.text import capfirst

from accounts import authority
from journal.models import StoredFile
from policies.reasons import Reason
from proposals import words
from proposals.permissions import Standpoint
from reviews import chairing, discussion
from reviews.models import Condition, ConditionState
from reviews.models.condition import PENDING
from reviews.viewpoint import MANAGER

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import Person
    from proposals.models import Proposal, Step

MOST = 50
LONGEST = 2_000
LONGEST_NOTE = 10_000
MOST_FILES = 10
WITH = "approve_with_conditions"
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
    """Who presides over the body today, or who can sign the step, or the programme manager; never a proposer."""
    proposal = step.proposal
    if not person.is_active or proposes(proposal, person):
        return False
    if authority.holds(person, MANAGER, proposal.institution):
        return True
    if step.kind != "ballot":
        return Standpoint(proposal, person).acts_in(step) is not None
    return chairing.of_step(step) == person


def require_proposer(condition: Condition, person: Person) -> None:
    if not proposes(condition.proposal, person):
        raise PermissionDenied("The proposers say when a condition is met.")


def require_settler(step: Step, person: Person) -> None:
    if not settles(step, person):
        raise PermissionDenied("Who set the conditions, or the programme manager, decides on them.")


def reads_files(condition: Condition, person: Person) -> bool:
    """Whether the person may download the evidence: who proposes, who decides on it, and the body that set it."""
    proposal, step = condition.proposal, condition.step
    if proposes(proposal, person) or settles(step, person):
        return True
    return bool(step.body) and step.body in discussion.bodies_of(proposal, person)


# --- why not -------------------------------------------------------------------------------------
def not_now(condition: Condition) -> list[Reason]:
    """Why nothing can be done with it: it is settled, or its proposal is on hold or over."""
    clause = condition.clause
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
        said = "It is said to be met already. It waits to be accepted."
        return [Reason(said, condition.clause)]
    return not_now(condition)


def accept_reasons(condition: Condition) -> list[Reason]:
    """Why it cannot be accepted, or sent back, as it is now."""
    if stopped := not_now(condition):
        return stopped
    if condition.state == ConditionState.OPEN:
        said = "No proposer has said yet that it is met. Without that it can only be waived."
        return [Reason(said, condition.clause)]
    return []


def name_reasons(step: Step) -> list[Reason]:
    """Why no condition can be added: only an approval with conditions has any."""
    if step.outcome != WITH:
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


def signed_reasons(step: Step, outcome: str, texts: Sequence[str], due_on: dt.date | None) -> list[Reason]:
    """What is wrong with the conditions that somebody sends with their signature."""
    if outcome == WITH and not texts:
        return [Reason("Name at least one condition: the proposers meet it.", step.clause, "conditions")]
    if outcome != WITH and texts:
        return [Reason("Conditions go with “Approve with conditions” alone.", step.clause, "conditions")]
    return [*text_reasons(texts), *due_reasons(due_on, step.proposal.institution.today())]


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
    bodies = [body.id for body in pack.bodies if body.conditions_block]
    signed = [step.id for step in pack.steps() if step.conditions_block]
    if not bodies and not signed:
        return []
    rows = Condition.objects.pending().filter(proposal=proposal, step__state=proposal.state)
    rows = rows.filter(Q(step__body__in=bodies) | Q(step__key__in=signed)).select_related("step__person")
    return [
        Reason(f"A condition of {setter(proposal, row.step)} is not settled yet: {row.text}", row.step.clause)
        for row in rows
    ]


# --- showing -------------------------------------------------------------------------------------
def setter(proposal: Proposal, step: Step) -> str:
    """Who approved with conditions, within a sentence: "the Micro-credential Committee", "the dean"."""
    return words.who_of(proposal.policy.pack, step)


def _name(proposal: Proposal, step: Step) -> str:
    """The same standing alone."""
    return proposal.policy.pack.body(step.body).name if step.body else capfirst(setter(proposal, step))


def shown(condition: Condition) -> dict[str, Any]:
    """One condition for pages and the API; whoever sees the proposal sees it."""
    return {
        "id": str(condition.pk),
        "proposal": str(condition.proposal_id),
        "step": str(condition.step_id),
        "ballot": str(condition.ballot_id) if condition.ballot_id else None,
        "body": _name(condition.proposal, condition.step),
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


def files_of(condition: Condition, person: Person) -> list[dict[str, Any]]:
    """The files that show that it is met, oldest first; none for who may not download them."""
    condition.step.proposal = condition.proposal
    rows = list(StoredFile.objects.of("condition", condition.pk))
    if not rows or not reads_files(condition, person):
        return []
    return [{"name": row.name, "size": row.size, "url": reverse("file", args=[row.pk])} for row in rows]


def of_proposal(proposal: Proposal) -> list[dict[str, Any]]:
    """All conditions of a proposal, oldest first; one query."""
    rows = Condition.objects.filter(proposal=proposal)
    rows = rows.select_related("step__person", "met_by", "settled_by")
    found = []
    for row in rows:
        row.proposal = proposal
        found.append(shown(row))
    return found


def panel(proposal: Proposal, person: Person) -> dict[str, Any] | None:
    """What the proposal's page shows beside its decisions; None where no approval had a condition."""
    return drawn(of_proposal(proposal), mine=proposes(proposal, person))


def drawn(rows: list[dict[str, Any]], *, mine: bool = False) -> dict[str, Any] | None:
    """The same for any of them, as `shown`; those that are not asked any more apart, with the reason."""
    if not rows:
        return None
    fallen = [row for row in rows if row["state"] == ConditionState.VOID]
    rows = [row for row in rows if row["state"] != ConditionState.VOID]
    return {
        "template": "reviews/parts/conditions.html",
        "conditions": rows,
        "fallen": fallen,
        "pending": sum(row["state"] in PENDING for row in rows),
        "mine": sum(row["state"] == ConditionState.OPEN for row in rows) if mine else 0,
    }
