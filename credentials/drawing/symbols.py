"""The line drawings that a badge may show. They are drawn in `static/img/symbols.svg`, on a grid of 24."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent.parent / "static" / "img" / "symbols.svg"
GRID = 24
STROKE = 1.7
SYMBOL = re.compile(
    r'<symbol id="([a-z-]+)" viewBox="0 0 24 24"><title>([^<]*)</title>(.*?)</symbol>', re.DOTALL
)


@cache
def symbols() -> dict[str, tuple[str, str]]:
    """Name and inner SVG of each, by id, as they stand in the file."""
    return {key: (name, inner) for key, name, inner in SYMBOL.findall(FILE.read_text())}
