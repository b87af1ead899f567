"""What the records say of many learners at once, in a fixed number of queries whatever their number."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.db.models import F

from accounts.addresses import by_address, further_of
from credentials.learned import Mastered
from learning.models import CompetencyMet, Completion

if TYPE_CHECKING:
    from credentials.models import Definition


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands recorded of one learner for one credential, in whichever of its offerings.

    `completion_id` is the record that counts, whose evidence this is: the newest that says completed, or else the
    newest. `competencies` are those met in any of them. `versions` are the definition's versions that completion and competencies rest on.
    """

    completion_id: uuid.UUID
    learner_id: uuid.UUID
    name: str
    enrolled: bool | None
    evidence: str
    evidence_url: str
    completed_on: dt.date | None = None
    starts_on: dt.date | None = None
    competencies: frozenset[str] = frozenset()
    versions: frozenset[uuid.UUID] = frozenset()


COLUMNS = (
    "learner__email", "pk", "learner_id", "learner_name", "enrolled", "evidence", "evidence_url",
    "completed_on", "offering__starts_on", "version_id",
)  # fmt: skip


Told = dict[str, tuple[Mastered, ...]]


def completions_for(
    definition: Definition, emails: Collection[str], *, competencies: bool = True
) -> dict[str, Shown]:
    """What stands recorded for each address (lower case); leave competencies out where nobody asks for them."""
    further = further_of(emails)
    listed = _listed(definition, {*emails, *further.values()})
    met = _met([row[1] for row in listed]) if competencies else {}
    return by_address(emails, further, _laid_over(listed, met))


def mastery_for(
    definition: Definition, emails: Collection[str], *, competencies: bool = True
) -> tuple[dict[str, Shown], Told]:
    """The same, and each competency that stands recorded as met of each address, with its level and evidence.

    Of one that was recorded in two offerings, what was recorded last that has a level, and that has evidence.
    """
    further = further_of(emails)
    listed = _listed(definition, {*emails, *further.values()})
    email_of = {row[1]: row[0] for row in listed}
    met: dict[uuid.UUID, set[str]] = defaultdict(set)
    told: dict[str, dict[str, Mastered]] = defaultdict(dict)
    rows = CompetencyMet.objects.filter(completion__pk__among=email_of).order_by("met_on", "pk")
    for key, name, evidence, level in rows.values_list("completion_id", "competency", "evidence", "level"):
        if competencies:
            met[key].add(name)
        said = told[email_of[key]]
        before = said.get(name, Mastered(name))
        said[name] = Mastered(name, evidence or before.evidence, level or before.level)
    shown = _laid_over(listed, {key: frozenset(names) for key, names in met.items()})
    mastered = {email: tuple(said.values()) for email, said in told.items()}
    return by_address(emails, further, shown), by_address(emails, further, mastered)


def _listed(definition: Definition, known: Collection[str]) -> list[tuple[Any, ...]]:
    """Those that say completed last, and of these the newest, so that it is the one that stays."""
    rows = Completion.objects.standing().filter(offering__definition=definition, learner__email__among=known)
    ordered = rows.order_by(F("completed_on").asc(nulls_first=True), "recorded_at", "pk")
    return list(ordered.values_list(*COLUMNS))


def _laid_over(
    listed: Iterable[tuple[Any, ...]], met: Mapping[uuid.UUID, frozenset[str]]
) -> dict[str, Shown]:
    found: dict[str, Shown] = {}
    for row in listed:
        found[row[0]] = _shown(row, met.get(row[1], frozenset()), found.get(row[0]))
    return found


def lock_records(definition: Definition, emails: Collection[str]) -> None:
    """Let what stands recorded of these learners stay so until the transaction ends; two queries."""
    known = {*emails, *further_of(emails).values()}
    rows = Completion.objects.standing().filter(offering__definition=definition, learner__email__among=known)
    list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def _shown(row: tuple[Any, ...], met: frozenset[str], before: Shown | None) -> Shown:
    """The row laid over what an earlier record of the same learner says."""
    _, pk, learner, name, enrolled, text, url, completed_on, starts_on, version = row
    versions: frozenset[uuid.UUID] = _alone(version) if completed_on or met else frozenset()
    if before:
        versions |= before.versions if before.competencies else frozenset()
        met |= before.competencies
    return Shown(
        completion_id=pk,
        learner_id=learner,
        name=name,
        enrolled=enrolled,
        evidence=text,
        evidence_url=url,
        completed_on=completed_on,
        starts_on=starts_on,
        competencies=met,
        versions=versions,
    )


def _met(completions: Collection[uuid.UUID]) -> dict[uuid.UUID, frozenset[str]]:
    rows = CompetencyMet.objects.filter(completion__pk__among=completions).order_by("completion_id")
    found: dict[uuid.UUID, frozenset[str]] = {}
    alike: dict[frozenset[str], frozenset[str]] = {}  # what many have shown is kept once
    listed = rows.values_list("completion_id", "competency").iterator()
    for key, group in groupby(listed, key=itemgetter(0)):
        names = frozenset(name for _, name in group)
        found[key] = alike.setdefault(names, names)
    return found


@lru_cache(maxsize=64)
def _alone(version: uuid.UUID) -> frozenset[uuid.UUID]:
    """One object for all the learners whose records rest on it."""
    return frozenset([version])
