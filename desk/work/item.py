"""One line of somebody's work, as lists of home pages and of the dashboard show it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from journal import clock


@dataclass(frozen=True)
class Item:
    """`text` says what to do or what is; `since` and `until` are moments or days; `facts` are further short words.

    `overdue` says whether it is late by the campus's own day, where that is known; `clause` is what asks for it.
    """

    title: str
    text: str
    url: str = ""
    place: str = ""
    state: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | dt.date | None = None
    facts: list[str] = field(default_factory=list)
    overdue: bool | None = None
    clause: dict[str, str] | None = None

    @property
    def late(self) -> bool:
        """Whether it should have been done by now."""
        if self.overdue is not None:
            return self.overdue
        if self.until is None:
            return False
        if isinstance(self.until, dt.datetime):
            return self.until < clock.now()
        return self.until < clock.today()


def counted(number: int, one: str, many: str) -> str:
    """ "1 vote", "3 votes"."""
    return f"{number:,} {one if number == 1 else many}"
