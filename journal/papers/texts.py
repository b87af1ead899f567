"""People's text made fit for paper: nothing invisible that changes how it reads, nothing that no face can show."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
# The signs of our faces, ranges in hexadecimal: of those that every paper has, and of the large one for Chinese,
# Japanese and Korean.
COVERAGE, EAST_ASIAN = HERE / "fonts" / "coverage.txt", HERE / "fonts_east_asia" / "coverage.txt"
Keeps = Callable[[int], bool]
UNBROKEN, STRETCH = 65, 12  # a word longer than a seal may be broken after every so many signs

# Control signs, those that turn the direction of what follows, selectors of a look, and what is no sign at all.
_DROPPED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\uffff"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
_PILED = re.compile(f"([{_MARKS}]{{8}})[{_MARKS}]+")  # a tower of accents holds up the typesetter
_LONG = re.compile(rf"\S{{{UNBROKEN},}}")
_ENDS = str.maketrans({"\u2028": "\n", "\u2029": "\n", "\x85": "\n", "\x0b": "\n", "\x0c": "\n", "\t": " "})


def fit(value: Any, keep: Keeps | None = None) -> Any:
    """All texts of a paper, however deep, made fit; of signs that `keep` refuses, the name in brackets stands there."""
    if isinstance(value, str):
        return _fit(value, keep)
    if isinstance(value, dict):
        return {key: fit(inner, keep) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [fit(inner, keep) for inner in value]
    return value


def strange(value: Any) -> bool:
    """Whether any text has signs that the faces of the product do not show."""
    return _has(value, lambda code: not shown(code))


def east_asian(value: Any) -> bool:
    """Whether any text has signs that only the face for Chinese, Japanese and Korean shows."""
    return _has(value, lambda code: not _in(COVERAGE, code) and _in(EAST_ASIAN, code))


def _has(value: Any, such: Keeps) -> bool:
    if isinstance(value, str):
        return not value.isascii() and any(
            such(code) for code in {ord(sign) for sign in value} if code > 0x7F
        )
    if isinstance(value, dict):
        return any(_has(inner, such) for inner in value.values())
    return isinstance(value, list | tuple) and any(_has(inner, such) for inner in value)


def _fit(said: str, keep: Keeps | None) -> str:
    said = unicodedata.normalize("NFC", said.replace("\r\n", "\n").replace("\r", "\n").translate(_ENDS))
    said = _PILED.sub(r"\1", _DROPPED.sub("", said))
    if keep and not said.isascii():
        said = "".join(sign if keep(ord(sign)) else name(sign) for sign in said)
    return _LONG.sub(_breakable, said)


def _breakable(long: re.Match[str]) -> str:
    word = long.group()
    return "\u200b".join(word[n : n + STRETCH] for n in range(0, len(word), STRETCH))


def name(sign: str) -> str:
    """A sign in words, "[party popper]"; a letter by its number, "[U+5F35]"."""
    number = f"U+{ord(sign):04X}"
    letter = unicodedata.category(sign)[0] in "LM"
    return f"[{number if letter else unicodedata.name(sign, number).lower()}]"


def shown(code: int) -> bool:
    """Whether the faces of the product have this sign."""
    if code < 0x80:
        return True  # and line ends, which no face needs to have
    return _in(COVERAGE, code) or _in(EAST_ASIAN, code)


def _in(coverage: Path, code: int) -> bool:
    starts, ends = _ranges(coverage)
    place = bisect_right(starts, code) - 1
    return place >= 0 and code <= ends[place]


def plain(code: int) -> bool:
    """Whether it is a letter or sign of western Europe, which can stand beside every other."""
    return shown(code) and (code < 0x250 or 0x2010 <= code <= 0x2044)


@cache
def _ranges(coverage: Path) -> tuple[list[int], list[int]]:
    pairs = [line.split("-") for line in coverage.read_text().split()]
    return [int(pair[0], 16) for pair in pairs], [int(pair[-1], 16) for pair in pairs]
