"""Open an offering of a definition and name its assessors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.authority import people_with
from credentials.models import Definition
from credentials.reach import covered_by, grants_of
from journal import clock
from journal.actions import record
from learning.models import Offering
from policies.reasons import Reason, refuse_if

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Person

OPENERS = ("programme_manager", "programme_director", "issuer")
NOT_YOURS = "Only the programme manager, the programme director or an issuer opens an offering."


def openable_by(person: Person) -> QuerySet[Definition]:
    """What the programme manager, and the unit's programme director and issuers, may open offerings of."""
    opening = [grant for grant in grants_of(person) if grant.role in OPENERS]
    return Definition.objects.filter(covered_by(opening), current__isnull=False)


def may_open(person: Person, definition: Definition) -> bool:
    """Whether the person may open an offering of this definition."""
    return openable_by(person).filter(pk=definition.pk).exists()


def possible_assessors(definition: Definition) -> QuerySet[Person]:
    """Who may be named: people with the role of assessor for the definition's unit."""
    return people_with("assessor", definition.institution, definition.unit)


@transaction.atomic
def open_offering(
    *,
    definition: Definition,
    title: str,
    starts_on: dt.date,
    assessors: Sequence[Person],
    by: Person,
    ends_on: dt.date | None = None,
    director: Person | None = None,
) -> Offering:
    """Make an offering; its assessors may then record completions.

    Refused when the definition has no right to award, when nobody or somebody without the role is named as assessor,
    and when the dates run backwards. PermissionDenied: not one of those who open offerings.
    """
    if not may_open(by, definition):
        raise PermissionDenied(NOT_YOURS)
    refuse_if(_problems(definition, title, starts_on, ends_on, assessors))
    offering = Offering.objects.create(
        institution=definition.institution,
        definition=definition,
        title=title.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        director=director,
        created_by=by,
        created_at=clock.now(),
    )
    offering.assessors.set(assessors)
    record.write(
        subject_kind="definition",
        subject_id=definition.pk,
        institution=definition.institution,
        act="offering opened",
        by=by,
        detail={"offering": str(offering.pk), "assessors": sorted(str(a.pk) for a in assessors)},
    )
    return offering


def _problems(
    definition: Definition,
    title: str,
    starts_on: dt.date,
    ends_on: dt.date | None,
    assessors: Sequence[Person],
) -> list[Reason]:
    found = []
    if not definition.awardable_on(definition.institution.today()):
        found.append(
            Reason("This credential is not approved, or no longer, so nothing can be offered under it.")
        )
    if not title.strip():
        found.append(Reason("Give the offering a title.", field="title"))
    if not assessors:
        found.append(Reason("Name at least one assessor.", field="assessors"))
    named = possible_assessors(definition).filter(pk__in=[person.pk for person in assessors])
    known = set(named.values_list("pk", flat=True))
    found += [
        Reason(f"{person.email} is not an assessor of {definition.unit}.", field="assessors")
        for person in assessors
        if person.pk not in known
    ]
    if ends_on and ends_on < starts_on:
        found.append(Reason("The last day comes before the first.", field="ends_on"))
    return found


def next_start(definition: Definition) -> dt.date | None:
    """The first day, from today on, on which an offering begins; None when none is planned."""
    ahead = Offering.objects.filter(definition=definition).ahead(definition.institution.today())
    return ahead.values_list("starts_on", flat=True).first()
