"""Progress by requirement: each learner of an offering, enrolled or recorded, against each competency of its credential."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from credentials.models import Award
from credentials.reach import grants_of, keeps_awards
from learning.actions.completions import competencies_of, may_assess
from learning.models import CompetencyMet, Completion, Enrolment
from learning.readiness import Readiness
from learning.reading import completions_for

if TYPE_CHECKING:
    from accounts.models import Person
    from learning.models import Offering
    from policies.reasons import Reason

STATES = {
    "ready": "May be issued the badge",
    "on_the_way": "On the way",
    "holds": "Holds the badge",
}


def sees_records(person: Person, offering: Offering) -> bool:
    """Whether the person sees what all learners of the offering have shown: assessors, its director, those who keep awards."""
    if person.is_superuser or offering.director_id == person.pk or may_assess(person, offering):
        return True
    path = offering.definition.unit.path
    return any(
        keeps_awards(grant)
        and grant.institution_id == offering.institution_id
        and (grant.unit is None or path.startswith(grant.unit.path))
        for grant in grants_of(person)
    )


@dataclass
class Line:
    """One learner. `cells` are the competencies in the credential's order, None where one is not recorded as met here.

    `missing` says what an award still needs, by which clause, whichever offering it was shown in.
    """

    learner_id: uuid.UUID
    name: str
    email: str
    enrolment: Enrolment | None = None
    completion: Completion | None = None
    cells: list[CompetencyMet | None] = field(default_factory=list)
    missing: list[Reason] = field(default_factory=list)
    holds: bool = False

    @property
    def state(self) -> str:
        """holds, ready or on_the_way."""
        return "holds" if self.holds else "on_the_way" if self.missing else "ready"

    @property
    def met(self) -> int:
        """How many competencies are recorded as met here."""
        return sum(cell is not None for cell in self.cells)


def lines(offering: Offering) -> list[Line]:
    """Every learner who has a seat or of whom something stands recorded, by name; a fixed number of queries."""
    found: dict[uuid.UUID, Line] = {}
    for enrolment in offering.enrolments.seated().select_related("learner"):
        who = enrolment.learner
        found[who.pk] = Line(who.pk, enrolment.learner_name, who.email, enrolment=enrolment)
    for completion in offering.completions.standing().select_related("learner", "recorded_by"):
        who = completion.learner
        line = found.setdefault(who.pk, Line(who.pk, completion.learner_name, who.email))
        line.completion = completion
    _measure(offering, list(found.values()))
    return sorted(found.values(), key=lambda line: (line.name.casefold(), line.email))


def _measure(offering: Offering, found: Sequence[Line]) -> None:
    """What each still lacks for the award, by the one rule; and who holds it already."""
    definition = offering.definition
    rule, shown = Readiness(definition), completions_for(definition, {line.email for line in found})
    live = Award.objects.live().filter(definition=definition, holder__in=[line.learner_id for line in found])
    holders = set(live.values_list("holder_id", flat=True))
    for line in found:
        line.missing = rule.problems(shown.get(line.email))
        line.holds = line.learner_id in holders


def fill(offering: Offering, shown: Sequence[Line]) -> list[str]:
    """Put what was shown, with its evidence, into these lines; returns the competencies' names, in their order."""
    names = competencies_of(offering)
    of = {line.completion.pk: line for line in shown if line.completion}
    met = _met(of.keys())
    for line in shown:
        mine = met.get(line.completion.pk, {}) if line.completion else {}
        line.cells = [mine.get(name) for name in names]
    return names


def _met(completions: Collection[uuid.UUID]) -> dict[uuid.UUID, dict[str, CompetencyMet]]:
    found: dict[uuid.UUID, dict[str, CompetencyMet]] = {}
    rows = CompetencyMet.objects.filter(completion__in=completions).select_related("recorded_by")
    for row in rows:
        found.setdefault(row.completion_id, {})[row.competency] = row
    return found
