"""Which parts of two sequences stand in both, in the same order. Bounded in time and memory for any two sequences.

Where a longest common subsequence would cost too much, the sequences are cut first at what occurs once in each
(patience), some parts in a row or else one; what then is still too large is left unmatched. With limit L on the product of the lengths of one alignment,
all alignments together cost at most sqrt(L * n * m).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import Indel

MOST_CELLS = 100_000_000  # bits: 12 MB and some milliseconds an alignment
DEEPEST = 6  # cuts inside cuts
WIDTHS = (8, 1)  # so many parts in a row that occur once are a place to cut at


class Run(NamedTuple):
    """`size` parts of the old sequence from `old` on are those of the new one from `new` on."""

    old: int
    new: int
    size: int


class Block(NamedTuple):
    """The parts [i1:i2] of the old and [j1:j2] of the new sequence: the same, or one in place of the other."""

    same: bool
    i1: int
    i2: int
    j1: int
    j2: int


def align(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Block]:
    """Both sequences from beginning to end, cut into blocks."""
    numbers: dict[Hashable, int] = {}
    x = [numbers.setdefault(part, len(numbers)) for part in old]
    y = [numbers.setdefault(part, len(numbers)) for part in new]
    blocks: list[Block] = []
    i = j = 0
    for run in [*_runs(x, y, 0, 0, 0), Run(len(x), len(y), 0)]:
        if run.old > i or run.new > j:
            blocks.append(Block(False, i, run.old, j, run.new))
        i, j = run.old + run.size, run.new + run.size
        if run.size:
            blocks.append(Block(True, run.old, i, run.new, j))
    return blocks


def _runs(x: list[int], y: list[int], i: int, j: int, depth: int) -> Iterator[Run]:
    """The runs of `x` and `y`, which stand at `i` and `j` of the whole."""
    head = _alike(x, y)
    tail = _alike(x[head:][::-1], y[head:][::-1])
    if head:
        yield Run(i, j, head)
    yield from _inner(x[head : len(x) - tail], y[head : len(y) - tail], i + head, j + head, depth)
    if tail:
        yield Run(i + len(x) - tail, j + len(y) - tail, tail)


def _alike(x: list[int], y: list[int]) -> int:
    """How many parts are the same from the beginning on."""
    return next((n for n, (a, b) in enumerate(zip(x, y, strict=False)) if a != b), min(len(x), len(y)))


def _inner(x: list[int], y: list[int], i: int, j: int, depth: int) -> Iterator[Run]:
    """The runs of two sequences that neither begin nor end alike."""
    if not x or not y:
        return
    if len(x) * len(y) <= MOST_CELLS:
        yield from (Run(i + a, j + b, size) for a, b, size in common(x, y) if size)
        return
    anchors = _anchors(x, y) if depth < DEEPEST else []
    if anchors:
        for (a, b), (c, d) in pairwise([(-1, -1), *anchors, (len(x), len(y))]):
            if a >= 0:
                yield Run(i + a, j + b, 1)
            if c > a + 1 and d > b + 1:
                yield from _runs(x[a + 1 : c], y[b + 1 : d], i + a + 1, j + b + 1, depth + 1)


def common(x: list[int], y: list[int]) -> list[tuple[int, int, int]]:
    """The matching blocks of a longest common subsequence: (place in x, place in y, length)."""
    return [(run.a, run.b, run.size) for run in Indel.editops(x, y).as_matching_blocks()]


def _anchors(x: list[int], y: list[int]) -> list[tuple[int, int]]:
    """Where to cut: the places of what occurs once in each; of rows of parts first, then of single ones."""
    for width in WIDTHS:
        rows = [list(zip(*(one[n:] for n in range(width)), strict=False)) for one in (x, y)]
        if found := _chain(*rows):
            return found
    return []


def _chain(x: Sequence[Hashable], y: Sequence[Hashable]) -> list[tuple[int, int]]:
    """What occurs once in each, as places that rise in both: the longest such chain."""
    once = {part for part, count in Counter(x).items() if count == 1}
    once &= {part for part, count in Counter(y).items() if count == 1}
    place = {part: n for n, part in enumerate(y) if part in once}
    pairs = [(n, place[part]) for n, part in enumerate(x) if part in once]
    ends: list[int] = []  # the lowest place in y at which a chain of each length ends
    last: list[int] = []  # and which pair that is
    before: list[int] = []  # the pair before each in its chain
    for n, (_, b) in enumerate(pairs):
        length = bisect_left(ends, b)
        ends[length : length + 1] = [b]
        last[length : length + 1] = [n]
        before.append(last[length - 1] if length else -1)
    chain, n = [], last[-1] if last else -1
    while n >= 0:
        chain.append(pairs[n])
        n = before[n]
    return chain[::-1]
