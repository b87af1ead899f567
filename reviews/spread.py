"""How the scores of a rubric lie, criterion by criterion; pure. Nothing is averaged, and no score decides anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Spread:
    """The scores given for one criterion, in whole numbers. `low` and `high` are the two middle scores, the same where
    one stands in the middle; all are None where nobody scored it."""

    criterion: str
    n: int = 0
    least: int | None = None
    low: int | None = None
    high: int | None = None
    most: int | None = None

    @property
    def median(self) -> str:
        """The middle score in words: "4", or "between 3 and 4"."""
        if self.low is None:
            return ""
        return f"{self.low}" if self.low == self.high else f"between {self.low} and {self.high}"

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "median": self.median}


def of(criterion: str, scores: Iterable[int]) -> Spread:
    """The spread of some scores, in whatever order they came."""
    found = sorted(scores)
    if not found:
        return Spread(criterion)
    n = len(found)
    return Spread(criterion, n, found[0], found[(n - 1) // 2], found[n // 2], found[-1])


def table(criteria: Sequence[str], rubrics: Iterable[Mapping[str, int]]) -> list[Spread]:
    """A line for each criterion of the body, in its order."""
    given = list(rubrics)
    return [of(name, [rubric[name] for rubric in given if name in rubric]) for name in criteria]
