"""Colours of a badge: what a campus has to choose from, and whether one can be read on another (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from dataclasses import dataclass

LETTERS, EDGES = 4.5, 3.0  # the least contrast of letters on their ground, and of a shape on its page
PAPER, INK = "#fbf8f1", "#1c1915"
DARK_PAGE = "#181613"
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Swatch:
    """One colour that may be chosen."""

    id: str
    name: str
    colour: str


def contrast(one: str, other: str) -> float:
    """The WCAG 2 contrast ratio of two "#rrggbb", 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: int) -> float:
    value = channel / 255
    return value / 12.92 if value <= 0.03928 else float(((value + 0.055) / 1.055) ** 2.4)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mixed(colour: str, other: str, share: float) -> str:
    """The colour with so much of the other in it, 0 to 1."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def palette(campus: str, second: str = "") -> dict[str, Swatch]:
    """What may be chosen: the campus's colour, its darker and lighter ones, a second colour, paper and ink."""
    swatches = [
        Swatch("campus", "Campus colour", campus.lower()),
        Swatch("deep", "Deep", mixed(campus, "#000000", 0.4)),
        Swatch("soft", "Soft", mixed(campus, "#ffffff", 0.55)),
        Swatch("tint", "Tint", mixed(campus, "#ffffff", 0.88)),
        Swatch("paper", "Paper", PAPER),
        Swatch("ink", "Ink", INK),
    ]
    if second:
        swatches.append(Swatch("second", "Second colour", second.lower()))
    return {swatch.id: swatch for swatch in swatches}


def readable(ground: str, among: dict[str, Swatch]) -> list[Swatch]:
    """Those in which letters can be read on this ground, the clearest first."""
    good = [swatch for swatch in among.values() if contrast(swatch.colour, ground) >= LETTERS]
    return sorted(good, key=lambda swatch: -contrast(swatch.colour, ground))


def letters_on(ground: str) -> str:
    """The colour of letters on a ground that is not chosen for them: paper or ink, else white or black, one of which is
    readable on every colour."""
    clearest = max((PAPER, INK), key=lambda colour: contrast(colour, ground))
    if contrast(clearest, ground) >= LETTERS:
        return clearest
    return max(("#ffffff", "#000000"), key=lambda colour: contrast(colour, ground))
