"""How many micro-credentials a campus offers, and how full its offerings are against their capacity, over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from accounts.models import Unit
from evaluation.measures import measures
from evaluation.spans import Span, span_of, spans
from issuance.figures.board import rule_of
from issuance.figures.charts import Chart, Line
from issuance.figures.small import Cell
from learning.models import Offering

if TYPE_CHECKING:
    from accounts.models import Institution

KIND = "quarter"
OFFERED = "Counted here: approved, and offered on the last day of the quarter"
SEATS = "Counted here: offerings that begin in the quarter and have a capacity, as they stand now"
MOST_LINES = 200


def charts(campus: Institution, unit: Unit | None = None) -> list[Chart]:
    """The portfolio by quarter, seats by quarter, and each offering with a capacity that began in this time."""
    found = spans(KIND, campus.today())
    rows = list(_offerings(campus, unit, found[0]))
    return [size(campus, found), filled(campus, rows, found), each(campus, rows)]


def _offerings(campus: Institution, unit: Unit | None, first: Span) -> QuerySet[Offering]:
    """Those with a capacity, also those that are to begin; one query."""
    rows = Offering.objects.filter(institution=campus, capacity__isnull=False, starts_on__gte=first.first)
    if unit:
        rows = rows.filter(definition__unit__path__startswith=unit.path)
    return rows.with_seats().select_related("definition__current").order_by("-starts_on", "pk")


def size(campus: Institution, periods: list[Span]) -> Chart:
    """How many were offered at the end of each period, of the whole campus."""
    reckon = measures()["offered"].reckon
    lines = [Line(one.label, (Cell(reckon(campus, one).value or 0),)) for one in periods]
    title = "Micro-credentials offered"
    return Chart(
        "portfolio", title, OFFERED, ("Quarter", "Offered"), lines, kind="curve", none="None was offered yet."
    )


def filled(campus: Institution, rows: list[Offering], periods: list[Span]) -> Chart:
    """Seats and learners by the quarter in which offerings begin, those ahead too."""
    rule, known = rule_of(campus), {one.first: one for one in periods}
    for row in rows:
        span = span_of(KIND, row.starts_on)
        known.setdefault(span.first, span)
    lines = []
    for span in (known[first] for first in sorted(known)):
        mine = [row for row in rows if span_of(KIND, row.starts_on) == span]
        seats, taken = sum(row.capacity or 0 for row in mine), sum(row.taken for row in mine)
        share = rule.share(min(taken, seats), seats) if seats else Cell(text="no seats")
        lines.append(Line(span.label, (share, rule.count(taken), Cell(seats), Cell(len(mine)))))
    heads = ("Quarter", "Share taken", "Learners", "Seats", "Offerings")
    none = "No offering with a capacity began in this time."
    return Chart("seats", "Seats taken", SEATS, heads, lines if rows else [], percent=True, none=none)


def each(campus: Institution, rows: list[Offering]) -> Chart:
    """Each offering against its capacity, the newest first."""
    rule = rule_of(campus)
    lines = [
        Line(
            f"{row.title} ({row.definition}), from {row.starts_on:%-d %B %Y}",
            (
                rule.share(row.taken, row.capacity or 0),
                rule.count(row.taken),
                Cell(row.capacity),
                rule.count(row.queued),
            ),
        )
        for row in rows[:MOST_LINES]
    ]
    heads = ("Offering", "Share taken", "Learners", "Seats", "Waiting")
    return Chart(
        "offerings",
        "Each offering against its capacity",
        SEATS,
        heads,
        lines,
        percent=True,
        none="There is none.",
    )
