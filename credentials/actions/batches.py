"""Batches for the student system: made of what it has not been told yet, marked as recorded, or dropped.

Only whoever keeps transcripts and learners' records, or a designee. What did not get in stays to be told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from accounts.authority import Authority, authority
from accounts.locking import locked
from accounts.models import Institution
from credentials import in_step
from credentials.actions.transcripts import missing_code
from credentials.models import Award, BatchLine, EventCode, Notation, RecordBatch, RecordEntry
from credentials.models.batch import Ledger, Step
from journal import clock
from journal.actions import record as journal_record
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person

MOST = 10_000  # lines of one batch; what is left is for the next one
NOT_KEPT = "By its policy the campus keeps nothing of this in its student system."
WAITS = "Batch {number} waits. Mark it as recorded, or drop it, before you make another one."
IN_STEP = "There is nothing to tell the student system: it is in step."
ENDED = "This batch is {state} already."
BEFORE = "The day lies before the batch was made."


def keeping(person: Person, institution: Institution) -> Authority | None:
    """The person's right to keep the campus's student system in step, and for whom they act; None without it."""
    return authority(person, institution.policy.pack.transcript.keeper, institution)


def require_keeper(person: Person, institution: Institution) -> Authority:
    """Like `keeping`, but PermissionDenied instead of None."""
    found = keeping(person, institution)
    if found is None:
        pack = institution.policy.pack
        who, clause = pack.actor_name(pack.transcript.keeper), pack.transcript.keeper_clause
        raise PermissionDenied(
            f"Only {who} keeps the student system in step{f' ({clause})' if clause else ''}."
        )
    return found


@transaction.atomic
def make(*, institution: Institution, ledger: str, by: Person) -> RecordBatch:
    """Put together what the student system has to be told, up to 10,000 lines; the rest is for the next batch.

    Awards whose event code is missing are left out. Refused: what the campus does not keep by its policy, while another
    batch waits, when all is in step. An entry goes into the campus's record. Only who keeps the records.
    """
    right = require_keeper(by, institution)
    # Of two who press at once the second finds the first one's batch; awards and their keys stay free.
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    known = RecordBatch.objects.filter(institution=institution, ledger=ledger)
    refuse_if(_making_reasons(institution, ledger, known.waiting().first()))
    last = known.aggregate(last=Max("number"))["last"] or 0
    batch = RecordBatch.objects.create(
        institution=institution,
        ledger=ledger,
        number=last + 1,
        made_at=clock.now(),
        made_by=by,
        on_behalf_of=right.on_behalf_of,
    )
    lines = BatchLine.objects.bulk_create(_lines(batch), batch_size=2000)
    if not lines:
        raise Refused(IN_STEP)
    _note(batch, "student system batch made", right, {"lines": len(lines)})
    return batch


def _making_reasons(institution: Institution, ledger: str, waiting: RecordBatch | None) -> list[Reason]:
    pack = institution.policy.pack
    if ledger not in in_step.ledgers_of(pack):
        return [Reason(NOT_KEPT, pack.transcript.never_clause or pack.transcript.keeper_clause)]
    return [Reason(WAITS.format(number=waiting.number))] if waiting else []


def _lines(batch: RecordBatch) -> Iterator[BatchLine]:
    number = 0
    for step, rows in in_step.pending(batch.institution, batch.ledger).items():
        found = in_step.ordered(rows).select_related("version__policy", "notation").defer("document")[:MOST]
        codes = in_step.codes_of({award.definition_id for award in found}) if step == Step.ADD else {}
        for award in found:
            code = codes.get(award.definition_id)
            uncoded = (
                batch.ledger == Ledger.TRANSCRIPT and step == Step.ADD and missing_code(award.version, code)
            )
            if uncoded or number == MOST:
                continue
            number += 1
            yield BatchLine(
                batch=batch,
                number=number,
                step=step,
                award=award,
                event_code=_code(batch, step, award, code),
                suspended=award.suspended_at is not None,
            )


def _code(batch: RecordBatch, step: Step, award: Award, code: EventCode | None) -> EventCode | None:
    """Under which code the line is: that of today, or of one to be taken off the code that it was noted under."""
    if batch.ledger != Ledger.TRANSCRIPT:
        return None
    return code if step == Step.ADD else award.notation.event_code


@transaction.atomic
def mark_recorded(
    *, batch: RecordBatch, recorded_on: dt.date, not_taken: Collection[int] = (), by: Person
) -> RecordBatch:
    """The batch stands in the student system since that day, but for the lines `not_taken`, which are to be told again.

    Effects: a notation or an entry for what was added, the end of it for what was taken out; the campus's record.
    Refused: a batch that does not wait, a day in the future or before it was made, lines that it does not have.
    """
    batch = _in_hand(batch)
    right = require_keeper(by, batch.institution)
    refuse_if(_recording_reasons(batch, recorded_on, not_taken))
    batch.lines.filter(number__in=not_taken).update(not_taken=True)
    batch.recorded_on, batch.recorded_at, batch.recorded_by = recorded_on, clock.now(), by
    batch.save(update_fields=["recorded_on", "recorded_at", "recorded_by"])
    taken = list(batch.lines.filter(not_taken=False))
    _write(batch, right, taken)
    counted = {step.value: sum(line.step == step for line in taken) for step in Step}
    _note(batch, "student system batch recorded", right, {**counted, "not_taken": len(set(not_taken))})
    return batch


def _recording_reasons(batch: RecordBatch, day: dt.date, not_taken: Collection[int]) -> list[Reason]:
    if not batch.waits:
        return [Reason(ENDED.format(state=batch.state))]
    found = []
    if day > batch.institution.today():
        found.append(Reason("The day lies in the future.", field="recorded_on"))
    elif day < batch.made_at.astimezone(ZoneInfo(batch.institution.timezone)).date():
        found.append(Reason(BEFORE, field="recorded_on"))
    known = set(batch.lines.filter(number__in=not_taken).values_list("number", flat=True))
    if strange := sorted(set(not_taken) - known):
        said = ", ".join(str(number) for number in strange[:10])
        found.append(Reason(f"The batch has no line {said}.", field="not_taken"))
    return found


def _write(batch: RecordBatch, right: Authority, lines: list[BatchLine]) -> None:
    """What the student system holds now. One that was noted by hand meanwhile stays as it was."""
    by_step = {step: [line for line in lines if line.step == step] for step in Step}
    since = {
        "recorded_on": batch.recorded_on,
        "recorded_by": right.person,
        "on_behalf_of": right.on_behalf_of,
        "recorded_at": batch.recorded_at,
    }
    gone = {"removed_on": batch.recorded_on, "removed_by": right.person, "removed_at": batch.recorded_at}
    kept: Any = Notation if batch.ledger == Ledger.TRANSCRIPT else RecordEntry
    kept.objects.bulk_create(
        (kept(award_id=line.award_id, **since, **_more(kept, line)) for line in by_step[Step.ADD]),
        ignore_conflicts=True,
        batch_size=2000,
    )
    for line in by_step[Step.CHANGE]:
        RecordEntry.objects.filter(award=line.award_id).update(suspended=line.suspended)
    leaving = [line.award_id for line in by_step[Step.REMOVE]]
    kept.objects.filter(award__in=leaving, removed_at__isnull=True).update(**gone)


def _more(kept: Any, line: BatchLine) -> dict[str, object]:
    return {"event_code_id": line.event_code_id} if kept is Notation else {"suspended": line.suspended}


@transaction.atomic
def drop(*, batch: RecordBatch, by: Person) -> RecordBatch:
    """The batch did not go to the student system: its lines are to be told again. Refused for one that does not wait."""
    batch = _in_hand(batch)
    right = require_keeper(by, batch.institution)
    refuse_if([] if batch.waits else [Reason(ENDED.format(state=batch.state))])
    batch.dropped_at, batch.dropped_by = clock.now(), by
    batch.save(update_fields=["dropped_at", "dropped_by"])
    _note(batch, "student system batch dropped", right, {})
    return batch


def _in_hand(batch: RecordBatch) -> RecordBatch:
    return locked(RecordBatch.objects.select_related("institution__in_force"), batch.pk)


def _note(batch: RecordBatch, act: str, right: Authority, detail: dict[str, object]) -> None:
    journal_record.write(
        subject_kind="campus",
        subject_id=batch.institution_id,
        institution=batch.institution,
        act=act,
        by=right.person,
        on_behalf_of=right.on_behalf_of,
        detail={"ledger": batch.ledger, "batch": batch.number, **detail},
    )
