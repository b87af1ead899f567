"""Time from intent to approval, and where proposals wait: reckoned by the worker for each campus and each unit with all below.

Shape of `RouteFigures.figures`: {"months": [[first day, approved, half the days, nine of ten]], "places": [[step, state,
ended, half the days, nine of ten, open now, oldest in days]], "approved": n, "half": days, "ninety": days, "open": n}.
"""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery

from accounts.models import Institution, Unit
from credentials.models import DefinitionVersion
from evaluation.models import RouteFigures
from evaluation.spans import spans
from journal import clock
from proposals.models import Proposal, Step, StepStatus

Place = tuple[str, str]  # step, state


@dataclass
class Sheet:
    """What one campus or unit adds up to."""

    approved: list[tuple[dt.date, int]] = field(default_factory=list)  # day, days since the intent
    ended: dict[Place, list[int]] = field(default_factory=lambda: defaultdict(list))
    waiting: dict[Place, list[int]] = field(default_factory=lambda: defaultdict(list))
    under_way: int = 0

    def told(self, today: dt.date) -> dict[str, Any]:
        """As it is stored."""
        days = [taken for _, taken in self.approved]
        places = [
            [*place, len(ended), *_marks(ended), len(waiting), max(waiting, default=0)]
            for place in {**self.ended, **self.waiting}
            for ended, waiting in [(self.ended.get(place, []), self.waiting.get(place, []))]
        ]
        half, ninety = _marks(days)
        return {
            "approved": len(days), "half": half, "ninety": ninety, "open": self.under_way,
            "months": self._months(today), "places": sorted(places, key=lambda row: (-(row[3] or 0), row[0])),
        }  # fmt: skip

    def _months(self, today: dt.date) -> list[list[Any]]:
        by_month = defaultdict(list)
        for day, taken in self.approved:
            by_month[day.replace(day=1)].append(taken)
        return [
            [span.first.isoformat(), len(by_month[span.first]), *_marks(by_month[span.first])]
            for span in spans("month", today)
        ]


def _marks(days: Sequence[int]) -> tuple[int | None, int | None]:
    """The days that half of them and that nine of ten did not exceed."""
    ordered = sorted(days)
    if not ordered:
        return None, None
    half, ninety = (ordered[math.ceil(share * len(ordered)) - 1] for share in (0.5, 0.9))
    return half, ninety


def roll_up() -> int:
    """Reckon the sheets of every campus anew; returns how many were written. Repeatable."""
    return sum(_roll_up(campus) for campus in Institution.objects.order_by("pk"))


@transaction.atomic
def _roll_up(campus: Institution) -> int:
    now, today = clock.now(), campus.today()
    sheets: dict[uuid.UUID | None, Sheet] = defaultdict(Sheet)
    above = _lineages(campus)
    _passages(campus, above, sheets)
    _steps(campus, above, sheets, now)
    rows = RouteFigures.objects.filter(institution=campus)
    rows.exclude(unit__in=[key for key in sheets if key]).exclude(unit=None).delete()
    sheets[None]  # the campus has one even when nothing was proposed
    RouteFigures.objects.bulk_create(
        [
            RouteFigures(institution=campus, unit_id=key, figures=sheet.told(today), made_at=now)
            for key, sheet in sheets.items()
        ],
        update_conflicts=True,
        unique_fields=["institution", "unit"],
        update_fields=["figures", "made_at"],
    )
    return len(sheets)


def _lineages(campus: Institution) -> dict[uuid.UUID, list[uuid.UUID | None]]:
    """Of each unit itself, those above it, and the campus as None."""
    units = Unit.objects.filter(institution=campus)
    return {unit.pk: [None, *(uuid.UUID(part) for part in unit.lineage)] for unit in units}


def _passages(
    campus: Institution, above: dict[uuid.UUID, list[uuid.UUID | None]], sheets: dict[uuid.UUID | None, Sheet]
) -> None:
    """Every submitted proposal: how long it took to its first approval, or that it is under way."""
    first = DefinitionVersion.objects.filter(proposal_id=OuterRef("pk")).order_by("approved_on")
    rows = Proposal.objects.filter(institution=campus, submitted_at__isnull=False)
    waiting = set(rows.waiting().values_list("pk", flat=True))
    found = rows.annotate(done_on=Subquery(first.values("approved_on")[:1]))
    for key, unit, begun, done_on in found.values_list("pk", "unit", "submitted_at", "done_on"):
        for sheet in _each(sheets, above[unit]):
            if done_on and begun:
                sheet.approved.append((done_on, max((done_on - begun.date()).days, 0)))
            elif key in waiting:
                sheet.under_way += 1


def _steps(
    campus: Institution,
    above: dict[uuid.UUID, list[uuid.UUID | None]],
    sheets: dict[uuid.UUID | None, Sheet],
    now: dt.datetime,
) -> None:
    """Every step that was opened: how long it took, or waits."""
    rows = Step.objects.filter(proposal__institution=campus, opened_at__isnull=False)
    rows = rows.filter(status__in=[StepStatus.COMPLETE, StepStatus.OPEN])
    columns = ("title", "state", "status", "opened_at", "completed_at", "proposal__unit")
    for title, state, status, opened, completed, unit in rows.values_list(*columns).iterator(5000):
        days = ((completed or now) - opened).days
        for sheet in _each(sheets, above[unit]):
            (sheet.waiting if status == StepStatus.OPEN else sheet.ended)[title, state].append(days)


def _each(sheets: dict[uuid.UUID | None, Sheet], keys: Iterable[uuid.UUID | None]) -> list[Sheet]:
    return [sheets[key] for key in keys]
