"""Whether who completed a step by mistake can take that back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from journal import clock
from journal.models import Entry
from policies.reasons import Reason
from proposals.models.step import StepStatus
from proposals.states import State

if TYPE_CHECKING:
    from accounts.models import Person
    from proposals.models import Proposal, Step

KINDS = ("consultation", "signoff", "acknowledgement")
# What the completion of a step brings about by itself, in the same breath.
FOLLOWS = ("advance", "request_changes", "decline", "send_back", "hand_back", "ballot_opened")
FINAL = (State.PILOT, State.ESTABLISHED)


def until(step: Step, proposal: Proposal) -> dt.datetime | None:
    """The last moment at which it can be taken back; None where the policy lets nobody."""
    minutes = proposal.policy.pack.policy.undo_minutes
    return step.completed_at + dt.timedelta(minutes=minutes) if minutes and step.completed_at else None


def offered(step: Step, proposal: Proposal, person: Person) -> bool:
    """Whether this person can take it back now."""
    mine = step.status == StepStatus.COMPLETE and step.completed_by_id == person.pk
    return mine and not reasons(step, proposal)


def reasons(step: Step, proposal: Proposal) -> list[Reason]:
    """Everything that stops who completed it from taking it back; empty when they can."""
    if step.status != StepStatus.COMPLETE:
        return [Reason("This step is not complete: there is nothing to take back.", step.clause)]
    if step.kind not in KINDS:
        said = "A vote is changed until it closes, and a form is changed when it comes back."
        return [Reason(f"Only an answer of one person can be taken back. {said}", step.clause)]
    if late := _too_late(step, proposal):
        return late
    return _acted_on(step, proposal)


def _too_late(step: Step, proposal: Proposal) -> list[Reason]:
    last = until(step, proposal)
    if last is None:
        return [Reason("The policy of this campus lets nobody take an answer back.", step.clause)]
    if clock.now() <= last:
        return []
    told = last.astimezone(ZoneInfo(proposal.policy.pack.calendar.timezone))
    return [Reason(f"It could be taken back until {told:%H:%M}. Ask for it to be sent back instead.")]


def _acted_on(step: Step, proposal: Proposal) -> list[Reason]:
    """What happened since, beside what the step itself brought about."""
    chain = Entry.objects.about("proposal", proposal.pk)
    own = chain.filter(act="step", detail__step=str(step.pk)).last()
    if own is None:
        return [Reason("It was not recorded by somebody's hand.")]
    for entry in chain.filter(number__gt=own.number):
        if entry.act not in FOLLOWS or entry.by_id not in (step.completed_by_id, None):
            return [Reason("Somebody has acted on it since: it cannot be taken back any more.")]
        if entry.act == "advance" and entry.detail.get("to") in FINAL:
            return [Reason("With it the credential was approved: that cannot be taken back.")]
    return _written_on(step, proposal)


def _written_on(step: Step, proposal: Proposal) -> list[Reason]:
    """A document that was changed since, or a vote that was opened on an earlier step."""
    changed = proposal.documents.filter(updated_at__gt=step.completed_at, version__gt=1)
    if changed.exists():
        return [Reason("The proposers have begun to change it: it cannot be taken back any more.")]
    if step.sends_to and step.sends_to.kind == "ballot":
        return [Reason("A vote was opened with it: it cannot be taken back any more.")]
    return []
