"""Letters as outlines, so that a badge looks the same wherever it is shown: widths, and paths on a line or round an arc.

The faces are those of the pages (serif and sans at 600), at 1,000 units an em; see `tools/letters.py`.
"""

from __future__ import annotations

import json
import math
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

EM = 1000
HERE = Path(__file__).parent / "letters"


@dataclass(frozen=True)
class Face:
    """One face: advances and outlines of signs, kerning of pairs; `capital` is the height of a capital letter."""

    advances: dict[str, int]
    outlines: dict[str, str]
    kerns: dict[str, int]
    capital: float

    def width(self, text: str, size: float, spacing: float = 0) -> float:
        """How wide the text is at this size, with so much between its letters (in ems)."""
        return self._advance(text, spacing * EM) * size / EM

    def _advance(self, text: str, spacing: float) -> float:
        known = [sign for sign in text if sign in self.advances]
        plain = sum(self.advances[sign] for sign in known)
        kerned = sum(self.kerns.get(a + b, 0) for a, b in pairwise(known))
        return plain + kerned + spacing * max(len(known) - 1, 0)

    def line(self, text: str, middle: float, base: float, size: float, spacing: float = 0) -> str:
        """A `<path>` of the text around `middle`, on the base line."""
        left = middle - self.width(text, size, spacing) / 2
        pieces, at, before = [], 0.0, ""
        for sign in (sign for sign in text if sign in self.advances):
            at += self.kerns.get(before + sign, 0)
            if self.outlines[sign]:
                pieces.append(f"M{at:g} 0{self.outlines[sign]}")
            at, before = at + self.advances[sign] + spacing * EM, sign
        scale = f"{size / EM:.4g}"
        return f'<path d="{"".join(pieces)}" transform="translate({left:.1f} {base:.1f}) scale({scale} -{scale})"/>'

    def arc(
        self, text: str, radius: float, size: float, *, below: bool = False, spacing: float = 0.06
    ) -> str:
        """A `<path>` a letter, around the middle of the drawing: over the top, or under the bottom and read upright."""
        sign_of = -1 if below else 1
        turn = -self.width(text, size, spacing) / radius / 2
        scale, written, before = f"{size / EM:.4g}", [], ""
        for sign in (sign for sign in text if sign in self.advances):
            turn += self.kerns.get(before + sign, 0) * size / EM / radius
            step = self.advances[sign] * size / EM
            middle = turn + step / radius / 2
            degrees = math.degrees(middle) * sign_of
            height = radius if below else -radius
            if self.outlines[sign]:
                place = (
                    f"rotate({degrees:.2f}) translate({-step / 2:.1f} {height:.1f}) scale({scale} -{scale})"
                )
                written.append(
                    f'<path d="M0 0{self.outlines[sign]}" transform="translate(300 300) {place}"/>'
                )
            turn, before = turn + (step + spacing * size) / radius, sign
        return "".join(written)


@lru_cache(maxsize=2)
def face(name: str) -> Face:
    """The face "serif" or "sans"; read once a process."""
    found = json.loads((HERE / f"{name}.json").read_text())
    return Face(
        found["advances"], found["outlines"], found["kerns"], capital={"serif": 0.67, "sans": 0.66}[name]
    )


def plain(text: str) -> str:
    """The text on one line, composed, without anything invisible."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(sign for sign in composed if sign.isprintable() or sign.isspace()).split())


def missing(text: str, name: str) -> list[str]:
    """The signs that the face cannot show, each once."""
    return [sign for sign in dict.fromkeys(text) if sign not in face(name).advances]
