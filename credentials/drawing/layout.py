"""Where everything stands on a badge: the title wrapped and as large as its shape has room for, under its symbol.

All measures are of a square of 600. A line fits when the shape is wide enough at its top and at its foot.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from credentials.drawing.design import NOTHING, Design
from credentials.drawing.lettering import Face, face
from credentials.drawing.shapes import SHAPES, SIDE, widths

LARGEST, SMALLEST = 132, 36  # of the title, in units of the drawing
ENOUGH, PER_MARK = (
    84,
    0.12,
)  # beyond this a larger title counts no more; what a larger symbol counts beside it
MARKS = (216, 192, 168, 144)
MOST_LINES = 6
LEADING = 1.1
SECOND = (36, 34, 32, 30, 28, 26)
RIBBON_TOP, RIBBON_HIGH, RIBBON_WIDE = 452, 74, 560
RIBBON_SIZES: tuple[int, ...] = (44, 40, 36, 32, 28, 25)
EDGE_SIZES: tuple[int, ...] = (40, 36, 32, 28, 25)
OUTER_RING, INNER_RING = 258, 204
EDGE_RADIUS = (OUTER_RING + INNER_RING) / 2  # the middle of words along the edge
INSIDE, INSIDE_EDGE = 0.84, 0.66  # the part of a shape that has room for what stands on it
NARROWEST = 60
GAP = 26
SHIFTS = (0, -10, 10, -20, 20, -32, 32, -44, 44)


@dataclass(frozen=True)
class Line:
    """One line of letters: its text, where its base line stands, and its size."""

    text: str
    base: float
    size: float


@dataclass(frozen=True)
class Layout:
    """Where what stands. `fits` names what has no room: "title", "second" or "band"; it is drawn at its smallest."""

    title: tuple[Line, ...]
    mark: tuple[float, float]  # its top and its height; (0, 0) where there is none
    second: Line | None
    band: float  # the size of its letters; 0 where there is none
    rule: float  # the height of the line between the title and what stands under it; 0 where there is none
    unfit: tuple[str, ...] = ()


def lay_out(design: Design) -> Layout:
    """The best place for everything: the largest title, and a large symbol."""
    serif, sans = face("serif"), face("sans")
    room = _Room(design)
    wraps = list(_wrapped(serif, design.title))
    marks = MARKS if design.mark != NOTHING else (0,)
    found = [_largest(room, wraps, high, design.second, sans) for high in marks]
    best = max((each for each in found if each), key=_worth, default=None)
    if best is None:
        lines = max(wraps, key=len)
        high = MARKS[-1] if design.mark != NOTHING else 0
        best = (0.0, _placed(room, lines[:MOST_LINES], SMALLEST, high, SECOND[-1], design.second, 0))
    unfit = ("title",) if best[0] == 0 else ()
    band, too_long = _band(design, sans)
    return Layout(
        best[1].title, best[1].mark, best[1].second, band, best[1].rule, (*unfit, *best[1].unfit, *too_long)
    )


def _worth(found: tuple[float, Layout]) -> float:
    """How good a place is: by the size of the title, and a little by that of the symbol."""
    size, placed = found
    return min(size, ENOUGH) + placed.mark[1] * PER_MARK


class _Room:
    """The inside of the shape that is left by the ribbon or the words along the edge."""

    def __init__(self, design: Design) -> None:
        edge = design.along_edge
        ribbon = bool(design.band) and not edge
        self.widths = widths(design.shape, INSIDE_EDGE if edge else INSIDE)
        self.widest = max(self.widths)
        free = [y for y, width in enumerate(self.widths) if width >= NARROWEST]
        self.top, self.foot = free[0] + 8, (RIBBON_TOP - 18 if ribbon else free[-1] - 8)
        centre = SHAPES[design.shape].centre
        self.centre = (self.top + self.foot) / 2 if ribbon else centre

    def wide(self, top: float, foot: float) -> float:
        """How wide a line between these heights may be."""
        if top < self.top or foot > self.foot:
            return 0
        return min(self.widths[int(top)], self.widths[min(int(foot) + 1, SIDE)])


def _wrapped(serif: Face, title: str) -> Iterator[list[str]]:
    """The title on one line, on two, and so on, each time as even as its words allow."""
    words = title.split() or [""]
    for count in range(1, min(len(words), MOST_LINES) + 1):
        yield _even(serif, words, count)


def _even(serif: Face, words: list[str], count: int) -> list[str]:
    """The words on so many lines whose widest is as narrow as can be."""
    best: dict[int, tuple[float, list[str]]] = {0: (0.0, [])}
    for line in range(count):
        following: dict[int, tuple[float, list[str]]] = {}
        for start, (widest, lines) in best.items():
            for end in range(start + 1, len(words) - (count - line - 1) + 1):
                text = " ".join(words[start:end])
                wide = max(widest, serif.width(text, 1))
                if end not in following or wide < following[end][0]:
                    following[end] = (wide, [*lines, text])
        best = following
    return best[len(words)][1]


def _largest(
    room: _Room, wraps: list[list[str]], high: int, second: str, sans: Face
) -> tuple[float, Layout] | None:
    """The largest title that has room under a symbol so high, with its size."""
    serif = face("serif")
    wides = {len(lines): max(serif.width(text, 1) for text in lines) for lines in wraps}
    for size in range(LARGEST, SMALLEST - 1, -2):
        for lines in wraps:
            around = (high + GAP if high else 0) + (GAP * 2 if second else 0)
            tall = serif.capital * size + (len(lines) - 1) * size * LEADING + around
            if tall > room.foot - room.top or wides[len(lines)] * size > room.widest:
                continue
            for below in SECOND if second else (0,):
                for shift in SHIFTS:
                    placed = _placed(room, lines, size, high, below, second, shift)
                    if _fits(room, placed, serif, sans):
                        return size, placed
    return None


def _placed(
    room: _Room, lines: list[str], size: float, high: float, below: float, second: str, shift: float
) -> Layout:
    """Symbol, title, a rule and the second line, one under the other around the middle of the room."""
    serif = face("serif")
    rising = serif.capital * size
    title_high = rising + (len(lines) - 1) * size * LEADING
    under = (GAP * 2 + below * 0.72) if second else 0
    above = high + GAP if high else 0
    top = room.centre + shift - (above + title_high + under) / 2
    first = top + above + rising
    title = tuple(Line(text, first + n * size * LEADING, size) for n, text in enumerate(lines))
    foot = title[-1].base + (size * 0.16 if second else 0)
    last = Line(second, foot + under - GAP * 0.35, below) if second else None
    return Layout(title, (top, high) if high else (0, 0), last, 0, foot + GAP * 0.75 if second else 0)


def _fits(room: _Room, placed: Layout, serif: Face, sans: Face) -> bool:
    top, high = placed.mark
    if high and room.wide(top, top + high) < high * 0.8:
        return False
    for line in placed.title:
        if serif.width(line.text, line.size) > room.wide(
            line.base - serif.capital * line.size, line.base + 0.2 * line.size
        ):
            return False
    last = placed.second
    if last is None:
        return True
    wide = sans.width(last.text, last.size, SPACING)
    return wide <= room.wide(last.base - sans.capital * last.size, last.base + 0.2 * last.size)


SPACING = 0.02  # between the letters of the second line and of the band, in ems


def _band(design: Design, sans: Face) -> tuple[float, tuple[str, ...]]:
    """The size of the words on the ribbon or along the edge, and whether they are too long for it."""
    if not design.band:
        return 0, ()
    if design.along_edge:
        sizes, longest = EDGE_SIZES, EDGE_RADIUS * 2.7  # over the top, a little more than from west to east
        spacing = 0.06
    else:
        sizes, longest, spacing = RIBBON_SIZES, RIBBON_WIDE - 130, SPACING
    for size in sizes:
        if sans.width(design.band, size, spacing) <= longest:
            return size, ()
    return sizes[-1], ("band",)
