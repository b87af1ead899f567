"""Conditions of an approval: set them, say that one is met, accept it, send it back, waive it.

Every act locks the proposal, then the condition.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.files.base import File
from django.db import transaction

from journal import clock
from journal.actions import files as stored_files
from journal.models import StoredFile
from policies.reasons import Reason, Refused, refuse_if
from proposals.actions import steps
from proposals.actions.locking import lock
from reviews import conditions as rules
from reviews.actions import condition_rows, telling_conditions
from reviews.actions.locking import locked_step
from reviews.models import Ballot, Condition, ConditionState

if TYPE_CHECKING:
    from accounts.models import Person
    from proposals.models import Step

KIND, FIELD = "condition", "file"


@transaction.atomic
def name(*, step: Step, texts: Sequence[str], by: Person, due_on: dt.date | None = None) -> list[Condition]:
    """Name conditions afterwards, where the body or who signed approved with conditions.

    Effects: those of `condition_rows.enter`. Refused: another outcome, a proposal on hold or over, none or too many or
    too long, a day that is past. PermissionDenied: anyone but the body's chair, who can sign, and the programme manager.
    """
    step = locked_step(step)
    rules.require_settler(step, by)
    refuse_if(rules.name_reasons(step))
    refuse_if(rules.note_reasons("\n".join(texts)[:10], "Write at least one condition.", "conditions"))
    refuse_if([*rules.text_reasons(texts), *rules.due_reasons(due_on, step.proposal.institution.today())])
    if step.kind != "ballot":
        return condition_rows.enter(step=step, texts=texts, due_on=due_on, by=by)
    closed = Ballot.objects.deciding().select_related("revision").filter(step=step, state="closed")
    ballot = closed.latest("closed_at")
    ballot.proposal, ballot.step = step.proposal, step
    return condition_rows.enter(step=step, ballot=ballot, texts=texts, due_on=due_on, by=by)


@transaction.atomic
def meet(*, condition: Condition, note: str, by: Person, files: Sequence[File] = ()) -> Condition:
    """A proposer says that a condition is met, and how one sees it; with files that show it.

    Effects: state, stored files, record, mail and notices to those who accept it. Refused: a condition that is settled
    or said to be met already, a proposal on hold or over, no word how, too many files or one that cannot be stored.
    PermissionDenied: who does not propose.
    """
    condition = _locked(condition)
    rules.require_proposer(condition, by)
    refuse_if(rules.meet_reasons(condition))
    refuse_if(rules.note_reasons(note, "Say how it is met, or where one can see it."))
    condition.state, condition.met_by, condition.met_at = ConditionState.MET, by, clock.now()
    condition.evidence = note.strip()
    condition.save(update_fields=["state", "met_by", "met_at", "evidence"])
    stored = _store(condition, files, by)
    detail = [{"file": row.pk, "name": row.name, "sha256": row.sha256} for row in stored]
    _write(condition, "condition_met", by, condition.evidence, files=detail)
    telling_conditions.was_met(condition)
    return condition


@transaction.atomic
def accept(*, condition: Condition, by: Person, note: str = "") -> Condition:
    """Accept that a condition is met.

    Effects: state, record, mail and notices to the proposers; where open conditions kept the proposal in its state and
    this was the last, it moves on in the name of `by`. Refused: a condition that nobody has said is met, one that is
    settled, a proposal on hold or over. PermissionDenied: anyone but the body's chair, who can sign the step that set
    it, and the programme manager.
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
    related = ("step__revision", "step__person", "ballot__revision", "settled_by")
    found = rows.select_related(*related).get(pk=condition.pk)
    found.proposal = found.step.proposal = proposal
    if found.ballot:
        found.ballot.proposal, found.ballot.step = proposal, found.step
    return found


def _store(condition: Condition, uploads: Sequence[File], by: Person) -> list[StoredFile]:
    """Keep what shows that it is met; nothing is stored unless all of it can be."""
    have = StoredFile.objects.of(KIND, condition.pk).count()
    if have + len(uploads) > rules.MOST_FILES:
        said = f"A condition has at most {rules.MOST_FILES} files; with these it would have {have + len(uploads)}."
        raise Refused(Reason(said, field=FIELD))
    refuse_if(reason for upload in uploads for reason in stored_files.unfit(upload, FIELD))
    return [
        stored_files.store(
            upload=upload,
            institution=condition.proposal.institution,
            subject_kind=KIND,
            subject_id=condition.pk,
            field=FIELD,
            by=by,
        )
        for upload in uploads
    ]


def _settle(condition: Condition, state: ConditionState, act: str, by: Person, note: str) -> Condition:
    condition.state, condition.reason = state, note.strip()[: rules.LONGEST_NOTE]
    condition.settled_by, condition.settled_at = by, clock.now()
    condition.save(update_fields=["state", "reason", "settled_by", "settled_at"])
    _write(condition, act, by, condition.reason)
    telling_conditions.was_settled(condition)
    if condition.proposal.state == condition.step.state:
        steps.go_on(proposal=condition.proposal, by=by)
    return condition


def _write(
    condition: Condition, act: str, by: Person, note: str, files: Sequence[Mapping[str, object]] = ()
) -> None:
    said = f"{condition.text}\n\n{note}" if note else condition.text
    detail: dict[str, Any] = {"condition": condition.pk, "note": said} | ({"files": files} if files else {})
    condition_rows.note(condition.step, condition.ballot, act, by, **detail)
