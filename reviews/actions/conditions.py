"""Conditions of an approval: set them, say that one is met, accept it, send it back, waive it.

Every act locks the proposal, then the condition.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from journal import clock
from policies.reasons import refuse_if
from proposals.actions import steps
from proposals.actions.locking import lock
from reviews import conditions as rules
from reviews.actions import opening, telling_conditions
from reviews.actions.locking import locked_step
from reviews.models import Ballot, Condition, ConditionState

if TYPE_CHECKING:
    from accounts.models import Person
    from proposals.models import Step


def enter(*, ballot: Ballot, texts: Sequence[str], due_on: dt.date | None, by: Person) -> list[Condition]:
    """Set the conditions of an approval, in the transaction of the act that approves.

    Effects: rows, one entry in the record, mail and notices to the proposers. What is set already is not set twice.
    """
    earlier = list(Condition.objects.filter(ballot=ballot))
    known = {row.text.casefold() for row in earlier}
    fresh = [text for text in rules.once(texts) if text.casefold() not in known]
    if not fresh:
        return []
    made = Condition.objects.bulk_create(
        Condition(
            proposal=ballot.proposal,
            step=ballot.step,
            ballot=ballot,
            place=place,
            text=text,
            due_on=due_on,
            entered_by=by,
            entered_at=clock.now(),
        )
        for place, text in enumerate(fresh, start=len(earlier) + 1)
    )
    opening.note_in_record(
        ballot,
        "conditions_set",
        by,
        conditions=[row.pk for row in made],
        due_on=due_on,
        note="\n".join(fresh),
    )
    telling_conditions.were_set(ballot, made)
    return made


@transaction.atomic
def name(*, step: Step, texts: Sequence[str], by: Person, due_on: dt.date | None = None) -> list[Condition]:
    """Name conditions after the ballot, where the body approved with conditions.

    Effects: those of `enter`. Refused: another outcome, a proposal on hold or over, none or too many or too long, a
    day that is past. PermissionDenied: anyone but the body's chair and the programme manager.
    """
    step = locked_step(step)
    rules.require_settler(step, by)
    refuse_if(rules.name_reasons(step))
    refuse_if(rules.note_reasons("\n".join(texts)[:10], "Write at least one condition.", "conditions"))
    refuse_if([*rules.text_reasons(texts), *rules.due_reasons(due_on, step.proposal.institution.today())])
    closed = Ballot.objects.deciding().select_related("revision").filter(step=step, state="closed")
    ballot = closed.latest("closed_at")
    ballot.proposal, ballot.step = step.proposal, step
    return enter(ballot=ballot, texts=texts, due_on=due_on, by=by)


@transaction.atomic
def meet(*, condition: Condition, note: str, by: Person) -> Condition:
    """A proposer says that a condition is met, and how one sees it.

    Effects: state, record, mail and notices to the chair and the programme manager. Refused: a condition that is
    settled or said to be met already, a proposal on hold or over, no word how. PermissionDenied: who does not propose.
    """
    condition = _locked(condition)
    rules.require_proposer(condition, by)
    refuse_if(rules.meet_reasons(condition))
    refuse_if(rules.note_reasons(note, "Say how it is met, or where one can see it."))
    condition.state, condition.met_by, condition.met_at = ConditionState.MET, by, clock.now()
    condition.evidence = note.strip()
    condition.save(update_fields=["state", "met_by", "met_at", "evidence"])
    _write(condition, "condition_met", by, condition.evidence)
    telling_conditions.was_met(condition)
    return condition


@transaction.atomic
def accept(*, condition: Condition, by: Person, note: str = "") -> Condition:
    """Accept that a condition is met.

    Effects: state, record, mail and notices to the proposers; where open conditions kept the proposal in its state and
    this was the last, it moves on in the name of `by`. Refused: a condition that nobody has said is met, one that is
    settled, a proposal on hold or over. PermissionDenied: anyone but the body's chair and the programme manager.
    """
    condition = _locked(condition)
    rules.require_settler(condition.step, by)
    refuse_if(rules.accept_reasons(condition))
    return _settle(condition, ConditionState.ACCEPTED, "condition_accepted", by, note)


@transaction.atomic
def waive(*, condition: Condition, reason: str, by: Person) -> Condition:
    """Do without a condition, met or not. Effects and refusals as of `accept`; it takes a reason instead of evidence."""
    condition = _locked(condition)
    rules.require_settler(condition.step, by)
    refuse_if(rules.not_now(condition))
    refuse_if(rules.note_reasons(reason, "Say why it is waived: it stands in the record."))
    return _settle(condition, ConditionState.WAIVED, "condition_waived", by, reason)


@transaction.atomic
def send_back(*, condition: Condition, reason: str, by: Person) -> Condition:
    """Say that a condition is not met yet, and why; it is open again.

    Effects: state, record (which keeps what was said to meet it), mail and notices to the proposers. Refused and
    denied as `accept`, and without a reason.
    """
    condition = _locked(condition)
    rules.require_settler(condition.step, by)
    refuse_if(rules.accept_reasons(condition))
    refuse_if(rules.note_reasons(reason, "Say what is still missing: the proposers read it."))
    condition.state, condition.reason = ConditionState.OPEN, reason.strip()
    condition.met_by = condition.met_at = None
    condition.save(update_fields=["state", "reason", "met_by", "met_at"])
    _write(condition, "condition_sent_back", by, condition.reason)
    telling_conditions.was_settled(condition)
    return condition


def _locked(condition: Condition) -> Condition:
    proposal = lock(condition.proposal_id)
    rows = Condition.objects.select_for_update(of=("self",))
    found = rows.select_related("step", "ballot__revision", "settled_by").get(pk=condition.pk)
    found.proposal = found.step.proposal = found.ballot.proposal = proposal
    found.ballot.step = found.step
    return found


def _settle(condition: Condition, state: ConditionState, act: str, by: Person, note: str) -> Condition:
    condition.state, condition.reason = state, note.strip()[: rules.LONGEST_NOTE]
    condition.settled_by, condition.settled_at = by, clock.now()
    condition.save(update_fields=["state", "reason", "settled_by", "settled_at"])
    _write(condition, act, by, condition.reason)
    telling_conditions.was_settled(condition)
    if condition.proposal.state == condition.step.state:
        steps.go_on(proposal=condition.proposal, by=by)
    return condition


def _write(condition: Condition, act: str, by: Person, note: str) -> None:
    said = f"{condition.text}\n\n{note}" if note else condition.text
    opening.note_in_record(condition.ballot, act, by, condition=condition.pk, note=said)
