"""Open an offering of a definition and name its assessors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.authority import holds
from journal import clock
from journal.actions import record
from learning.models import Offering
from policies.reasons import Reason, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person
    from credentials.models import Definition

OPENERS = ("programme_manager", "programme_director", "issuer")


def may_open(person: Person, definition: Definition) -> bool:
    """The programme manager, and the unit's programme director or issuer."""
    return any(holds(person, actor, definition.institution, definition.unit) for actor in OPENERS)


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

    Refused when the definition has no right to award, when nobody is named as assessor, when the dates run backwards.
    """
    if not may_open(by, definition):
        raise PermissionDenied("Only the programme manager, the programme director or an issuer opens an offering.")
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
    if not definition.awardable_on(clock.today()):
        found.append(Reason("This credential is not approved, or no longer, so nothing can be offered under it."))
    if not title.strip():
        found.append(Reason("Give the offering a title.", field="title"))
    if not assessors:
        found.append(Reason("Name at least one assessor.", field="assessors"))
    if ends_on and ends_on < starts_on:
        found.append(Reason("The last day comes before the first.", field="ends_on"))
    return found
