"""Figures as they are stored, added up for some credentials: in all, by period, by credential, as of the last report."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Max, Q, Sum
from django.db.models.functions import TruncMonth, TruncWeek

from accounts.held import grants_of
from credentials.models import Definition
from credentials.reach import covered_by
from issuance.figures.names import COUNTED, LABOUR, OURS, OWN_VIEWS, REPORTED, STANDING
from issuance.figures.periods import Periods
from issuance.models import DayFigure, FigureSource, PlatformTemplate
from journal import clock

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Person

STOCK = tuple(name for group in STANDING.values() for name in group)
LATELY = dt.timedelta(days=62)  # what a platform said before is not how it stands any more
LATEST = ("holders", *LABOUR)  # of which the last report counts, and not the sum of all


def measured(person: Person) -> QuerySet[Definition]:
    """The credentials whose figures the person sees: those that their roles cover, by campus or by unit."""
    rows = Definition.objects.filter(current__isnull=False)
    return rows if person.is_superuser else rows.filter(covered_by(grants_of(person), unit="unit"))


class Key(NamedTuple):
    """What a sum is of."""

    source: str
    figure: str
    part: str


@dataclass
class Sums:
    """Everything added up that is shown of some credentials together."""

    total: dict[Key, int] = field(default_factory=dict)
    period: dict[tuple[str, dt.date], int] = field(default_factory=dict)  # of ours: by figure and its period
    standing: dict[tuple[str, str], int] = field(default_factory=dict)  # at platforms: by source and figure
    known: set[tuple[str, str]] = field(default_factory=set)  # which source told which figure

    def ours(self, figure: str, part: str = "") -> int:
        """So many in all, as counted here."""
        return self.total.get(Key(OURS, figure, part), 0)

    def parts(self, source: str, figure: str) -> dict[str, int]:
        """The parts of a figure, the largest first."""
        found = {
            k.part: v for k, v in self.total.items() if k.part and (k.source, k.figure) == (source, figure)
        }
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def at(self, source: str, figure: str) -> int | None:
        """How it stands at a platform; None when it was not told."""
        return self.standing.get((source, figure))


def sums(definitions: Collection[uuid.UUID], periods: Periods | None = None) -> Sums:
    """What is shown of these credentials together, in a few queries."""
    rows = DayFigure.objects.filter(definition__in=definitions)
    flows = rows.filter(figure__in=[*COUNTED, *REPORTED, OWN_VIEWS]).exclude(figure__in=LATEST)
    found = Sums()
    for row in flows.order_by().values("source", "figure", "part").annotate(n=Sum("value")):
        found.total[Key(row["source"], row["figure"], row["part"])] = row["n"]
    for last in _last(rows.filter(figure="holders")):
        key = Key(last.source, last.figure, last.part)
        found.total[key] = found.total.get(key, 0) + last.value
    lately = rows.filter(figure__in=STOCK, day__gte=clock.now().date() - LATELY)
    for last in _last(lately.exclude(source=OURS)):
        place = last.source, last.figure
        found.standing[place] = found.standing.get(place, 0) + last.value
    found.known = {(key.source, key.figure) for key in found.total} | set(found.standing)
    if periods:
        found.period = _by_period(rows, periods)
    return found


def _by_period(rows: QuerySet[DayFigure], periods: Periods) -> dict[tuple[str, dt.date], int]:
    """Our own, without their parts, within the periods."""
    cut = (TruncWeek if periods.by == "week" else TruncMonth)("day")
    recent = rows.filter(source=OURS, day__gte=periods.starts[0], day__lte=periods.last)
    found = recent.order_by().values("figure", start=cut).annotate(n=Sum("value"))
    return {
        (row["figure"], row["start"]): row["n"]
        for row in found.exclude(Q(figure="sharers") & ~Q(part=""))  # of each destination beside those of all
    }


def _last(rows: QuerySet[DayFigure]) -> list[DayFigure]:
    """Of each credential, source and figure what is told of the last day; two queries."""
    days = rows.order_by().values("definition", "source", "figure").annotate(last=Max("day"))
    newest = {(row["definition"], row["source"], row["figure"]): row["last"] for row in days}
    found = rows.filter(day__in=set(newest.values())).order_by("source", "figure", "part")
    return [row for row in found if newest[row.definition_id, row.source, row.figure] == row.day]


def labour(definition: uuid.UUID) -> list[DayFigure]:
    """The labour market for one credential by the last report of each source."""
    return _last(DayFigure.objects.filter(definition=definition, figure__in=LABOUR))


def by_credential(definitions: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, int]]:
    """Of each credential our own figures in all; one query."""
    rows = DayFigure.objects.filter(definition__in=definitions, source=OURS)
    whole = rows.exclude(Q(figure="sharers") & ~Q(part=""))
    found: dict[uuid.UUID, dict[str, int]] = {}
    for row in whole.order_by().values("definition", "figure").annotate(n=Sum("value")):
        found.setdefault(row["definition"], {})[row["figure"]] = row["n"]
    return found


def platforms_of(definitions: Collection[uuid.UUID]) -> list[str]:
    """The kinds of platform at which these credentials are."""
    rows = PlatformTemplate.objects.filter(version__definition__in=definitions)
    return sorted(set(rows.values_list("account__platform", flat=True)))


@dataclass
class Told:
    """When a source last answered for these credentials, and why it does not any more."""

    at: dt.datetime | None = None
    problem: str = ""


def when(definitions: Collection[uuid.UUID]) -> dict[str, Told]:
    """By source. Of several credentials the one that waits longest counts, and any problem."""
    found: dict[str, Told] = {}
    rows = FigureSource.objects.filter(Q(definition__in=definitions) | Q(definition=None))
    for row in rows.order_by("-taken_at"):
        one = found.setdefault(row.source, Told())
        one.at, one.problem = row.taken_at or one.at, one.problem or row.problem
    return found
