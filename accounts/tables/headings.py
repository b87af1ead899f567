"""Which column each heading of a list means: what is plain, what somebody chose before, and what is only a guess."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import IO

from rapidfuzz import fuzz, process

from accounts.tables.columns import ColumnSpec, normal, shown, tidy
from accounts.tables.excel import MAX_COLUMNS
from accounts.tables.failures import BadFile
from accounts.tables.reading import check_size, filled, known_in
from accounts.tables.sources import Source

LEAVE_OUT = ""
OURS = ("line", "what is wrong")  # what the file of verdicts adds to a list
NO_HEADINGS = "The first line is a person already. Put a line above it that names the columns."
LIKE_ENOUGH = 85
SAMPLES = 3
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class Head:
    """What the first lines of a list show, before anybody reads it through."""

    headings: list[str]
    samples: list[list[str]]
    sheets: list[str]
    sheet: int
    remarks: list[str]
    expected: int


def head_of(file: IO[bytes], columns: Sequence[ColumnSpec], sheet: int | None = None) -> Head:
    """The headings and the first lines below them; BadFile when it is no list."""
    check_size(file)
    with Source(file, known_in(columns), sheet) as source:
        lines = [cells for _, cells in islice(filled(source.lines), SAMPLES + 1)]
        if not lines:
            raise BadFile("The file is empty.")
        if len(lines[0]) > MAX_COLUMNS:
            raise BadFile(f"There are more than {MAX_COLUMNS} columns.")
        if any(ADDRESS.fullmatch(cell.strip()) for cell in lines[0]):
            raise BadFile(NO_HEADINGS)
        headings = [shown(tidy(cell)) for cell in lines[0]]
        samples = [[shown(tidy(cell)) for cell in line] for line in lines[1:]]
        book = source.book
        sheets, number = (book.sheets, book.sheet) if book else ([], 0)
        return Head(headings, samples, sheets, number, source.remarks, max(source.expected - 1, 0))


@dataclass
class Layout:
    """The column of each heading by its place ("" leaves it out), and which of them somebody should look at."""

    columns: list[str] = field(default_factory=list)
    doubtful: list[bool] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)

    @property
    def certain(self) -> bool:
        """Whether nobody needs to look."""
        return not any(self.doubtful) and not self.lacks


def chosen_by_hand(
    headings: Sequence[str], chosen: Sequence[str], columns: Sequence[ColumnSpec]
) -> dict[str, str]:
    """What is worth remembering of somebody's choices: headings that do not say so by themselves."""
    pairs = zip(headings, chosen, strict=True)
    return {normal(h): name for h, name in pairs if normal(h) and _plain(h, columns, {}) != name}


def wrong_choices(chosen: Sequence[str], columns: Collection[ColumnSpec]) -> list[str]:
    """What is wrong with somebody's choices, in words."""
    names = [column.name for column in columns]
    found = [f"“{shown(name)}” is not a column of this list." for name in set(chosen) - {*names, LEAVE_OUT}]
    found += [f"“{name}” is chosen twice." for name in names if list(chosen).count(name) > 1]
    missing = [c.name for c in columns if c.required and c.name not in chosen]
    return found + [f"Say which column holds “{name}”." for name in missing]


def laid_out(
    headings: Sequence[str],
    columns: Sequence[ColumnSpec],
    remembered: Mapping[str, str],
    samples: Sequence[Sequence[str]] = (),
) -> Layout:
    """What each heading means. Certain are headings that a column has, and those that somebody has chosen before
    (`remembered`, by `normal`); the rest is guessed by likeness and by what the first lines hold."""
    found, free = Layout(), {column.name: column for column in columns}
    plain = [_plain(heading, columns, remembered) for heading in headings]
    for name in plain:
        free.pop(name or "", None)
    taken: set[str] = set()
    for place, (heading, name) in enumerate(zip(headings, plain, strict=True)):
        certain = name is not None and name not in taken
        if name is None:
            name = _guess(heading, [_cell(line, place) for line in samples], list(free.values()))
            free.pop(name, None)
        elif name in taken:
            name = LEAVE_OUT
        taken |= {name} - {LEAVE_OUT}
        found.columns.append(name)
        found.doubtful.append(not certain)
    found.lacks = [c.name for c in columns if c.required and c.name not in found.columns]
    return found


def _plain(heading: str, columns: Sequence[ColumnSpec], remembered: Mapping[str, str]) -> str | None:
    """What a heading certainly means; None when that is not certain."""
    key = normal(heading)
    names = {column.name for column in columns}
    if remembered.get(key) in names | {LEAVE_OUT}:
        return remembered[key]
    if not key or key in {normal(ours) for ours in OURS}:
        return LEAVE_OUT
    return next((column.name for column in columns if column.is_called(heading)), None)


def _guess(heading: str, samples: Sequence[str], free: Sequence[ColumnSpec]) -> str:
    """The likeliest of the columns that no heading has yet; "" where none is likely."""
    words = {name: column.name for column in free for name in (column.name, *column.aliases)}
    best = process.extractOne(tidy(heading).casefold(), list(words), scorer=fuzz.token_sort_ratio)
    if best and best[1] >= LIKE_ENOUGH:
        return words[best[0]]
    held = [sample for sample in samples if sample.strip()]
    if held and all(ADDRESS.fullmatch(sample.strip()) for sample in held):
        return next((column.name for column in free if column.kind == "email"), LEAVE_OUT)
    return LEAVE_OUT


def _cell(line: Sequence[str], place: int) -> str:
    return shown(line[place]) if place < len(line) else ""
