"""One line of somebody's work, as lists of home pages and of the dashboard show it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from journal import clock

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

    from desk.work.standing import Standing

    Row = TypeVar("Row", bound=Model)

MOST = 12  # lines of one list on a front page, which then says how many more there are
UNCOUNTED = -1  # there are more, and to count them would take as long as to show them


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


class Items(list[Item]):
    """The first lines of a list: how many `more` there are, where the `whole` stands, and what it is in words."""

    def __init__(
        self, items: Iterable[Item] = (), *, more: int = 0, whole: str = "", words: str = ""
    ) -> None:
        super().__init__(items)
        self.more, self.whole, self.words = more, whole, words

    @property
    def total(self) -> int:
        """All of them, as far as they were counted."""
        return len(self) + max(self.more, 0)


def first(rows: QuerySet[Row] | list[Row], standing: Standing, most: int) -> tuple[list[Row], int]:
    """The first `most` rows, and how many more there are; on a page of the whole list the rows of that page. They are
    counted only where there are more."""
    size = standing.size or most
    found = list(rows[standing.start : standing.start + size + 1])
    if len(found) <= size:
        return found, 0
    return found[:size], (len(rows) if isinstance(rows, list) else rows.count()) - standing.start - size


def counted(number: int, one: str, many: str) -> str:
    """ "1 vote", "3 votes"."""
    return f"{number:,} {one if number == 1 else many}"
