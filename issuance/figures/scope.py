"""Which credentials, and which weeks or months, somebody asks about; `campus`, `unit` and `by` are as they were asked."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import Institution, Unit
from issuance.figures import board as boards
from issuance.figures import reading
from issuance.figures.board import Board, Row
from issuance.figures.periods import Periods

if TYPE_CHECKING:
    from accounts.models import Person


def periods_of(by: str) -> Periods:
    """Weeks or months up to today; months where nothing that fits was asked for."""
    return Periods("week" if by == "week" else "month", boards.today())


class Scope:
    """Which credentials the page is about: of one campus, or of a unit of it and all below."""

    def __init__(self, person: Person, given: Mapping[str, str]) -> None:
        seen = reading.measured(person)
        self.campuses = list(
            Institution.objects.filter(pk__in=seen.values("institution")).select_related("in_force")
        )
        self.campus = _chosen(self.campuses, given.get("campus", ""))
        mine = (
            seen.filter(institution=self.campus).select_related("current", "unit").defer("current__answers")
        )
        self.units = list(Unit.objects.filter(pk__in=mine.order_by().values("unit")))
        self.unit = _unit(self.campuses, self.campus, given.get("unit", ""))
        if self.unit:
            mine = mine.filter(unit__path__startswith=self.unit.path)
        self.definitions = list(mine)

    def board(self, periods: Periods) -> Board | None:
        """Their figures together; None where there is no credential."""
        if not self.definitions or not self.campus:
            return None
        return boards.board(self.campus, [one.pk for one in self.definitions], periods)

    def rows(self) -> list[Row]:
        """Each of them."""
        return boards.rows(self.campus, self.definitions) if self.campus else []


def _chosen(campuses: list[Institution], slug: str) -> Institution | None:
    """The campus asked for, else the first; one that is not mine is not there."""
    if not slug:
        return campuses[0] if campuses else None
    found = next((one for one in campuses if one.slug == slug), None)
    if found is None:
        raise Http404("No such campus")
    return found


def _unit(campuses: list[Institution], campus: Institution | None, text: str) -> Unit | None:
    """The unit asked for; none where another campus of mine was chosen meanwhile."""
    if not text:
        return None
    try:
        key = uuid.UUID(text)
    except ValueError:
        raise Http404("No such unit") from None
    found = get_object_or_404(Unit, pk=key, institution__in=campuses)
    return found if found.institution_id == (campus and campus.pk) else None
