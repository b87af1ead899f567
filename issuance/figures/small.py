"""How few learners are kept out of figures: the rule of small groups. Pure.

FERPA lets figures leave that tell nothing of any one student (34 CFR 99.31(b)(1)). So a group of one up to `minimum - 1`
learners is not told, nor what would give it away: the one other part when a whole is told, and a share that follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """One value of a table. `absent` says who does not offer it; `few` that it is not told since it is about few."""

    value: int | None = None
    text: str = ""
    few: bool = False
    absent: str = ""

    @property
    def shown(self) -> str:
        """The value for people."""
        if self.absent:
            return f"not offered by {self.absent}"
        return self.text or ("" if self.value is None else f"{self.value:,}")


@dataclass(frozen=True)
class Rule:
    """Groups smaller than `minimum` learners are not told."""

    minimum: int

    @property
    def words(self) -> str:
        """What stands in the place of such a group."""
        return f"fewer than {self.minimum}"

    def is_few(self, count: int) -> bool:
        """Whether so many are some, but too few."""
        return 0 < count < self.minimum

    def count(self, value: int) -> Cell:
        """A group by itself."""
        return self.withheld() if self.is_few(value) else Cell(value)

    def withheld(self, text: str = "") -> Cell:
        """What is not told."""
        return Cell(text=text or self.words, few=True)

    def parts(self, values: Sequence[int]) -> list[Cell]:
        """The parts of a whole that is told: with those withheld so are the smallest others, until together they are not
        few, since the rest of the whole is what they come to."""
        hidden = {n for n, value in enumerate(values) if self.is_few(value)}
        others = sorted((value, n) for n, value in enumerate(values) if value and n not in hidden)
        while hidden and others and sum(values[n] for n in hidden) < self.minimum:
            hidden.add(others.pop(0)[1])
        return [
            Cell(value) if n not in hidden else self.withheld("" if self.is_few(value) else "not told")
            for n, value in enumerate(values)
        ]

    def share(self, part: int, whole: int) -> Cell:
        """A share in whole per cent; only a bound where one of the two groups that it parts is too small."""
        if whole == 0:
            return Cell(text="none yet")
        if whole < self.minimum:
            return self.withheld(f"{self.words} learners")
        if self.is_few(part):
            return Cell(text=f"less than {-(-100 * self.minimum // whole)} %", few=True)
        if self.is_few(whole - part):
            return Cell(text=f"more than {100 * (whole - self.minimum) // whole} %", few=True)
        percent = round(100 * part / whole)
        return Cell(percent, f"{percent} %")
