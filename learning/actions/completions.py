"""Record what a learner has shown: completion and competencies, with dates, evidence and eligibility; one or many.

Only an assessor named for the offering records, and never for themselves. What was recorded is corrected or taken back
with a reason by `learning.actions.changes`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.actions import people
from accounts.addresses import by_address, further_of
from accounts.locking import locked
from credentials import learned
from journal import clock
from journal.actions import record as journal_record
from learning import entry as rules
from learning import hooks
from learning.actions import finishing
from learning.entry import Entry, Met, Rules
from learning.models import CompetencyMet, Completion, Offering
from policies.reasons import Reason, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person

NOT_YOURS = "Only an assessor named for this offering records completions."
RECORDED = "This learner's completion is recorded already."
NOTHING_NEW = "All of this is recorded already."


def may_assess(person: Person, offering: Offering) -> bool:
    """Only an assessor named for the offering."""
    return person.is_active and offering.assessors.filter(pk=person.pk).exists()


def require_assessor(person: Person, offering: Offering) -> None:
    """PermissionDenied unless the person is named as an assessor of the offering."""
    if not may_assess(person, offering):
        raise PermissionDenied(NOT_YOURS)


@transaction.atomic
def record(
    *,
    offering: Offering,
    email: str,
    name: str,
    completed_on: dt.date | None,
    by: Person,
    evidence: str = "",
    evidence_url: str = "",
    competencies: Sequence[str | Met] | None = None,
    enrolled: bool | None = None,
) -> Completion:
    """Record one learner's completion, or a part of it (`completed_on` None): competencies met so far, enrolment.

    `competencies` are those met (None: all of the version in force, of one who has completed). What is said of a
    learner on the way adds to what was recorded before. Refused: a date in the future or before the offering began,
    no name or address, no evidence, an unknown competency, nothing new, a learner who has completed already. Only a
    named assessor may, and never for themselves.
    """
    require_assessor(by, offering)
    offering = _locked(offering)
    if competencies is None:
        competencies = competencies_of(offering) if completed_on else ()
    said = Entry(
        name, email, completed_on, rules.named(competencies), enrolled, evidence.strip(), evidence_url.strip()
    )
    limits = rules_of(offering, by)
    refuse_if(rules.problems(said, limits))
    learner = people.ensure_learner(email=email, name=name)
    standing = (
        offering.completions.standing().prefetch_related("competencies").filter(learner=learner).first()
    )
    refuse_if(against(said, standing))
    (completion,) = _write(offering, [(said, learner, standing)], limits, by)
    act = "completion recorded" if completed_on else "mastery recorded"
    note(completion, by, act)
    return completion


@transaction.atomic
def record_many(*, offering: Offering, entries: Sequence[Entry], by: Person) -> list[Completion]:
    """Record a list, all or nothing, in a few statements; one row in the record. Lines with nothing new are left.

    Refused like `record`, with every bad line's reasons (`entries.<number>.<field>`).
    """
    require_assessor(by, offering)
    offering = _locked(offering)
    limits = rules_of(offering, by)
    found = verdicts(offering, entries, limits)
    refuse_if(
        Reason(f"Line {number}: {r.text}", r.clause, f"entries.{number}.{r.field}")
        for number, reasons in sorted(found.items())
        for r in reasons
    )
    learners = people.ensure_learners(recipients=sorted((e.address, e.name) for e in entries))
    before = standing_by_address(offering, entries)
    news = [e for e in entries if not _known(e, before.get(e.address))]
    made = _write(offering, [(e, learners[e.address], before.get(e.address)) for e in news], limits, by)
    if made:
        ids = [str(one.pk) for one in made]
        _note(offering, by, "completions recorded", {"offering": str(offering.pk), "completions": ids})
    return made


def verdicts(offering: Offering, entries: Sequence[Entry], limits: Rules) -> dict[int, list[Reason]]:
    """What stands against each line, by its number; reads only."""
    before = standing_by_address(offering, entries)
    further = further_of({one.address for one in entries})
    people_in_list = Counter(further.get(one.address, one.address) for one in entries)
    repeated = {one.address for one in entries if people_in_list[further.get(one.address, one.address)] > 1}
    found = {}
    for one in entries:
        reasons = rules.problems(one, limits)
        if one.address in repeated:
            reasons.append(Reason(f"{one.address} stands in the list more than once.", field="email"))
        standing = before.get(one.address)
        if not reasons and not _known(one, standing):
            reasons = against(one, standing)
        if reasons:
            found[one.number] = reasons
    return found


def standing_by_address(offering: Offering, entries: Sequence[Entry]) -> dict[str, Completion]:
    """What stands recorded in this offering for the learners of a list, by address; three queries."""
    asked = {one.address for one in entries}
    further = further_of(asked)
    known = {*asked, *further.values()}
    rows = offering.completions.standing().filter(learner__email__in=known)
    rows = rows.select_related("learner").prefetch_related("competencies")
    return by_address(asked, further, {row.learner.email: row for row in rows})


def against(said: Entry, standing: Completion | None) -> list[Reason]:
    """Why it cannot be added to what is recorded of the learner."""
    if standing is None:
        return []
    if standing.completed_on:
        return [Reason(f"{RECORDED} Correct it instead.", field="email")]
    return [Reason(NOTHING_NEW, field="email")] if _known(said, standing) else []


def _known(said: Entry, standing: Completion | None) -> bool:
    """Whether all of it stands there already, so that a list can be sent again with what was added."""
    if standing is None:
        return False
    met = {one.competency for one in standing.competencies.all()}
    same_day = said.completed_on is None or said.completed_on == standing.completed_on
    enrolment = said.enrolled is None or said.enrolled == standing.enrolled
    return same_day and enrolment and all(one.name in met for one in said.competencies)


def _write(
    offering: Offering,
    said: Sequence[tuple[Entry, Person, Completion | None]],
    limits: Rules,
    by: Person,
) -> list[Completion]:
    """The rows: new ones made, those on the way added to, in a few statements."""
    done = [
        (rules.dated(one, limits), _row(offering, one, learner, standing, by))
        for one, learner, standing in said
    ]
    fresh = [row for (_, _, standing), (_, row) in zip(said, done, strict=True) if standing is None]
    added = [row for (_, _, standing), (_, row) in zip(said, done, strict=True) if standing is not None]
    Completion.objects.bulk_create(fresh, batch_size=1000)
    fields = ["version", "completed_on", "enrolled", "evidence", "evidence_url", "recorded_by", "recorded_at"]
    Completion.objects.bulk_update(added, fields, batch_size=500)
    news = [
        hooks.News(row, row.completed_on is not None, _anew(one, standing))
        for (one, _, standing), (_, row) in zip(said, done, strict=True)
    ]
    CompetencyMet.objects.bulk_create(
        (met for one, row in done for met in _met(one, row, by)), ignore_conflicts=True, batch_size=2000
    )
    finishing.follow(offering, [learner.pk for _, learner, _ in said])
    hooks.follower().recorded(news)
    return [row for _, row in done]


def _anew(said: Entry, standing: Completion | None) -> tuple[str, ...]:
    """The competencies that were not known of the learner before."""
    known = {met.competency for met in standing.competencies.all()} if standing else set()
    return tuple(one.name for one in said.competencies if one.name not in known)


def _row(
    offering: Offering, said: Entry, learner: Person, standing: Completion | None, by: Person
) -> Completion:
    row = standing or Completion(offering=offering, learner=learner, learner_name=" ".join(said.name.split()))
    assert offering.definition.current is not None  # noqa: S101  (offerings are opened of approved credentials)
    row.version = offering.definition.current
    row.completed_on = said.completed_on or row.completed_on
    row.enrolled = row.enrolled if said.enrolled is None else said.enrolled
    row.evidence = said.evidence.strip() or row.evidence
    row.evidence_url = said.evidence_url.strip() or row.evidence_url
    row.recorded_by, row.recorded_at = by, clock.now()
    return row


def _met(said: Entry, row: Completion, by: Person) -> list[CompetencyMet]:
    now = clock.now()
    return [
        CompetencyMet(
            completion=row,
            competency=one.name,
            met_on=one.on or row.completed_on or now.date(),  # `dated` has given each its day
            evidence=one.evidence.strip(),
            level=one.level,
            recorded_by=by,
            recorded_at=now,
        )
        for one in said.competencies
    ]


def competencies_of(offering: Offering) -> list[str]:
    """The names of what learners show, by the version in force."""
    current = offering.definition.current
    return list(dict.fromkeys(c["name"] for c in current.competencies)) if current else []


def levels_of(offering: Offering) -> dict[str, list[dict[str, Any]]]:
    """The rubric of each competency that has one: its levels {name, description, points, counts}, the lowest first."""
    current = offering.definition.current
    found: dict[str, list[dict[str, Any]]] = {}
    for competency in current.competencies if current else ():
        if levels := learned.levels_of(competency):
            found.setdefault(competency["name"], levels)
    return found


def rules_of(offering: Offering, by: Person) -> Rules:
    """What is measured in this offering today, when this person records."""
    rubrics = levels_of(offering)
    return Rules(
        competencies_of(offering),
        offering.starts_on,
        offering.institution.today(),
        by.email,
        levels={name: [one["name"] for one in levels] for name, levels in rubrics.items()},
        counting={name: [one["name"] for one in levels if one["counts"]] for name, levels in rubrics.items()},
    )


def _locked(offering: Offering) -> Offering:
    """The offering under lock: of two who record at once, one waits for the other."""
    return locked(Offering.objects.select_related("institution", "definition__current"), offering.pk)


def note(completion: Completion, by: Person, act: str, **detail: object) -> None:
    """A row in the definition's record; the learner is named by id."""
    whole = {"completion": str(completion.pk), "learner": str(completion.learner_id), **detail}
    _note(completion.offering, by, act, whole)


def _note(offering: Offering, by: Person, act: str, detail: dict[str, object]) -> None:
    journal_record.write(
        subject_kind="definition",
        subject_id=offering.definition_id,
        institution=offering.institution,
        act=act,
        by=by,
        detail=detail,
    )
