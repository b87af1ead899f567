"""Record that a learner has completed the programme's requirements: date, evidence, competencies met."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.actions import people
from credentials.models import Award
from credentials.openbadges import rules
from journal import clock
from journal.actions import record as journal_record
from learning.models import CompetencyMet, Completion, Offering
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person

NOT_YOURS = "Only an assessor named for this offering records completions."


def may_assess(person: Person, offering: Offering) -> bool:
    """Only an assessor named for the offering."""
    return person.is_active and offering.assessors.filter(pk=person.pk).exists()


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
        raise PermissionDenied(NOT_YOURS)
    rows = Offering.objects.select_related("institution", "definition__current")
    offering = rows.select_for_update(of=("self",)).get(pk=offering.pk)
    known = competencies_of(offering)
    met = known if competencies is None else list(dict.fromkeys(competencies))
    found = [*_who_problems(name, email, by), *_date_problems(offering, completed_on)]
    refuse_if([*found, *_evidence_problems(evidence, evidence_url), *_unknown(met, known)])
    learner = people.ensure_learner(email=email, name=name)
    if offering.completions.standing().filter(learner=learner).exists():
        raise Refused(Reason("This learner's completion is recorded already.", field="email"))
    completion = Completion(offering=offering, learner=learner, learner_name=" ".join(name.split()))
    completion.completed_on, completion.enrolled = completed_on, enrolled
    completion.evidence, completion.evidence_url = evidence.strip(), evidence_url.strip()
    completion.recorded_by, completion.recorded_at = by, clock.now()
    completion.save()
    CompetencyMet.objects.bulk_create(
        CompetencyMet(completion=completion, competency=c, met_on=completed_on) for c in met
    )
    _note(completion, by, "completion recorded")
    return completion


def competencies_of(offering: Offering) -> list[str]:
    """The names of what learners show, by the version in force."""
    current = offering.definition.current
    return list(dict.fromkeys(c["name"] for c in current.competencies)) if current else []


def _who_problems(name: str, email: str, by: Person) -> list[Reason]:
    found = []
    if not name.strip():
        found.append(Reason("Write the learner's name.", field="name"))
    if len(name.strip()) > 200:
        found.append(Reason("The name is longer than 200 characters.", field="name"))
    if not _sound(name):
        found.append(Reason("The name holds characters that cannot be printed.", field="name"))
    if not email.strip():
        found.append(Reason("Write the learner's e-mail address.", field="email"))
    if email.strip().lower() == by.email:
        found.append(Reason("Someone else must record your own completion.", field="email"))
    return found


def _date_problems(offering: Offering, completed_on: dt.date) -> list[Reason]:
    if completed_on > offering.institution.today():
        return [Reason("The date lies in the future.", field="completed_on")]
    if completed_on < offering.starts_on:
        return [Reason("The date lies before the offering began.", field="completed_on")]
    return []


def _evidence_problems(evidence: str, url: str) -> list[Reason]:
    """The evidence becomes part of a signed document, so what could not be signed is refused here."""
    found, url = [], url.strip()
    if not evidence.strip() and not url:
        found.append(Reason("Say what shows it, or give a link to the evidence.", field="evidence"))
    if not _sound(evidence):
        found.append(Reason("The text holds characters that cannot be printed.", field="evidence"))
    if url and not (url.startswith(("https://", "http://")) and rules.IRI.fullmatch(url)):
        found.append(Reason("The link must be an address that begins with https://.", field="evidence_url"))
    return found


def _sound(text: str) -> bool:
    return rules.UNSAFE.search(text) is None


def _unknown(met: Sequence[str], known: Sequence[str]) -> list[Reason]:
    return [
        Reason(f"“{c}” is not one of this credential's competencies.", field="competencies")
        for c in met
        if c not in known
    ]


@transaction.atomic
def withdraw(*, completion: Completion, by: Person) -> Completion:
    """Take a completion back that was recorded by mistake; it stays in the record. Only a named assessor.

    Refused when the learner holds the badge: then the badge must be revoked. Doing it twice is harmless.
    """
    completion = (
        Completion.objects.select_for_update(of=("self",)).select_related("offering").get(pk=completion.pk)
    )
    if not may_assess(by, completion.offering):
        raise PermissionDenied(NOT_YOURS)
    definition = completion.offering.definition_id
    if Award.objects.live().filter(definition=definition, holder=completion.learner_id).exists():
        raise Refused("The badge was issued already. Ask the certifying office to revoke it instead.")
    if completion.withdrawn_at is None:
        completion.withdrawn_at = clock.now()
        completion.save(update_fields=["withdrawn_at"])
        _note(completion, by, "completion withdrawn")
    return completion


def _note(completion: Completion, by: Person, act: str) -> None:
    journal_record.write(
        subject_kind="definition",
        subject_id=completion.offering.definition_id,
        institution=completion.offering.institution,
        act=act,
        by=by,
        detail={"completion": str(completion.pk), "learner": str(completion.learner_id)},
    )
