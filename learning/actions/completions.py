"""Record that a learner has completed the programme's requirements: date, evidence, competencies met."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.actions import people
from journal import clock
from journal.actions import record as journal_record
from learning.models import CompetencyMet, Completion, Offering
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person
    from credentials.models import Definition


def may_assess(person: Person, offering: Offering) -> bool:
    """Only an assessor named for the offering."""
    return offering.assessors.filter(pk=person.pk).exists()


@transaction.atomic
def record(
    *,
    offering: Offering,
    email: str,
    name: str,
    completed_on: dt.date,
    by: Person,
    evidence: str = "",
    evidence_url: str = "",
    competencies: Sequence[str] | None = None,
    enrolled: bool | None = None,
) -> Completion:
    """Record one learner's completion; `competencies` are those met (None: all of the version in force).

    Refused: a date in the future or before the offering began, no name or address, no evidence, an unknown
    competency, a completion recorded before. Only a named assessor may, and never for themselves.
    """
    if not may_assess(by, offering):
        raise PermissionDenied("Only an assessor named for this offering records completions.")
    offering = Offering.objects.select_for_update(of=("self",)).get(pk=offering.pk)
    known = [c["name"] for c in offering.definition.current.competencies] if offering.definition.current else []
    met = known if competencies is None else list(competencies)
    refuse_if(_problems(offering, email, name, completed_on, evidence, evidence_url, met, known, by))
    learner = people.ensure_learner(email=email, name=name)
    if Completion.objects.filter(offering=offering, learner=learner, withdrawn_at__isnull=True).exists():
        raise Refused(Reason("This learner's completion is recorded already.", field="email"))
    completion = Completion.objects.create(
        offering=offering,
        learner=learner,
        learner_name=name.strip(),
        completed_on=completed_on,
        enrolled=enrolled,
        evidence=evidence.strip(),
        evidence_url=evidence_url.strip(),
        recorded_by=by,
        recorded_at=clock.now(),
    )
    CompetencyMet.objects.bulk_create(
        CompetencyMet(completion=completion, competency=c, met_on=completed_on) for c in met
    )
    _note(completion, by)
    return completion


def _problems(
    offering: Offering,
    email: str,
    name: str,
    completed_on: dt.date,
    evidence: str,
    evidence_url: str,
    met: Sequence[str],
    known: Sequence[str],
    by: Person,
) -> list[Reason]:
    found = []
    if not name.strip():
        found.append(Reason("Write the learner's name.", field="name"))
    if "@" not in email:
        found.append(Reason("Write the learner's e-mail address.", field="email"))
    if email.strip().lower() == by.email:
        found.append(Reason("Someone else must record your own completion.", field="email"))
    if completed_on > clock.today():
        found.append(Reason("The date lies in the future.", field="completed_on"))
    if completed_on < offering.starts_on:
        found.append(Reason("The date lies before the offering began.", field="completed_on"))
    if not evidence.strip() and not evidence_url.strip():
        found.append(Reason("Say what shows it, or give a link to the evidence.", field="evidence"))
    found += [
        Reason(f"“{c}” is not one of this credential's competencies.", field="competencies")
        for c in met
        if c not in known
    ]
    return found


def _note(completion: Completion, by: Person) -> None:
    journal_record.write(
        subject_kind="definition",
        subject_id=completion.offering.definition_id,
        institution=completion.offering.institution,
        act="completion recorded",
        by=by,
        detail={"completion": str(completion.pk), "learner": str(completion.learner_id)},
    )


def completions_for(definition: Definition, emails: Iterable[str]) -> dict[str, Completion]:
    """The newest standing completion of each address (lower case), in one query."""
    rows = (
        Completion.objects.filter(
            offering__definition=definition, learner__email__in=list(emails), withdrawn_at__isnull=True
        )
        .select_related("learner")
        .prefetch_related("competencies")
        .order_by("recorded_at")
    )
    return {row.learner.email: row for row in rows}
