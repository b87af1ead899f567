"""How far the student system is in step with what was awarded: what it still has to be told, by ledger. Reads only.

Of the transcript: what bears credit is added, and taken off when it has ended for good. Of the micro-credential record:
everything awarded is added, changed when it is suspended or reinstated, and taken out when it has ended for good.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F

from credentials.models import Award, EventCode
from credentials.models.batch import Ledger, Step
from credentials.reach import grants_of, keeps_transcripts, rules_of

if TYPE_CHECKING:
    import uuid

    from accounts.models import Institution, Person
    from credentials.models.award_queries import AwardQuerySet
    from policies.schema import Pack


def ledgers_of(pack: Pack) -> list[Ledger]:
    """What the campus keeps in its student system, by its policy."""
    kept = [
        (Ledger.TRANSCRIPT, pack.transcript.notation != "never"),
        (Ledger.RECORD, pack.transcript.student_record),
    ]
    return [ledger for ledger, asked in kept if asked]


def kept_by(person: Person) -> list[tuple[Institution, list[Ledger]]]:
    """The campuses whose student system the person keeps in step today, each with what is kept there."""
    found = {
        grant.institution: ledgers_of(rules_of(grant))
        for grant in grants_of(person)
        if keeps_transcripts(grant) and grant.unit_id is None
    }
    return [(campus, ledgers) for campus, ledgers in found.items() if ledgers]


def pending(institution: Institution, ledger: str) -> dict[Step, AwardQuerySet]:
    """What the student system has to be told, by what is to be done there; without what stands in a batch that waits."""
    rows = Award.objects.filter(institution=institution)
    if ledger == Ledger.TRANSCRIPT:
        noted = rows.filter(version__notation=True)
        return {Step.ADD: noted.to_note(), Step.REMOVE: noted.to_take_off()}
    return {Step.ADD: rows.to_enter(), Step.CHANGE: rows.to_change(), Step.REMOVE: rows.to_take_out()}


def codes_of(definitions: set[uuid.UUID]) -> dict[uuid.UUID, EventCode]:
    """The event code in force of each of these credentials that has one."""
    rows = EventCode.objects.filter(definition__in=definitions).order_by("recorded_at", "pk")
    return {code.definition_id: code for code in rows}


def counts(institution: Institution, ledger: str) -> dict[str, int]:
    """How many lines a batch made now would have, by what is to be done."""
    return {step.value: rows.count() for step, rows in pending(institution, ledger).items()}


def ordered(rows: AwardQuerySet) -> AwardQuerySet:
    """As they stand in a batch: credential by credential, each in the order of awarding and of addresses."""
    return rows.order_by(F("definition__slug"), "awarded_at", "recipient_email", "pk")
