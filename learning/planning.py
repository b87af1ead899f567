"""What an offering is to be, as values, and what stands against it: one rule for opening and for changing it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from accounts.authority import people_with
from learning import terms
from policies.calendar import DatedTerm
from policies.reasons import Reason

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Person
    from credentials.models import Definition

MOST_SEATS = 100_000


@dataclass(frozen=True)
class Plan:
    """An offering as somebody wants it. `within` is its term with dates; None where it follows none."""

    definition: Definition
    title: str
    starts_on: dt.date | None
    ends_on: dt.date | None
    assessors: Sequence[Person]
    director: Person | None
    term_year: int | None
    term: str
    capacity: int | None
    within: DatedTerm | None

    def columns(self) -> dict[str, Any]:
        """What the row holds of it."""
        names = ("starts_on", "ends_on", "director", "term", "term_year", "capacity")
        return {"title": self.title.strip()} | {name: getattr(self, name) for name in names}


def planned(
    definition: Definition,
    title: str,
    starts_on: dt.date | None,
    ends_on: dt.date | None,
    assessors: Sequence[Person],
    director: Person | None,
    term_year: int | None,
    term: str,
    capacity: int | None,
) -> Plan:
    """The plan, with the term's own days and the unit's only programme director where none are given."""
    within = terms.term_of(definition.institution, term_year, term) if term else None
    if within:
        starts_on, ends_on = starts_on or within.starts_on, ends_on or within.ends_on
    year = term_year if term else None
    director = director or the_director(definition)
    return Plan(definition, title, starts_on, ends_on, assessors, director, year, term, capacity, within)


def problems(plan: Plan, named_before: frozenset[uuid.UUID] = frozenset()) -> list[Reason]:
    """Everything that stands against it, each reason at its field. Who was named before may stay assessor."""
    found = [] if plan.title.strip() else [Reason("Give the offering a title.", field="title")]
    if len(plan.title.strip()) > 200:
        found.append(Reason("The title is longer than 200 characters.", field="title"))
    found += _assessors(plan, named_before)
    found += [*_director(plan), *_days(plan)]
    if plan.capacity is not None and not 1 <= plan.capacity <= MOST_SEATS:
        text = f"Write how many learners there is room for, from 1 to {MOST_SEATS:,}, or nothing where there is no limit."
        found.append(Reason(text, field="capacity"))
    return found


def _assessors(plan: Plan, named_before: frozenset[uuid.UUID]) -> list[Reason]:
    if not plan.assessors:
        return [Reason("Name at least one assessor.", field="assessors")]
    named = possible_assessors(plan.definition).filter(pk__in=[person.pk for person in plan.assessors])
    known = {*named.values_list("pk", flat=True), *named_before}
    return [
        Reason(f"{person.email} is not an assessor of {plan.definition.unit}.", field="assessors")
        for person in plan.assessors
        if person.pk not in known
    ]


def _director(plan: Plan) -> list[Reason]:
    """Where the policy wants somebody who keeps in touch with the graduates, somebody is named."""
    institution = plan.definition.institution
    clause = (institution.in_force or institution.policy).pack.evaluation.director_clause
    if plan.director or not clause:
        return []
    text = "Name the programme director, who keeps in touch with its graduates."
    return [Reason(text, clause, "director")]


def possible_directors(definition: Definition) -> QuerySet[Person]:
    """Who directs programmes of the definition's unit."""
    return people_with("programme_director", definition.institution, definition.unit)


def the_director(definition: Definition) -> Person | None:
    """The unit's programme director, where there is only one."""
    found = list(possible_directors(definition)[:2])
    return found[0] if len(found) == 1 else None


def possible_assessors(definition: Definition) -> QuerySet[Person]:
    """Who may be named: people with the role of assessor for the definition's unit."""
    return people_with("assessor", definition.institution, definition.unit)


def _days(plan: Plan) -> list[Reason]:
    if plan.term and plan.within is None:
        return [Reason("The campus has no such term.", field="term")]
    if plan.starts_on is None:
        return [Reason("Write the first day, or choose a term.", field="starts_on")]
    found = []
    if plan.ends_on and plan.ends_on < plan.starts_on:
        found.append(Reason("The last day comes before the first.", field="ends_on"))
    return found + _within(plan, plan.starts_on)


def _within(plan: Plan, starts_on: dt.date) -> list[Reason]:
    """The days lie in the term."""
    if plan.within is None:
        return []
    name = terms.name_of(plan.definition.institution, plan.within)
    first, last = plan.within.starts_on, plan.within.ends_on
    span = f"{name} runs from {first:%-d %B %Y} to {last:%-d %B %Y}."
    days = {"starts_on": starts_on, "ends_on": plan.ends_on}
    return [
        Reason(f"This day lies outside the term: {span}", field=field)
        for field, day in days.items()
        if day and not first <= day <= last
    ]
