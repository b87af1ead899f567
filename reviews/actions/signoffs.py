"""Complete a step that one person answers: sign off, record a consultation, acknowledge."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import authority
from accounts.authority import Authority
from policies import engine
from policies.reasons import Reason, refuse_if
from proposals import waiting
from proposals.actions import steps
from proposals.models import StepStatus
from reviews import conditions as following
from reviews import discussion
from reviews.actions import condition_rows
from reviews.actions.locking import locked_step

if TYPE_CHECKING:
    from accounts.models import Person
    from policies import schema
    from proposals.models import Step

KINDS = ("signoff", "consultation", "acknowledgement")
NEEDS_NOTE = {
    "request_changes": "Say what has to change: the proposers read it.",
    "decline": "Say why it is declined: the proposers read it.",
}
REFUSING = ("request_changes", "decline")
LONGEST_NOTE = 10_000


@transaction.atomic
def complete(
    *,
    step: Step,
    outcome: str,
    by: Person,
    note: str = "",
    answers: Mapping[str, Any] | None = None,
    back_to: uuid.UUID | None = None,
    conditions: Sequence[str] = (),
    due_on: dt.date | None = None,
) -> Step:
    """Complete the step with one of its outcomes; `back_to` is the earlier step to which it is sent back, if any.

    Effects: those of `proposals.actions.steps.complete`; the statement that the person attests is kept with the
    answers, and on whose behalf a designee signs with the step. An approval with conditions sets `conditions`, to be
    met by `due_on`.
    Refused: a step that is not open (someone was faster), a proposal on hold, a concern or a unit's view without its
    answer, a proposer (or a proposer's designee), an outcome the step does not have, sending back or declining without
    a note, an approval with conditions that names none, answers that do not fit, a step that it cannot be sent back to.
    PermissionDenied: who does not hold the role or office in the proposal's unit, nor is designated for who does.
    """
    step = locked_step(step)
    rules, today = step.rules_in(step.proposal.policy.pack), step.proposal.institution.today()
    acting = _signing(step, by)
    whole = outcome not in REFUSING
    recorded, wrong = engine.clean_step(rules, dict(answers or {}), today=today, whole=whole)
    wrong += following.signed_reasons(step, outcome, conditions, due_on)
    refuse_if([*outcome_reasons(step, rules, outcome, note), *wrong])
    behalf = acting.on_behalf_of
    if conditions:
        condition_rows.enter(step=step, texts=conditions, due_on=due_on, by=by, on_behalf_of=behalf)
    return steps.complete(
        step=step,
        outcome=outcome,
        by=by,
        note=note.strip(),
        answers={**recorded, **_attested(rules, outcome)},
        on_behalf_of=behalf,
        back_to=back_to,
    )


def _signing(step: Step, by: Person) -> Authority:
    """In which right the person completes the step now; refused or denied where they cannot."""
    if proposes(step, by):
        refuse_if([own_proposal(step)])
    acting = signer(step, by)
    if acting is None:
        raise PermissionDenied("This step is somebody else's to complete.")
    refuse_if(complete_reasons(step, acting))
    return acting


def signer(step: Step, person: Person) -> Authority | None:
    """In which right the person completes this step; a designee only where the policy says so."""
    if step.kind not in KINDS or not person.is_active:
        return None
    if step.person_id:
        return Authority(person, "") if person.pk == step.person_id else None
    designee = step.rules_in(step.proposal.policy.pack).designee
    proposal = step.proposal
    return authority.authority(person, step.actor, proposal.institution, proposal.unit, designee=designee)


def signers(step: Step) -> list[Person]:
    """Who can complete the step: holders of its role or office and, where the policy lets them, their designees."""
    proposal = step.proposal
    if step.person:
        return [step.person]
    people = authority.people_with(step.actor, proposal.institution, proposal.unit)
    others = people.exclude(pk__in=proposal.proposers.values("person"))
    return [person for person in others if signer(step, person)]


def proposes(step: Step, person: Person) -> bool:
    return step.proposal.proposers.filter(person=person).exists()


def own_proposal(step: Step) -> Reason:
    return Reason("You propose this credential: somebody else has to decide on it.", step.clause)


def complete_reasons(step: Step, acting: Authority) -> list[Reason]:
    """Why the step cannot be completed now, by someone who has the right to."""
    if step.status != StepStatus.OPEN:
        return [Reason(_not_open(step), step.clause)]
    if step.proposal.state == "on_hold":
        return [Reason("The proposal is on hold. This goes on once it is resumed.", step.clause)]
    if acting.on_behalf_of and proposes(step, acting.on_behalf_of):
        text = f"{acting.on_behalf_of}, for whom you sign, proposes this credential: somebody else has to decide on it."
        return [Reason(text, step.clause)]
    return waiting.too_late(step, step.proposal) or discussion.holding(step)


def _not_open(step: Step) -> str:
    if step.status == StepStatus.COMPLETE and step.completed_by is None:
        return f"Nobody objected in time, so “{step.title}” has ended by itself."
    if step.status == StepStatus.COMPLETE:
        return f"Someone was faster: {step.completed_by} has completed “{step.title}” already."
    return f"“{step.title}” is not open."


def outcome_reasons(step: Step, rules: schema.Step, outcome: str, note: str) -> list[Reason]:
    """What is wrong with the answer as it was sent."""
    if outcome not in rules.outcomes:
        words = ", ".join(name.replace("_", " ") for name in rules.outcomes)
        return [Reason(f"This step can end in: {words}.", step.clause, "outcome")]
    if outcome in NEEDS_NOTE and not note.strip():
        return [Reason(NEEDS_NOTE[outcome], step.clause, "note")]
    if len(note) > LONGEST_NOTE:
        return [
            Reason(f"A note has at most {LONGEST_NOTE:,} characters; this one has {len(note):,}.", "", "note")
        ]
    return []


def _attested(rules: schema.Step, outcome: str) -> dict[str, str]:
    """What the person attests by approving, in the words shown to them."""
    positive = outcome in ("approve", "approve_with_conditions")
    return {"statement": rules.statement} if positive and rules.statement else {}
