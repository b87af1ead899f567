"""From numbered lines to checked rows, with every problem by line and column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, NamedTuple

from django.core.files.base import File

from accounts.tables.columns import BadCell, ColumnSpec, Problem, nothing, shown, tidy, value_of
from accounts.tables.failures import BadFile, Cells
from accounts.tables.sources import Source, binary

LIMIT = 20 * 1024 * 1024
MAX_ROWS = 50_000
MAX_PROBLEMS = 1_000  # kept; all bad lines are counted
NO_LINES = "The list has no lines below its headings."


class Row(NamedTuple):
    """A good line: its number in the list and its values by the columns' names."""

    line: int
    values: dict[str, Any]


class Read(NamedTuple):
    """A line as it stands, what its cells mean, and what is wrong with it; values are whole only without problems."""

    line: int
    cells: list[str]
    values: dict[str, Any]
    problems: list[Problem]


@dataclass
class Table:
    """`rows` are the good lines. `problems` are at most 1,000, while `bad_lines` counts all lines that have any."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    bad_lines: int = 0

    @property
    def ok(self) -> bool:
        """Whether there is nothing wrong with any line."""
        return not self.bad_lines

    def add(self, line: int, problems: Sequence[Problem]) -> None:
        """Note what is wrong with one line."""
        self.bad_lines += 1
        self.problems += problems[: MAX_PROBLEMS - len(self.problems)]


def read_table(
    upload: File[bytes] | IO[bytes],
    columns: Sequence[ColumnSpec],
    *,
    max_rows: int = MAX_ROWS,
    unique: Sequence[str] = (),
) -> Table:
    """Read a list whose first line names its columns, in any order; empty lines are skipped.

    Comma, semicolon, tab or bar; UTF-8 or UTF-16, with or without a mark; any line ends; Excel's first sheet.
    `unique` names columns that together may not repeat (in whatever case). Nothing is written, nothing is dropped:
    a line is either in `rows` or named in `problems`. A list that cannot be read at all is one problem.
    """
    table = Table()
    file = binary(upload)
    try:
        check_size(file)
        with Source(file, known_in(columns)) as source:
            lines = filled(source.lines)
            order = _heading(lines, columns, table)
            if order:
                for read in rows_of(lines, order, columns, max_rows=max_rows, unique=unique):
                    _take(read, table)
                if not table.rows and table.ok:
                    table.add(1, [Problem(1, "", NO_LINES)])
    except BadFile as error:
        table.add(error.line, [Problem(error.line, "", error.text)])
    finally:
        file.seek(0)
    return table


def _take(read: Read, table: Table) -> None:
    if read.problems:
        table.add(read.line, read.problems)
    else:
        table.rows.append(Row(read.line, read.values))


def known_in(columns: Sequence[ColumnSpec]) -> Callable[[str], bool]:
    """Whether a heading names one of the columns."""
    return lambda heading: any(column.is_called(heading) for column in columns)


def check_size(file: IO[bytes]) -> None:
    size = file.seek(0, 2)
    file.seek(0)
    if size > LIMIT:
        raise BadFile(
            f"The file has {size / 1024 / 1024:.0f} MB; up to {LIMIT // 1024 // 1024} MB are possible."
        )


def filled(lines: Iterable[Cells]) -> Iterator[Cells]:
    """Without the lines that hold nothing."""
    return ((line, cells) for line, cells in lines if any(cell.strip() for cell in cells))


def _heading(lines: Iterator[Cells], columns: Sequence[ColumnSpec], table: Table) -> list[ColumnSpec]:
    """The columns in the order of the list's headings; empty when the headings will not do."""
    line, headings = next(lines, (1, []))
    if not headings:
        raise BadFile("The file is empty.")
    names = ", ".join(column.name for column in columns)
    found, problems = [], []
    for heading in [tidy(heading) for heading in headings]:
        column = next((c for c in columns if c.is_called(heading)), None)
        if column is None:
            problems.append(
                Problem(line, shown(heading), f"This column is not known. Possible are: {names}.")
            )
        elif column in found:
            problems.append(Problem(line, heading, "This column is there twice."))
        else:
            found.append(column)
    problems += [
        Problem(line, c.name, f"This column is missing. The first line names the columns: {names}.")
        for c in columns
        if c.required and c not in found
    ]
    if problems:
        table.add(line, problems)
        return []
    return found


def rows_of(
    lines: Iterable[Cells],
    order: Sequence[ColumnSpec | None],
    columns: Sequence[ColumnSpec],
    *,
    max_rows: int = MAX_ROWS,
    unique: Sequence[str] = (),
) -> Iterator[Read]:
    """Each line below the headings as read, one at a time; BadFile at the line that is too many.

    `order` says which column stands where (None: left out), `columns` which there can be.
    """
    absent = {column.name: nothing(column) for column in columns if column not in order}
    seen: dict[tuple[str, ...], int] = {}
    for count, (line, cells) in enumerate(lines, 1):
        if count > max_rows:
            raise BadFile(f"There are more than {max_rows:,} lines. Split the list.", line)
        values, problems = _values(line, cells, order)
        if unique and not problems:
            key = tuple(str(values.get(name) or "").casefold() for name in unique)
            first = seen.setdefault(key, line)
            if first != line:
                problems = [Problem(line, unique[0], f"This repeats line {first}.")]
        yield Read(line, cells, {**absent, **values}, problems)


def _values(
    line: int, cells: list[str], order: Sequence[ColumnSpec | None]
) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = {}
    problems = []
    if len(cells) > len(order) and any(cell.strip() for cell in cells[len(order) :]):
        text = f"There are {len(cells)} cells, but {len(order)} columns. Put quotation marks around text with commas."
        problems.append(Problem(line, "", text))
    for n, column in enumerate(order):
        if column is None:
            continue
        try:
            values[column.name] = value_of(column, cells[n] if n < len(cells) else "")
        except BadCell as error:
            problems.append(Problem(line, column.name, str(error)))
    return values, problems
