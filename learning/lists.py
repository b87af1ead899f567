"""The list of what many learners have shown, for one offering: a column for each competency, with the day it was shown.

A list is read twice, once for the dry run and once when it is sent, from the same text, which the page carries.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from django.core.files.base import ContentFile, File

from accounts.tables import ColumnSpec, Problem, Row, Table, read_table
from accounts.tables.columns import FALSE, TRUE, normal
from accounts.tables.dry_runs import FULL_NAME, DryRun, doubts_of, name_in, nameless, unreadable
from accounts.tables.rewriting import as_csv, harmless, rewritten
from learning.actions import completions
from learning.entry import MAX_EVIDENCE, MAX_NAME, MAX_URL, Entry, Met

if TYPE_CHECKING:
    from accounts.models import Person
    from learning.models import Completion, Offering

MAX_LINES = 10_000
LONGEST_MARK = 520  # a level's name and a day
BASE = (
    ColumnSpec("name", max_length=MAX_NAME, aliases=("full name", "learner", "student")),
    *FULL_NAME,
    ColumnSpec("email", "email", required=True, max_length=254, aliases=("e-mail address", "mail")),
    ColumnSpec("completed on", "date", aliases=("completed", "completion", "completion date")),
    ColumnSpec("enrolled", "boolean", aliases=("eligible", "enrolled student", "enrollment", "enrolment")),
    ColumnSpec("evidence", max_length=MAX_EVIDENCE),
    ColumnSpec("evidence url", "url", max_length=MAX_URL, aliases=("evidence link", "link")),
)
NO_DAY = "“{text}” is neither a day as 2026-01-31 nor yes or no."
NO_LEVEL = (
    "“{text}” is neither a level, a level and a day as “{level} 2026-01-31”, nor no. Its levels: {levels}."
)
COLUMN_OF = {"completed_on": "completed on", "evidence_url": "evidence url"}


@dataclass
class Preview(DryRun):
    """A dry run: beside what stands against the list, its lines as entries and what each good one adds."""

    entries: list[Entry] = field(default_factory=list)
    adds: list[tuple[Entry, str]] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the whole list may be recorded."""
        return bool(self.entries) and not self.doubts


def columns_of(competencies: Sequence[str]) -> list[ColumnSpec]:
    """The columns of a list: the same for all, and one for each competency, by its name or its number."""
    taken = {normal(name) for column in BASE for name in (column.name, *column.aliases)}
    found = list(BASE)
    for number, name in enumerate(competencies, 1):
        plain, own = f"competency {number}", normal(name)
        usable = own not in taken and not own.startswith("competency") and harmless(name) == name
        taken.add(own)
        heading, others = (name, (plain,)) if usable else (plain, ())
        found.append(ColumnSpec(heading, max_length=LONGEST_MARK, aliases=others))
    return found


def template(offering: Offering) -> str:
    """The list to begin with: headings and one line that shows how."""
    columns = [c.name for c in columns_of(completions.competencies_of(offering))]
    leave = {"first name", "last name"}
    day = offering.institution.today().isoformat()
    rubrics = completions.levels_of(offering)
    example = {
        "name": "Demo learner",
        "email": "learner@university.example",
        "completed on": day,
        "enrolled": "yes",
        "evidence": "Portfolio, seen by two assessors",
    }
    headings = [name for name in columns if name not in leave]
    known = {column.name for column in BASE}
    asked = dict(zip(columns[len(BASE) :], completions.competencies_of(offering), strict=True))
    marks = {name: _example(rubrics.get(asked[name], []), day) for name in headings if name not in known}
    return as_csv([headings, [(example | marks).get(name, "") for name in headings]])


def _example(levels: Sequence[dict[str, Any]], day: str) -> str:
    """How a competency is marked as shown: with its day, and the level where it has a rubric."""
    return " ".join([*[one["name"] for one in levels if one["counts"]][:1], day])


def preview(upload: File[bytes] | IO[bytes], offering: Offering, by: Person) -> Preview:
    """Read and check a list without writing anything: every bad line with its number and column."""
    columns = columns_of(completions.competencies_of(offering))
    text, unread = rewritten(upload, lambda heading: any(c.is_called(heading) for c in columns), MAX_LINES)
    if unread:
        return Preview(text, unreadable(unread), 1)
    table, entries = _read(ContentFile(text.encode()), offering, columns)
    verdicts = completions.verdicts(offering, entries, completions.rules_of(offering, by))
    by_number = {entry.number: entry for entry in entries}
    found = doubts_of(table, verdicts, lambda line, name: _column(name, by_number[line], columns))
    good = [entry for entry in entries if entry.number not in verdicts]
    return Preview(text, found, table.bad_lines + len(verdicts), entries, _adds(offering, good))


def _read(
    source: File[bytes] | IO[bytes], offering: Offering, columns: Sequence[ColumnSpec]
) -> tuple[Table, list[Entry]]:
    """The table with what is wrong in it, and the entries of its good lines."""
    table = read_table(source, columns, max_rows=MAX_LINES, unique=("email",))
    names, marks = completions.competencies_of(offering), columns[len(BASE) :]
    rubrics = {
        name: [one["name"] for one in levels] for name, levels in completions.levels_of(offering).items()
    }
    entries: list[Entry] = []
    for row in table.rows:
        entry, problems = _entry(row, list(zip(marks, names, strict=True)), rubrics)
        if problems:
            table.add(row.line, problems)
        else:
            entries.append(entry)
    return table, entries


def _entry(
    row: Row, marks: Sequence[tuple[ColumnSpec, str]], rubrics: Mapping[str, Sequence[str]]
) -> tuple[Entry, list[Problem]]:
    values, met, problems = row.values, [], []
    for column, name in marks:
        said, levels = values.get(column.name) or "", rubrics.get(name, ())
        try:
            shown, level, day = _mark(said, levels)
        except ValueError:
            problems.append(Problem(row.line, column.name, _unread(said, levels)))
            continue
        if shown:
            met.append(Met(name, day, level=level))
    if not (name := name_in(row)):
        problems.append(nameless(row))
    entry = Entry(
        name, values["email"], values.get("completed on"), tuple(met), values.get("enrolled"),
        values.get("evidence") or "", values.get("evidence url") or "", row.line,
    )  # fmt: skip
    return entry, problems


def _mark(text: str, levels: Sequence[str]) -> tuple[bool, str, dt.date | None]:
    """Whether a competency is marked as shown, at which level, and on which day; ValueError for anything else."""
    word = " ".join(text.split()).casefold()
    if not word or word in FALSE:
        return False, "", None
    # The longest first, so that “Good work” is not read as “Good” and a day.
    for level in sorted(levels, key=len, reverse=True):
        name = " ".join(level.split()).casefold()
        if word == name or word.startswith(f"{name} "):
            rest = word[len(name) :].strip(" ,;")
            return True, level, dt.date.fromisoformat(rest) if rest else None
    return True, "", None if word in TRUE else dt.date.fromisoformat(word)


def _unread(text: str, levels: Sequence[str]) -> str:
    if not levels:
        return NO_DAY.format(text=text[:40])
    return NO_LEVEL.format(text=text[:40], level=levels[-1], levels=", ".join(levels))


def _column(name: str, entry: Entry, columns: Sequence[ColumnSpec]) -> str:
    """The list's own name of the field that a reason is about."""
    kind, _, place = name.partition(".")
    if kind != "competencies" or not place:
        return COLUMN_OF.get(name, name)
    met = entry.competencies[int(place.partition(".")[0]) - 1].name
    return next((c.name for c in columns if c.name == met), met)


def _adds(offering: Offering, entries: Sequence[Entry]) -> list[tuple[Entry, str]]:
    """What each good line would add to what is recorded, in words."""
    before = completions.standing_by_address(offering, entries)
    return [(entry, _in_words(entry, before.get(entry.address))) for entry in entries]


def _in_words(entry: Entry, standing: Completion | None) -> str:
    known: set[Any] = {one.competency for one in standing.competencies.all()} if standing else set()
    fresh = sum(met.name not in known for met in entry.competencies)
    found = []
    if entry.completed_on and not (standing and standing.completed_on):
        found.append("completed")
    if fresh:
        found.append("1 competency" if fresh == 1 else f"{fresh} competencies")
    if entry.enrolled is not None and entry.enrolled != (standing and standing.enrolled):
        found.append("enrolled" if entry.enrolled else "not enrolled")
    return ", ".join(found) or "nothing new"
