"""A dry run of a list: what is wrong in which line and column, before anything is written. Each app adds what it checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from accounts.tables.columns import ColumnSpec
from accounts.tables.failures import BadFile
from accounts.tables.reading import Problem, Row, Table

if TYPE_CHECKING:
    from policies.reasons import Reason

FULL_NAME = (
    ColumnSpec("first name", aliases=("given name", "forename")),
    ColumnSpec("last name", aliases=("family name", "surname")),
)
NO_NAME = "Write the learner's name: in a column “name”, or in “first name” and “last name”."


@dataclass(frozen=True)
class Doubt:
    """What is wrong in one line of the list, in which column ("" for the whole line), under which clause."""

    line: int
    column: str
    text: str
    clause: str = ""


@dataclass
class DryRun:
    """The list as text to mend or send, and all that stands against its lines."""

    text: str
    doubts: list[Doubt] = field(default_factory=list)
    bad_lines: int = 0


def unreadable(bad: BadFile) -> list[Doubt]:
    """What is wrong with a list that cannot be read at all."""
    return [Doubt(bad.line, "", bad.text)]


def doubts_of(
    table: Table, verdicts: Mapping[int, Iterable[Reason]], column: Callable[[int, str], str]
) -> list[Doubt]:
    """Line by line, what could not be read and why what was read is refused; `column(line, field)` is the list's own
    name of the field that a reason is about."""
    found = [Doubt(problem.line, problem.column, problem.text) for problem in table.problems]
    found += [
        Doubt(number, column(number, reason.field), reason.text, reason.clause)
        for number, reasons in verdicts.items()
        for reason in reasons
    ]
    return sorted(found, key=lambda doubt: doubt.line)


def name_in(row: Row) -> str:
    """The name in a line: as one, or from its two parts; "" without any."""
    parts = (row.values.get("first name"), row.values.get("last name"))
    return str(row.values.get("name") or " ".join(part for part in parts if part))


def nameless(row: Row) -> Problem:
    """What is wrong with a line that names nobody."""
    return Problem(row.line, "name", NO_NAME)
