"""The shapes of badges on a square of 600, and how wide each is at every height."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

SIDE, MIDDLE = 600, 300.0
Points = list[tuple[float, float]]


@dataclass(frozen=True)
class Shape:
    """`outline` is at full size; `centre` is the height around which its contents stand; `round`: letters can go along its edge."""

    name: str
    outline: Callable[[], Points]
    centre: float = MIDDLE
    round: bool = False
    corners: float = 14  # how far its corners are rounded


def points_of(shape: str, size: float = 1.0) -> Points:
    """The outline, drawn in towards its middle."""
    known = SHAPES[shape]
    return [
        (MIDDLE + (x - MIDDLE) * size, known.centre + (y - known.centre) * size) for x, y in known.outline()
    ]


@lru_cache(maxsize=64)
def widths(shape: str, size: float) -> tuple[float, ...]:
    """How much room there is on both sides of the middle together, at each height from 0 to 600."""
    outline = points_of(shape, size)
    return tuple(_room(outline, y) for y in range(SIDE + 1))


def _room(outline: Points, y: float) -> float:
    """Twice the distance from the middle to the nearer side; 0 where the middle lies outside."""
    crossings = [
        x1 + (y - y1) * (x2 - x1) / (y2 - y1)
        for (x1, y1), (x2, y2) in zip(outline, [*outline[1:], outline[0]], strict=True)
        if (y1 <= y) != (y2 <= y)
    ]
    left, right = [x for x in crossings if x < MIDDLE], [x for x in crossings if x >= MIDDLE]
    if len(left) % 2 == 0 or not right:
        return 0.0
    return 2 * min(MIDDLE - max(left), min(right) - MIDDLE)


def _around(count: int, radius: float, first: float) -> Points:
    angles = (math.radians(first + 360 / count * n) for n in range(count))
    return [(MIDDLE + radius * math.cos(angle), MIDDLE + radius * math.sin(angle)) for angle in angles]


def _seal() -> Points:
    waves = ((n, 279 + 9 * math.cos(math.radians(n * 24))) for n in range(0, 360, 1))
    return [
        (MIDDLE + radius * math.cos(math.radians(n)), MIDDLE + radius * math.sin(math.radians(n)))
        for n, radius in waves
    ]


def _shield() -> Points:
    curve = [math.pi / 2 * n / 30 for n in range(31)]
    right = [(MIDDLE + 252 * math.cos(t) ** 0.62, 300 + 288 * math.sin(t)) for t in curve]
    left = [(2 * MIDDLE - x, y) for x, y in reversed(right[:-1])]
    return [(48, 26), (552, 26), *right, *left]


SHAPES = {
    "round": Shape("Round", lambda: _around(180, 286, 0), round=True, corners=0),
    "seal": Shape("Seal", _seal, round=True, corners=0),
    "hexagon": Shape("Hexagon", lambda: _around(6, 286, -90)),
    "octagon": Shape("Octagon", lambda: _around(8, 290, 22.5)),
    "square": Shape("Square", lambda: [(44, 44), (556, 44), (556, 556), (44, 556)], corners=40),
    "diamond": Shape("Diamond", lambda: [(300, 16), (584, 300), (300, 584), (16, 300)], corners=24),
    "shield": Shape("Shield", _shield, centre=275),
    "banner": Shape("Banner", lambda: [(64, 22), (536, 22), (536, 578), (300, 508), (64, 578)], centre=270),
}
