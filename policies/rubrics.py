"""The rubric of a competency, as the approved list of levels says it: levels from the lowest to the highest. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from policies.answers import Answers, value_at
from policies.limits import Judged
from policies.schema import Pack

Row = dict[str, Any]


@dataclass(frozen=True)
class Level:
    """One level of a competency's rubric. Who reaches a level that `counts` has shown the competency."""

    name: str
    description: str = ""
    points: int | None = None
    counts: bool = True


def rubrics(pack: Pack, answers: Answers) -> dict[int, tuple[Level, ...]]:
    """The levels of each competency that has any, by its line in the list of competencies, from 1."""
    found: dict[int, tuple[Level, ...]] = {}
    names = _competencies(pack, answers)
    for row in _rows(pack, answers):
        number = _number(pack, row, names)
        level = _level(pack, row)
        if number and level.name and level.name not in [known.name for known in found.get(number, ())]:
            found[number] = (*found.get(number, ()), level)
    return found


def rubric_judged(pack: Pack, form_id: str, answers: Answers) -> list[Judged]:
    """The list of levels as a rule of the form: what in it belongs nowhere, is said twice, or could never be reached."""
    path, form = pack.mapping.rubric, pack.form(form_id)
    asked = form.field(path) if path else None
    if path is None or asked is None or not _rows(pack, answers):
        return []
    section = next(one for one in form.sections if one.id == path.partition(".")[0])
    clause = asked.clause or section.clause
    return [Judged(clause, path, True, tuple(_problems(pack, answers)))]


def _problems(pack: Pack, answers: Answers) -> Iterator[str]:
    names, seen = _competencies(pack, answers), set()
    for line, row in enumerate(_rows(pack, answers), 1):
        number, level = _number(pack, row, names), _level(pack, row)
        if not number:
            yield f"Line {line}: “{_cell(row, pack.mapping.rubric_competency_column)}” is none of the competencies."
        elif (key := (number, level.name.casefold())) in seen:
            yield f"Line {line}: “{level.name}” stands in this rubric already."
        else:
            seen.add(key)
    for number, levels in rubrics(pack, answers).items():
        counting = [level.counts for level in levels]
        if not any(counting):
            yield f"No level of “{names[number - 1]}” counts as shown."
        elif not all(counting[counting.index(True) :]):
            yield f"The levels of “{names[number - 1]}” go from the lowest to the highest: above one that counts all count."


def _competencies(pack: Pack, answers: Answers) -> list[str]:
    rows = value_at(answers, pack.mapping.competencies) or []
    return [_cell(row, pack.mapping.competency_column) for row in rows]


def _rows(pack: Pack, answers: Answers) -> list[Row]:
    return list((value_at(answers, pack.mapping.rubric) if pack.mapping.rubric else None) or [])


def _number(pack: Pack, row: Row, names: list[str]) -> int:
    """The competency that a level belongs to, by its name or its number in the list; 0 where there is none such."""
    said = _plain(_cell(row, pack.mapping.rubric_competency_column))
    plain = [_plain(name) for name in names]
    if said and said in plain:
        return plain.index(said) + 1
    return int(said) if said.isascii() and said.isdigit() and 1 <= int(said[:4]) <= len(names) else 0


def _level(pack: Pack, row: Row) -> Level:
    rules = pack.mapping
    points = row.get(rules.rubric_points_column or "")
    counts = (
        row.get(rules.rubric_counts_column) in rules.rubric_counts_values
        if rules.rubric_counts_column
        else True
    )
    return Level(
        name=_cell(row, rules.rubric_level_column),
        description=_cell(row, rules.rubric_description_column),
        points=None if points is None else int(points),
        counts=counts,
    )


def _cell(row: Row, column: str | None) -> str:
    return str(row.get(column or "", "")).strip()


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
