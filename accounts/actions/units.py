"""The unit tree of a campus: add, rename, move."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr

from accounts.authority import require_administrator
from accounts.hooks import journal
from accounts.models import Institution, Unit
from policies.reasons import Reason, Refused

if TYPE_CHECKING:
    from accounts.models import Person

FARTHEST = 15  # years


@transaction.atomic
def add(
    *, institution: Institution, name: str, parent: Unit | None, by: Person | None, kind: str = ""
) -> Unit:
    """A new unit below `parent` (None: at the top). Only a campus administrator.

    Effects: a Unit, an entry in the campus's record. Refused: no name, a name that is there already, a parent of
    another campus.
    """
    require_administrator(by, institution)
    Institution.objects.select_for_update().get(pk=institution.pk)
    _refuse_parent(institution, parent)
    name = _free_name(institution, parent, name)
    unit = Unit.objects.create(institution=institution, parent=parent, name=name, kind=kind)
    journal().record(
        institution, "unit added", by, {"unit": unit.pk, "name": name, "parent": parent and parent.pk}
    )
    return unit


@transaction.atomic
def rename(*, unit: Unit, name: str, by: Person | None) -> Unit:
    """Another name for a unit. Only a campus administrator. Refused: no name, or one that is there already."""
    require_administrator(by, unit.institution)
    unit = (
        Unit.objects.select_for_update(of=("self",)).select_related("institution", "parent").get(pk=unit.pk)
    )
    before, unit.name = unit.name, _free_name(unit.institution, unit.parent, name, but=unit)
    unit.save(update_fields=["name"])
    journal().record(
        unit.institution, "unit renamed", by, {"unit": unit.pk, "name": unit.name, "before": before}
    )
    return unit


@transaction.atomic
def move(*, unit: Unit, parent: Unit | None, by: Person | None) -> Unit:
    """Put a unit, with all that is below it, under another parent. Only a campus administrator.

    Effects: the paths of the whole subtree, an entry in the campus's record. Refused: a parent of another campus or
    inside the unit itself, and a name that is there already.
    """
    require_administrator(by, unit.institution)
    Institution.objects.select_for_update().get(pk=unit.institution_id)
    unit = Unit.objects.select_related("institution").get(pk=unit.pk)
    _refuse_parent(unit.institution, parent)
    if parent is not None:
        parent = Unit.objects.get(pk=parent.pk)
        if str(unit.pk) in parent.lineage:
            raise Refused(Reason("A unit cannot be moved into itself.", field="parent"))
    _free_name(unit.institution, parent, unit.name, but=unit)
    before, below = unit.path, Unit.objects.within(unit).exclude(pk=unit.pk)
    unit.parent = parent
    unit.save()
    below = Unit.objects.filter(path__startswith=before).exclude(pk=unit.pk)
    below.update(path=Concat(Value(unit.path), Substr("path", len(before) + 1)))
    journal().record(unit.institution, "unit moved", by, {"unit": unit.pk, "parent": parent and parent.pk})
    return unit


@transaction.atomic
def set_review(*, unit: Unit, on: dt.date | None, by: Person | None) -> Unit:
    """Enter the day of a unit's next periodic review, or take it away (None). Only a campus administrator.

    Effects: the day, for the unit and all below it without a day of their own; an entry in the campus's record;
    deadlines follow. Refused: a day more than `FARTHEST` years away.
    """
    require_administrator(by, unit.institution)
    unit = Unit.objects.select_for_update(of=("self",)).select_related("institution").get(pk=unit.pk)
    today = unit.institution.today()
    if on is not None and abs(on.year - today.year) > FARTHEST:
        text = f"Enter a day within {FARTHEST} years."
        raise Refused(Reason(text, field="review_on"))
    before, unit.review_on = unit.review_on, on
    unit.save(update_fields=["review_on"])
    detail = {"unit": unit.pk, "name": unit.name, "on": on, "before": before}
    journal().record(unit.institution, "unit review entered", by, detail)
    return unit


def _refuse_parent(institution: Institution, parent: Unit | None) -> None:
    if parent is not None and parent.institution_id != institution.pk:
        raise Refused(Reason(f"{parent} is not a unit of {institution}.", field="parent"))


def _free_name(institution: Institution, parent: Unit | None, name: str, but: Unit | None = None) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused(Reason("Give the unit a name.", field="name"))
    twins = Unit.objects.filter(institution=institution, parent=parent, name__iexact=name)
    if (twins.exclude(pk=but.pk) if but else twins).exists():
        raise Refused(Reason(f"There is a unit called {name} here already.", field="name"))
    return name
