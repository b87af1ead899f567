"""Lists and tables compared: entries that came and went, rows that changed, cell by cell by word. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Indel

from proposals.redline import texts
from proposals.redline.align import Block, align
from proposals.redline.texts import ADDED, REMOVED, SAME, Span

CHANGED = "changed"
LIKE = 0.34  # rows that share so much of their words are one row that changed,
ALMOST = 0.7  # and those that share so much of their letters
MOST_PAIRS = 2_500  # rows are matched by likeness up to 50 against 50, beyond that by their places
LOOKED_AT = 400  # letters of a row that count for likeness


@dataclass(frozen=True)
class Entry:
    """One line of a list: a choice, a file, a person. `key` is what it goes by, `id` where it is kept."""

    text: str
    kind: str
    key: str
    id: str = ""


@dataclass(frozen=True)
class Column:
    """A column with its heading; `kind` says whether both tables have it."""

    id: str
    label: list[Span]
    kind: str


@dataclass(frozen=True)
class Row:
    """One row: the same, added, removed or changed; its cells in the order of the columns."""

    kind: str
    cells: list[list[Span]]


@dataclass(frozen=True)
class Table:
    """A table as words: its columns with their headings, and its rows as `{column: text}`."""

    columns: Mapping[str, str]
    rows: Sequence[Mapping[str, str]]


def woven(old: Iterable[str], new: Iterable[str]) -> list[str]:
    """What is in either, once: in the order of the new, and what only the old has after what stood before it there."""
    result = list(dict.fromkeys(new))
    before: str | None = None
    for key in dict.fromkeys(old):
        if key not in result:
            result.insert(result.index(before) + 1 if before is not None else 0, key)
        before = key
    return result


def entries(old: Sequence[Entry], new: Sequence[Entry]) -> list[Entry]:
    """Two lists whose entries go by `key`: each entry once, with what became of it."""
    was, now = {entry.key: entry for entry in old}, {entry.key: entry for entry in new}
    return [
        replace(
            now.get(key) or was[key],
            kind=SAME if key in was and key in now else ADDED if key in now else REMOVED,
        )
        for key in woven(was, now)
    ]


def table(old: Table, new: Table) -> tuple[list[Column], list[Row]]:
    """Two tables: the columns of both, and the rows matched by what they hold."""
    columns = [_column(key, old, new) for key in woven(old.columns, new.columns)]
    both = [column.id for column in columns if column.kind == SAME]
    was, now = [_cells(row, both) for row in old.rows], [_cells(row, both) for row in new.rows]
    rows: list[Row] = []
    for block in align(was, now):
        for i, j in _pairs(block, was, now):
            rows.append(_row(columns, None if i is None else old.rows[i], None if j is None else new.rows[j]))
    return columns, rows


def _column(key: str, old: Table, new: Table) -> Column:
    if key in old.columns and key in new.columns:
        return Column(key, texts.compare(old.columns[key], new.columns[key]), SAME)
    kind = ADDED if key in new.columns else REMOVED
    return Column(key, [Span(old.columns.get(key) or new.columns[key], kind)], kind)


def _cells(row: Mapping[str, str], columns: Iterable[str]) -> tuple[str, ...]:
    return tuple(row.get(column, "") for column in columns)


def _row(columns: list[Column], old: Mapping[str, str] | None, new: Mapping[str, str] | None) -> Row:
    cells = [texts.compare((old or {}).get(c.id, ""), (new or {}).get(c.id, "")) for c in columns]
    if old is None or new is None:
        return Row(ADDED if old is None else REMOVED, cells)
    same = all(span.kind == SAME for cell in cells for span in cell)
    return Row(SAME if same else CHANGED, cells)


Pairs = list[tuple[int | None, int | None]]


def _pairs(block: Block, old: list[tuple[str, ...]], new: list[tuple[str, ...]]) -> Pairs:
    """Which old row became which new one; None where there is none."""
    olds, news = range(block.i1, block.i2), range(block.j1, block.j2)
    if block.same:
        return list(zip(olds, news, strict=True))
    if len(olds) * len(news) > MOST_PAIRS:
        matched = list(zip(olds, news, strict=False))
    else:
        likeness = [[_likeness(old[i], new[j]) for j in news] for i in olds]
        matched = [(olds[a], news[b]) for a, b in _best(likeness)] if olds and news else []
    found: Pairs = []
    i, j = block.i1, block.j1
    for a, b in [*matched, (block.i2, block.j2)]:
        found += [(n, None) for n in range(i, a)] + [(None, n) for n in range(j, b)]
        found += [(a, b)] if a < block.i2 and b < block.j2 else []
        i, j = a + 1, b + 1
    return found


def _likeness(old: tuple[str, ...], new: tuple[str, ...]) -> float:
    """Between 0 and 1; 0 where two rows have too little in common."""
    was, now = "\n".join(old)[:LOOKED_AT], "\n".join(new)[:LOOKED_AT]
    by_word = Indel.normalized_similarity(was.split(), now.split())
    by_letter = Indel.normalized_similarity(was, now)
    return max(by_word if by_word >= LIKE else 0.0, by_letter if by_letter >= ALMOST else 0.0)


def _best(likeness: list[list[float]]) -> list[tuple[int, int]]:
    """The pairs, in order in both, whose likeness is largest together."""
    height, width = len(likeness), len(likeness[0])
    sums = [[0.0] * (width + 1) for _ in range(height + 1)]
    for i in reversed(range(height)):
        for j in reversed(range(width)):
            pair = likeness[i][j] + sums[i + 1][j + 1] if likeness[i][j] else 0.0
            sums[i][j] = max(pair, sums[i + 1][j], sums[i][j + 1])
    found, i, j = [], 0, 0
    while i < height and j < width:
        if likeness[i][j] and sums[i][j] == likeness[i][j] + sums[i + 1][j + 1]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif sums[i][j] == sums[i + 1][j]:
            i += 1
        else:
            j += 1
    return found
