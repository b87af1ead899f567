"""Change an offering: its title, days, term, seats and people. What it was before stands in the record."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Min

from accounts.locking import locked
from learning.actions.enrolments import move_up
from learning.actions.offerings import may_open, note
from learning.models import CompetencyMet, Offering
from learning.planning import Plan, planned, problems
from policies.reasons import Reason, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person

NOT_YOURS = "Only those who open offerings of this credential, and its programme director, change it."
CHANGED = "Somebody has changed this offering meanwhile. Look at it again."
COLUMNS = ("title", "starts_on", "ends_on", "term", "term_year", "capacity", "director_id")


def may_edit(person: Person, offering: Offering) -> bool:
    """Those who may open offerings of the credential, and the offering's director."""
    if not person.is_active:
        return False
    return offering.director_id == person.pk or may_open(person, offering.definition)


def mark_of(offering: Offering) -> str:
    """A mark of how it stands, for a form to say what it was drawn from."""
    named = sorted(str(key) for key in offering.assessors.values_list("pk", flat=True))
    text = repr([[str(getattr(offering, name)) for name in COLUMNS], named])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@transaction.atomic
def edit_offering(
    *,
    offering: Offering,
    title: str,
    starts_on: dt.date | None,
    ends_on: dt.date | None,
    assessors: Sequence[Person],
    by: Person,
    director: Person | None = None,
    term_year: int | None = None,
    term: str = "",
    capacity: int | None = None,
    mark: str | None = None,
) -> Offering:
    """Let the offering be exactly this. Where there are seats now, the waiting list moves up.

    Effects: the row, its assessors, a row in the record with what changed. Refused like opening one; fewer seats than
    learners have; a first day after what is recorded already; a form that was drawn from another state (`mark`). Nothing is
    written when nothing changes. Only `may_edit`.
    """
    if not may_edit(by, offering):
        raise PermissionDenied(NOT_YOURS)
    related = ("institution", "definition__unit", "definition__current")
    row = locked(Offering.objects.select_related(*related), offering.pk)
    if mark is not None:
        refuse_if([Reason(CHANGED)] if mark != mark_of(row) else [])
    plan = planned(row.definition, title, starts_on, ends_on, assessors, director, term_year, term, capacity)
    before, named = _values(row), frozenset(row.assessors.values_list("pk", flat=True))
    refuse_if([*problems(plan, named), *_against(row, plan)])
    for name, value in plan.columns().items():
        setattr(row, name, value)
    row.save()
    row.assessors.set(assessors)
    after = _values(row)
    if changed := {name: [before[name], value] for name, value in after.items() if value != before[name]}:
        note(row, "offering changed", by, {"changed": changed})
        move_up(row)
    return row


def _values(offering: Offering) -> dict[str, Any]:
    named = sorted(str(key) for key in offering.assessors.values_list("pk", flat=True))
    kept = {name: getattr(offering, name) for name in COLUMNS}
    plain = {k: v if v is None or isinstance(v, int) else str(v) for k, v in kept.items()}
    return plain | {"assessors": named}


def _against(offering: Offering, plan: Plan) -> list[Reason]:
    """What has happened in it already that it would not fit any more."""
    found, taken = [], offering.enrolments.seated().count()
    if plan.capacity is not None and plan.capacity < taken:
        many = "1 learner is" if taken == 1 else f"{taken:,} learners are"
        found.append(Reason(f"{many} enrolled, so there cannot be fewer seats.", field="capacity"))
    first = _first_recorded(offering)
    if first and plan.starts_on and plan.starts_on > first:
        text = f"Something is recorded of {first:%-d %B %Y} already, so it cannot begin later."
        found.append(Reason(text, field="starts_on"))
    return found


def _first_recorded(offering: Offering) -> dt.date | None:
    """The first day of which something stands recorded."""
    standing = offering.completions.standing()
    met = CompetencyMet.objects.filter(completion__in=standing.values("pk"))
    days = [
        standing.aggregate(first=Min("completed_on"))["first"],
        met.aggregate(first=Min("met_on"))["first"],
    ]
    return min((day for day in days if day), default=None)
