"""Open an offering of a definition and name its assessors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from credentials.models import Definition
from credentials.reach import covered_by, grants_of
from journal import clock
from journal.actions import record
from learning.models import Offering
from learning.models.enrolment import OPENERS
from learning.planning import planned, possible_assessors, problems
from policies.reasons import Reason, refuse_if

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Person

__all__ = ["may_open", "next_start", "open_offering", "openable_by", "possible_assessors"]

NOT_YOURS = "Only the programme manager, the programme director or an issuer opens an offering."


def openable_by(person: Person) -> QuerySet[Definition]:
    """What the programme manager, and the unit's programme director and issuers, may open offerings of."""
    opening = [grant for grant in grants_of(person) if grant.role in OPENERS]
    return Definition.objects.filter(covered_by(opening), current__isnull=False)


def may_open(person: Person, definition: Definition) -> bool:
    """Whether the person may open an offering of this definition."""
    return openable_by(person).filter(pk=definition.pk).exists()


@transaction.atomic
def open_offering(
    *,
    definition: Definition,
    title: str,
    starts_on: dt.date | None,
    assessors: Sequence[Person],
    by: Person,
    ends_on: dt.date | None = None,
    director: Person | None = None,
    term_year: int | None = None,
    term: str = "",
    capacity: int | None = None,
) -> Offering:
    """Make an offering; its assessors may then record completions. Days that are not given are those of its term.

    Refused when the definition has no right to award, when nobody or somebody without the role is named as assessor,
    when the dates run backwards or leave the term, and for a term that the campus does not have or a capacity that is no
    number of seats. PermissionDenied: not one of those who open offerings.
    """
    if not may_open(by, definition):
        raise PermissionDenied(NOT_YOURS)
    plan = planned(definition, title, starts_on, ends_on, assessors, director, term_year, term, capacity)
    refuse_if([*_standing(definition), *problems(plan)])
    offering = Offering.objects.create(
        institution=definition.institution,
        definition=definition,
        **plan.columns(),
        created_by=by,
        created_at=clock.now(),
    )
    offering.assessors.set(assessors)
    detail = {"assessors": sorted(str(a.pk) for a in assessors)} | (
        {"capacity": capacity} if capacity else {}
    )
    note(offering, "offering opened", by, detail)
    return offering


def note(offering: Offering, act: str, by: Person, detail: dict[str, Any]) -> None:
    """A row in the definition's record."""
    record.write(
        subject_kind="definition",
        subject_id=offering.definition_id,
        institution=offering.institution,
        act=act,
        by=by,
        detail={"offering": str(offering.pk), **detail},
    )


def _standing(definition: Definition) -> list[Reason]:
    if definition.awardable_on(definition.institution.today()):
        return []
    return [Reason("This credential is not approved, or no longer, so nothing can be offered under it.")]


def next_start(definition: Definition) -> dt.date | None:
    """The first day, from today on, on which an offering begins; None when none is planned."""
    ahead = Offering.objects.filter(definition=definition).ahead(definition.institution.today())
    return ahead.values_list("starts_on", flat=True).first()
