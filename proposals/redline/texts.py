"""Two texts compared by word: first by sentence and line, then by word inside what differs. Pure.

Of the spans, all but the added ones are the old text and all but the removed ones the new one, character by character
(of the texts as `tidy` gives them back).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from proposals.redline.align import align

SAME, ADDED, REMOVED, SKIPPED = "same", "added", "removed", "skipped"
ALIKE = 0.4  # of the words of the shorter side: with fewer in common a passage reads better as rewritten
FEW = 3  # words that are marked one by one, however little they share
AROUND = 12  # words shown before and after a change where the rest is left out

# A sentence ends with the blanks after its stop; where a script sets none, with the stop itself.
_BREAK = re.compile(r"(?<=[.!?…:;])\s+|\n+|(?<=[。！？])")
_STOPS = r"!-/:-@\[-`{-~¡-¿‐-‧‰-⁞、-〿！-／"
_SINGLE = "぀-ヿ㐀-䶿一-鿿豈-﫿"  # scripts without blanks: each sign is a word
_TOKEN = re.compile(
    rf"\s+|[{_SINGLE}]|[^\s{_STOPS}{_SINGLE}]+(?:['’\-_.@/][^\s{_STOPS}{_SINGLE}]+)*|[{_STOPS}]"
)


@dataclass(frozen=True)
class Span:
    """A piece of text that is the same in both, was added, or was removed; or what says how much was `skipped`."""

    text: str
    kind: str

    @property
    def sign(self) -> str:
        """What stands for a change that nobody could see: a line break, or blanks."""
        if self.kind not in (ADDED, REMOVED) or self.text.strip():
            return ""
        return "¶" if "\n" in self.text else "␣"


@dataclass(frozen=True)
class _Hunk:
    """A passage of the old text and what stands in its place; where both are the same, nothing changed."""

    old: str
    new: str

    @property
    def same(self) -> bool:
        return self.old == self.new


def tidy(text: str) -> str:
    """The text with one kind of line end and composed letters, so that only what people see is compared."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def compare(old: str, new: str) -> list[Span]:
    """The spans of both texts in reading order; in a change what was removed stands before what was added."""
    old, new = tidy(old), tidy(new)
    before, after = _units(old), _units(new)
    hunks: list[_Hunk] = []
    for block in align(before, after):
        was, now = "".join(before[block.i1 : block.i2]), "".join(after[block.j1 : block.j2])
        hunks += [_Hunk(was, now)] if block.same else _by_word(was, now)
    return list(_spans(_joined(hunks)))


def replaced(old: str, new: str) -> list[Span]:
    """Two values that are compared whole: a choice, a number, a date."""
    return list(_spans([_Hunk(tidy(old), tidy(new))]))


def words(text: str) -> list[str]:
    """The words, blanks and signs of a text; together they are the text."""
    return _TOKEN.findall(text)


def is_rewritten(spans: list[Span]) -> bool:
    """Whether hardly a word of a longer text stayed."""
    counts = {SAME: 0, ADDED: 0, REMOVED: 0}
    for span in spans:
        counts[span.kind] += _count(words(span.text))
    return min(counts[ADDED], counts[REMOVED]) > 10 and counts[SAME] * 10 < counts[REMOVED]


def abridged(spans: list[Span]) -> list[Span]:
    """The changes with some words around them; what is left out in between is a span that says how many words."""
    found: list[Span] = []
    for n, span in enumerate(spans):
        parts = words(span.text) if span.kind == SAME else []
        lead, trail = (
            2 * AROUND * (n > 0),
            2 * AROUND * (n < len(spans) - 1),
        )  # a word and its blank are two parts
        if len(parts) <= lead + trail + 2 * AROUND:
            found.append(span)
            continue
        between = parts[lead : len(parts) - trail]
        found += [Span("".join(parts[:lead]), SAME)] if lead else []
        found.append(Span(f"… {_count(between):,} words unchanged …", SKIPPED))
        found += [Span("".join(parts[len(parts) - trail :]), SAME)] if trail else []
    return found


def _units(text: str) -> list[str]:
    """Its sentences and lines, each with the blanks that end it."""
    places = [0, *(found.end() for found in _BREAK.finditer(text)), len(text)]
    return [text[i:j] for i, j in pairwise(places) if i < j]


def _by_word(old: str, new: str) -> list[_Hunk]:
    """A passage that differs: its words, or the whole where too few are the same."""
    before, after = words(old), words(new)
    blocks = align(before, after)
    kept = sum(_count(before[block.i1 : block.i2]) for block in blocks if block.same)
    shorter = min(_count(before), _count(after))
    if shorter > FEW and kept < ALIKE * shorter:
        return [_Hunk(old, new)]
    return [_Hunk("".join(before[b.i1 : b.i2]), "".join(after[b.j1 : b.j2])) for b in blocks]


def _count(parts: list[str]) -> int:
    """How many of the parts are words."""
    return sum(part[0].isalnum() or part[-1].isalnum() for part in parts)


def _joined(hunks: list[_Hunk]) -> list[_Hunk]:
    """Neighbours of one kind as one; blanks and signs between two changes belong to the change."""
    found: list[_Hunk] = []
    for hunk in hunks:
        if found and hunk.same == found[-1].same:
            hunk = _both(found.pop(), hunk)
        elif len(found) > 1 and not hunk.same and _is_island(found[-1]):
            island = found.pop()
            hunk = _both(_both(found.pop(), island), hunk)
        found.append(hunk)
    return found if len(found) == len(hunks) else _joined(found)


def _both(one: _Hunk, other: _Hunk) -> _Hunk:
    return _Hunk(one.old + other.old, one.new + other.new)


def _is_island(hunk: _Hunk) -> bool:
    return "\n" not in hunk.old and not any(sign.isalnum() for sign in hunk.old)


def _spans(hunks: Iterable[_Hunk]) -> Iterator[Span]:
    for hunk in hunks:
        if hunk.same:
            yield from [Span(hunk.old, SAME)] if hunk.old else []
        else:
            yield from [Span(hunk.old, REMOVED)] if hunk.old else []
            yield from [Span(hunk.new, ADDED)] if hunk.new else []
