"""The periods by which goals are reported: months, quarters, calendar years. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

MONTHS = {"month": 1, "quarter": 3, "year": 12}
SHOWN = {"month": 12, "quarter": 8, "year": 5}


@dataclass(frozen=True)
class Span:
    """One period, by its first day."""

    kind: str
    first: dt.date

    @property
    def last(self) -> dt.date:
        """Its last day."""
        return self.next.first - dt.timedelta(days=1)

    @property
    def next(self) -> Span:
        """The one after it."""
        months = self.first.year * 12 + self.first.month - 1 + MONTHS[self.kind]
        return Span(self.kind, dt.date(months // 12, months % 12 + 1, 1))

    @property
    def label(self) -> str:
        """What it is called: “March 2027”, “2nd quarter of 2027”, “2027”."""
        if self.kind == "month":
            return f"{self.first:%B %Y}"
        if self.kind == "year":
            return str(self.first.year)
        return f"{('1st', '2nd', '3rd', '4th')[self.first.month // 3]} quarter of {self.first.year}"


def span_of(kind: str, day: dt.date) -> Span:
    """The period in which a day lies."""
    length = MONTHS[kind]
    return Span(kind, day.replace(month=(day.month - 1) // length * length + 1, day=1))


def spans(kind: str, today: dt.date) -> list[Span]:
    """Those that are shown, oldest first; the last is the running one."""
    last = span_of(kind, today)
    months = last.first.year * 12 + last.first.month - 1 - (SHOWN[kind] - 1) * MONTHS[kind]
    found = [Span(kind, dt.date(months // 12, months % 12 + 1, 1))]
    while found[-1] != last:
        found.append(found[-1].next)
    return found
