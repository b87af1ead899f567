"""Weeks (from Monday) and months, as parts of a run of days. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

By = Literal["week", "month"]
HOW_MANY: dict[By, int] = {"week": 26, "month": 24}


@dataclass(frozen=True)
class Periods:
    """The last so many weeks or months, the one of `last` included, oldest first."""

    by: By
    last: dt.date

    @property
    def starts(self) -> list[dt.date]:
        """The first day of each."""
        found = [self.start_of(self.last)]
        while len(found) < HOW_MANY[self.by]:
            found.append(self.start_of(found[-1] - dt.timedelta(days=1)))
        return found[::-1]

    def start_of(self, day: dt.date) -> dt.date:
        """The first day of the week or month in which a day lies."""
        return day - dt.timedelta(days=day.weekday()) if self.by == "week" else day.replace(day=1)

    def label(self, start: dt.date) -> str:
        """What it is called: “week of 2 March 2026”, “March 2026”."""
        return f"Week of {start:%-d %B %Y}" if self.by == "week" else f"{start:%B %Y}"
