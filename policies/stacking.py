"""What a stack asks for, as its approved list of parts says it: groups, how many of each, order, years. Pure.

Without a column for groups all lines are one group; without a number all of a group are needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from policies.answers import Answers, value_at
from policies.limits import Judged
from policies.schema import Pack

Row = dict[str, Any]


@dataclass(frozen=True)
class StackLine:
    """One line of the list, from 1. `after` are the lines that must be held before this one counts."""

    number: int
    text: str
    after: tuple[int, ...] = ()


@dataclass(frozen=True)
class StackGroup:
    """So many of these lines are `needed`; `name` is "" where the list has no groups."""

    name: str
    needed: int
    lines: tuple[StackLine, ...]


@dataclass(frozen=True)
class StackRules:
    """All groups are needed; everything that counts was awarded within so many years, where that is said."""

    groups: tuple[StackGroup, ...] = ()
    within_years: int | None = None

    @property
    def lines(self) -> list[StackLine]:
        """All lines in the order of the list."""
        return sorted((line for group in self.groups for line in group.lines), key=lambda line: line.number)


def stack_rules(pack: Pack, answers: Answers) -> StackRules:
    """The rules that these answers make; no groups where the policy asks for no list."""
    rows = _rows(pack, answers)
    names = {_plain(_text(pack, row)): number for number, row in enumerate(rows, 1)}
    grouped: dict[str, list[tuple[StackLine, Row]]] = {}
    for number, row in enumerate(rows, 1):
        before = tuple(names[name] for name in _before(pack, row) if name in names)
        line = StackLine(number, _text(pack, row), before)
        grouped.setdefault(_plain(_group(pack, row)), []).append((line, row))
    groups = tuple(_of_group(pack, members) for members in grouped.values())
    years = value_at(answers, pack.mapping.within_years) if pack.mapping.within_years else None
    return StackRules(groups, None if years is None else int(years))


def _of_group(pack: Pack, members: list[tuple[StackLine, Row]]) -> StackGroup:
    wanted = [n for _, row in members if (n := _needed(pack, row)) is not None]
    lines = tuple(line for line, _ in members)
    return StackGroup(_group(pack, members[0][1]), wanted[0] if wanted else len(lines), lines)


def all_of(texts: Iterable[str]) -> StackRules:
    """The rules where nothing but the parts was approved: all of them."""
    lines = tuple(StackLine(number, text) for number, text in enumerate(texts, 1))
    return StackRules((StackGroup("", len(lines), lines),) if lines else ())


def stack_judged(pack: Pack, form_id: str, answers: Answers) -> list[Judged]:
    """The list of parts as a rule of the form: what in it could never be fulfilled or is said twice."""
    path, form = pack.mapping.parts, pack.form(form_id)
    asked = form.field(path) if path else None
    if path is None or asked is None or not _rows(pack, answers):
        return []
    section = next(one for one in form.sections if one.id == path.partition(".")[0])
    clause = asked.clause or section.clause
    return [Judged(clause, path, True, tuple(_problems(pack, answers)))]


def _problems(pack: Pack, answers: Answers) -> Iterator[str]:
    rows, rules = _rows(pack, answers), stack_rules(pack, answers)
    texts = [_plain(_text(pack, row)) for row in rows]
    for number, row in enumerate(rows, 1):
        if texts[number - 1] and texts.index(texts[number - 1]) < number - 1:
            yield f"Line {number}, “{_text(pack, row)}”, stands in the list already."
        for name in _before(pack, row):
            if name not in texts:
                yield f"Line {number} comes after “{name}”, which is not a line of the list."
    for group in rules.groups:
        yield from _amounts(pack, rows, group)
    if late := in_circles(rules):
        yield f"Each of these waits for the other: {'; '.join(late)}."
    if rules.within_years is not None and rules.within_years < 1:
        yield "The years within which it is earned are one or more."


def _amounts(pack: Pack, rows: list[Row], group: StackGroup) -> Iterator[str]:
    """How many are needed is said once for a group, and the group has as many."""
    said = {n for line in group.lines if (n := _needed(pack, rows[line.number - 1])) is not None}
    where = f"of the group “{group.name}”" if group.name else "of the list"
    if len(said) > 1:
        numbers = " and ".join(str(n) for n in sorted(said))
        yield f"How many {where} are needed is said differently: {numbers}."
    elif not 1 <= group.needed <= len(group.lines):
        yield f"{group.needed} {where} cannot be needed: it has {len(group.lines)}."


def in_circles(rules: StackRules) -> list[str]:
    """Lines that can never count, since each waits for another of them."""
    waiting = {line.number: set(line.after) for line in rules.lines}
    while free := [number for number, before in waiting.items() if not before & waiting.keys()]:
        for number in free:
            del waiting[number]
    return [line.text for line in rules.lines if line.number in waiting]


def _rows(pack: Pack, answers: Answers) -> list[Row]:
    return list((value_at(answers, pack.mapping.parts) if pack.mapping.parts else None) or [])


def _text(pack: Pack, row: Row) -> str:
    """How the list calls the part: its own column, or the whole line where no column is named."""
    column = pack.mapping.part_column
    return str(row.get(column, "")) if column else ", ".join(str(cell) for cell in row.values() if cell)


def _group(pack: Pack, row: Row) -> str:
    return " ".join(str(row.get(pack.mapping.group_column or "", "")).split())


def _needed(pack: Pack, row: Row) -> int | None:
    found = row.get(pack.mapping.needed_column or "")
    return None if found is None else int(found)


def _before(pack: Pack, row: Row) -> list[str]:
    """The names after which a line comes, as compared; with semicolons between them."""
    said = str(row.get(pack.mapping.after_column or "", ""))
    return [name for part in said.split(";") if (name := _plain(part))]


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
