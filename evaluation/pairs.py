"""Values before and after compared pair by pair. Pure.

The effect size is Cohen's d for paired data, d_z: the mean of the differences divided by their standard deviation
(n - 1 in the denominator); J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd ed. 1988, p. 48, and
D. Lakens, Frontiers in Psychology 4:863 (2013), formula 6. The confidence interval of the mean difference is that of
Student's t with n - 1 degrees of freedom.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

CONFIDENCE = 0.95
SURE = 1e-10


@dataclass(frozen=True)
class Compared:
    """`n` pairs. `effect` is None where all changed by the same, since their differences do not spread."""

    n: int
    before: float
    after: float
    difference: float
    spread: float
    low: float
    high: float

    @property
    def effect(self) -> float | None:
        """Cohen's d_z."""
        return None if self.spread == 0 else self.difference / self.spread


def compared(pairs: Sequence[tuple[float, float]]) -> Compared | None:
    """Means, difference, its standard deviation and 95 % confidence interval; None below two pairs."""
    n = len(pairs)
    if n < 2:
        return None
    changes = [after - before for before, after in pairs]
    mean, spread = statistics.fmean(changes), statistics.stdev(changes)
    if spread < SURE * max(1.0, abs(mean)):
        spread = 0.0
    half = t_quantile(n - 1) * spread / math.sqrt(n)
    before, after = (statistics.fmean(side) for side in zip(*pairs, strict=True))
    return Compared(n, before, after, mean, spread, mean - half, mean + half)


@lru_cache(maxsize=256)
def t_quantile(degrees: int, confidence: float = CONFIDENCE) -> float:
    """The two-sided quantile of Student's t for a whole number of degrees of freedom, found by halving."""
    low, high = 0.0, 1.0
    while within(high, degrees) < confidence:
        high *= 2
    while high - low > SURE * high:
        middle = (low + high) / 2
        low, high = (middle, high) if within(middle, degrees) < confidence else (low, middle)
    return (low + high) / 2


def within(t: float, degrees: int) -> float:
    """The probability that |T| <= t: the finite series of Abramowitz and Stegun, 26.7.3 and 26.7.4."""
    angle = math.atan(t / math.sqrt(degrees))
    sine, cosine = math.sin(angle), math.cos(angle)
    if degrees % 2 == 0:
        return sine * _series(cosine, 1, degrees)
    odd = sine * cosine * _series(cosine, 2, degrees) if degrees > 1 else 0.0
    return 2 / math.pi * (angle + odd)


def _series(cosine: float, first: int, degrees: int) -> float:
    """1 + first/(first+1) cos² + first(first+2)/((first+1)(first+3)) cos⁴ + … as far as the degrees go."""
    term = total = 1.0
    for k in range(first, degrees - 2, 2):
        term *= k / (k + 1) * cosine * cosine
        total += term
        if term < SURE * total * 1e-4:
            break
    return total
