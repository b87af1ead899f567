"""What lists of learners share: what is wrong in a line before anything is written, and the name in it."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.tables.columns import ColumnSpec
from accounts.tables.reading import Problem, Row

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


def name_in(row: Row) -> str:
    """The name in a line: as one, or from its two parts; "" without any."""
    parts = (row.values.get("first name"), row.values.get("last name"))
    return str(row.values.get("name") or " ".join(part for part in parts if part))


def nameless(row: Row) -> Problem:
    """What is wrong with a line that names nobody."""
    return Problem(row.line, "name", NO_NAME)
