"""From choices to a badge: its SVG, what is wrong with it, what could be better, and the figures behind that.

A pure function of values. The same choices always give the same file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

from credentials.drawing import layout
from credentials.drawing.allowed import SVG
from credentials.drawing.colours import DARK_PAGE, EDGES, PAPER, contrast, letters_on, mixed
from credentials.drawing.design import INITIALS, NOTHING, Design, Problem, problems
from credentials.drawing.layout import INNER_RING, OUTER_RING, Layout, lay_out
from credentials.drawing.lettering import face
from credentials.drawing.shapes import MIDDLE, SHAPES, SIDE, points_of
from credentials.drawing.symbols import GRID, STROKE, symbols

SMALL = 64  # pixels at which a badge must still be known
CAPITALS, MARK = 6.0, 14.0  # the least height of capitals, and of a symbol, at that size
NO_ROOM = {
    "title": "The title is too long for this badge. Write a short form{far}.",
    "band": "The words {place} are too long. Write a short form, such as the short name of the campus.",
}
HARD_TO_KNOW = (
    "At 64 pixels the capitals of the title are {height:.1f} pixels high; below 6 they cannot be read. Add a symbol or "
    "initials, or a shorter title."
)
LOST = (
    "On a {page} page the edge of the badge can hardly be seen ({ratio:.1f} to 1, where 3 is good). Take another colour for "
    "the edge."
)


@dataclass(frozen=True)
class Composition:
    """A badge made of choices. With problems it cannot be used; hints are for whoever chooses."""

    svg: str
    problems: tuple[Problem, ...] = ()
    hints: tuple[str, ...] = ()
    letters: float = 0  # contrast of letters on their ground
    capitals: float = 0  # height of the title's capitals at 64 pixels


def compose(design: Design, name: str, description: str = "") -> Composition:
    """The badge, with `name` and `description` as its text alternative. `svg` is "" where the choices cannot be drawn."""
    found = problems(design)
    undrawable = [problem for problem in found if problem.field != "ink"]
    if undrawable:
        return Composition("", tuple(found))
    placed = lay_out(design)
    found += [_no_room(design, placed, field) for field in placed.unfit]
    capitals = placed.title[0].size * face("serif").capital * SMALL / SIDE
    return Composition(
        _drawn(design, placed, name, description),
        tuple(found),
        tuple(_hints(design, placed, capitals)),
        contrast(design.colour("ink"), design.colour("ground")),
        capitals,
    )


def _no_room(design: Design, placed: Layout, field: str) -> Problem:
    place = "along the edge" if design.along_edge else "on the ribbon"
    fits = _so_far(design) if field == "title" else ""
    far = f": as far as “{fits}” there is room" if fits else ""
    return Problem(field, NO_ROOM[field].format(far=far, place=place))


def _so_far(design: Design) -> str:
    """The most words of the title, from its beginning, that have room; "" where not even the first has."""
    words = design.title.split()
    low, high = 0, len(words) - 1
    while low < high:
        middle = (low + high + 1) // 2
        tried = replace(design, title=" ".join(words[:middle]))
        low, high = (low, middle - 1) if "title" in lay_out(tried).unfit else (middle, high)
    return " ".join(words[:low])


def _hints(design: Design, placed: Layout, capitals: float) -> list[str]:
    hints = []
    if capitals < CAPITALS and placed.mark[1] * SMALL / SIDE < MARK:
        hints.append(HARD_TO_KNOW.format(height=capitals))
    for page, colour in (("light", PAPER), ("dark", DARK_PAGE)):
        ratio = max(contrast(design.colour("ground"), colour), contrast(design.colour("accent"), colour))
        if ratio < EDGES:
            hints.append(LOST.format(page=page, ratio=ratio))
    return hints


def _drawn(design: Design, placed: Layout, name: str, description: str) -> str:
    said = f"<title>{escape(name)}</title>" + (f"<desc>{escape(description)}</desc>" if description else "")
    parts = [
        _ground(design),
        _rings(design),
        _mark(design, placed),
        _title(design, placed),
        _band(design, placed),
    ]
    size = f'viewBox="0 0 {SIDE} {SIDE}" width="{SIDE}" height="{SIDE}"'
    return f'<svg xmlns="{SVG}" {size} role="img">{said}{"".join(parts)}</svg>\n'


def _polygon(design: Design, size: float, paint: str) -> str:
    if design.shape == "round":
        return f'<circle cx="300" cy="300" r="{286 * size:g}" {paint}/>'
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in points_of(design.shape, size))
    return f'<polygon points="{points}" {paint}/>'


def _ground(design: Design) -> str:
    """The shape, with an edge in the second colour."""
    corners = SHAPES[design.shape].corners
    edge = f'fill="{design.colour("accent")}" stroke="{design.colour("accent")}" stroke-linejoin="round" stroke-width="{corners:g}"'
    ground = f'fill="{design.colour("ground")}" stroke="{design.colour("ground")}" stroke-linejoin="round" stroke-width="{corners:g}"'
    return _polygon(design, 0.985, edge) + _polygon(design, 0.95, ground)


def _rings(design: Design) -> str:
    """A line inside the edge, another inside the words along it; of round shapes they are circles."""
    line = f'fill="none" stroke="{design.colour("ink")}" stroke-linejoin="round"'
    if not SHAPES[design.shape].round:
        return _polygon(design, 0.915, f'{line} stroke-width="4"')
    radii = (OUTER_RING, INNER_RING) if design.along_edge else (OUTER_RING,)
    return "".join(f'<circle cx="300" cy="300" r="{radius}" {line} stroke-width="4"/>' for radius in radii)


def _mark(design: Design, placed: Layout) -> str:
    top, high = placed.mark
    if design.mark == NOTHING or not high:
        return ""
    if design.mark == INITIALS:
        serif = face("serif")
        size = min(high / serif.capital * 0.8, high * 1.1 / max(serif.width(design.initials, 1), 0.1))
        line = serif.line(design.initials, MIDDLE, top + (high + serif.capital * size) / 2, size)
        return f'<g fill="{design.colour("ink")}">{line}</g>'
    _name, inner = symbols()[design.mark]
    scale = high / GRID
    place = f"translate({MIDDLE - high / 2:g} {top:.1f}) scale({scale:g})"
    return (
        f'<g fill="none" stroke="{design.colour("ink")}" stroke-width="{STROKE}" stroke-linecap="round" stroke-linejoin="round"'
        f' transform="{place}">{inner}</g>'
    )


def _title(design: Design, placed: Layout) -> str:
    serif, sans = face("serif"), face("sans")
    lines = [serif.line(line.text, MIDDLE, line.base, line.size) for line in placed.title]
    rule = ""
    if placed.second:
        last = placed.second
        lines.append(sans.line(last.text, MIDDLE, last.base, last.size, layout.SPACING))
        rule = f'<path d="M250 {placed.rule:.1f}h100" fill="none" stroke="{design.colour("ink")}" stroke-width="4"/>'
    return f'{rule}<g fill="{design.colour("ink")}">{"".join(lines)}</g>'


def _band(design: Design, placed: Layout) -> str:
    sans = face("sans")
    if not placed.band:
        return ""
    if design.along_edge:
        arc = sans.arc(design.band, layout.EDGE_RADIUS - sans.capital * placed.band / 2, placed.band)
        return f'<g fill="{design.colour("ink")}">{arc}</g>'
    return _ribbon(design) + (
        f'<g fill="{letters_on(design.colour("accent"))}">'
        + sans.line(design.band, MIDDLE, _ribbon_base(placed.band), placed.band, layout.SPACING)
        + "</g>"
    )


def _ribbon_base(size: float) -> float:
    return layout.RIBBON_TOP + (layout.RIBBON_HIGH + face("sans").capital * size) / 2


def _ribbon(design: Design) -> str:
    """A ribbon across the foot, its ends folded behind it."""
    top, high = layout.RIBBON_TOP, layout.RIBBON_HIGH
    left, right = MIDDLE - layout.RIBBON_WIDE / 2, MIDDLE + layout.RIBBON_WIDE / 2
    dark = mixed(design.colour("accent"), "#000000", 0.35)
    ends = [
        f"M{left - 12:g} {top + 24:g}h90v{high:g}h-90l26-{high / 2:g}z",
        f"M{right + 12:g} {top + 24:g}h-90v{high:g}h90l-26-{high / 2:g}z",
    ]
    front = f"M{left + 22:g} {top}H{right - 22:g}V{top + high}H{left + 22:g}z"
    edge = f'stroke="{design.colour("ground")}" stroke-width="4" stroke-linejoin="round"'
    return f'<path d="{"".join(ends)}" fill="{dark}" {edge}/><path d="{front}" fill="{design.colour("accent")}" {edge}/>'
