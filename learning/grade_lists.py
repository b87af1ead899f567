"""The grade export of a course system, for one offering: what each grade comes to, by the credential's thresholds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import TYPE_CHECKING

from django.urls import reverse

from accounts.tables import ColumnSpec, Problem, Row
from accounts.tables.dry_runs import FULL_NAME, name_in, nameless
from accounts.uploads import Filed, Found
from learning.actions import completions, grading
from learning.entry import MAX_NAME, Entry, Met
from learning.lists import BASE, Completions, columns_of
from policies.reasons import Reason

if TYPE_CHECKING:
    from accounts.models import Person, UploadedList

MAX_LINES = 50_000
AT_ONCE = 2_000  # lines that are recorded in one go
FINAL = "final grade"
COLUMNS = (
    ColumnSpec("name", max_length=MAX_NAME, aliases=("full name", "learner", "student", "student name")),
    *FULL_NAME,
    ColumnSpec(
        "email", "email", required=True, max_length=254,
        aliases=("e-mail address", "mail", "sis login id", "login id", "username", "user name"),
    ),
    ColumnSpec(
        FINAL, max_length=20, aliases=("final score", "current score", "course total", "total", "grade", "final")
    ),
    ColumnSpec("completed on", "date", aliases=("completed", "completion date", "last day")),
)  # fmt: skip
BELOW = "nothing, since it lies below every threshold"
NO_NUMBER = "“{text}” is no grade in numbers, such as 85, 85.5 or 85 %."
NO_THRESHOLDS = "Say first from which grade something counts as shown."


class Grades(Completions):
    """A grade export for one offering; records what the thresholds make of it."""

    most = MAX_LINES

    def __init__(self, uploaded: UploadedList) -> None:
        super().__init__(uploaded)
        self.columns = [*COLUMNS, *columns_of(self._names)[len(BASE) :]]
        self.back = reverse("offering_grades", args=[self.offering.pk])
        self._thresholds = grading.thresholds_of(self.offering)
        self._source, self._sent = uploaded.name, uploaded.uploaded_at.date()

    def reasons(self, by: Person) -> list[Reason]:
        """No thresholds."""
        return [] if self._thresholds else [Reason(NO_THRESHOLDS)]

    def check(self, rows: Sequence[Row], by: Person) -> Found:
        """Each line's reasons, as recording will check it; else what it adds, or that it lies below every threshold."""
        read = {row.line: self._entry(row) for row in rows}
        below = {line for line, (entry, wrong) in read.items() if not wrong and _says_nothing(entry)}
        self._standing_days([entry for entry, wrong in read.values() if not wrong])
        found = super().check([row for row in rows if row.line not in below], by)
        return Found(found.doubts, {**found.adds, **dict.fromkeys(below, BELOW)})

    def file(self, rows: Iterable[Row], by: Person, left_out: int) -> Filed:
        """Record them, a part at a time, in the caller's transaction."""
        count, rest = 0, iter(rows)
        while part := list(islice(rest, AT_ONCE)):
            entries = [self._entry(row)[0] for row in part]
            self._standing_days(entries)
            entries = [self._entry(row)[0] for row in part]
            said = [entry for entry in entries if not _says_nothing(entry)]
            count += len(completions.record_many(offering=self.offering, entries=said, by=by)) if said else 0
        word = "1 learner" if count == 1 else f"{count:,} learners"
        left = (
            f" {left_out:,} {'was' if left_out == 1 else 'were'} left out, as you asked." if left_out else ""
        )
        return Filed(reverse("offering", args=[self.offering.pk]), f"Recorded for {word}.{left}")

    def _standing_days(self, entries: Sequence[Entry]) -> None:
        """The days on which those in the list have completed already, so that the same export can be sent again."""
        standing = completions.standing_by_address(self.offering, entries)
        self._days = {address: row.completed_on for address, row in standing.items() if row.completed_on}

    _days: dict[str, dt.date] = {}

    def _entry(self, row: Row) -> tuple[Entry, list[Problem]]:
        values, problems = row.values, []
        grades: dict[str, Decimal] = {}
        marks = [(FINAL, ""), *zip((c.name for c in self.columns[len(COLUMNS) :]), self._names, strict=True)]
        for column, name in marks:
            text = values.get(column) or ""
            grade = grade_in(text)
            if text and grade is None:
                problems.append(Problem(row.line, column, NO_NUMBER.format(text=text[:20])))
            elif grade is not None:
                grades[name] = grade
        if not (name := name_in(row)):
            problems.append(nameless(row))
        done = self._reached("", grades.get(""))
        day = values.get("completed on") or self._days.get(values["email"].lower()) or self._day()
        met = tuple(met for one in self._names if (met := self._met(one, grades)))
        entry = Entry(
            name,
            values["email"],
            day if done is not None else None,
            met,
            evidence=self._evidence(grades.get("")),
            number=row.line,
        )
        return entry, problems

    def _day(self) -> dt.date:
        """The offering's last day, once it is over; else today."""
        today, last = self.offering.institution.today(), self.offering.ends_on
        return min(today, last) if last else today

    def _met(self, name: str, grades: dict[str, Decimal]) -> Met | None:
        """What the grade of a competency comes to; without a column of its own the final grade counts."""
        grade = grades.get(name, grades.get(""))
        level = self._reached(name, grade)
        if level is None or grade is None:
            return None
        return Met(name, evidence=f"Grade {grade.normalize():f} in the course system.", level=level)

    def _reached(self, name: str, grade: Decimal | None) -> str | None:
        """The highest level whose threshold the grade reaches ("" without levels); None where it reaches none."""
        if grade is None:
            return None
        levels = [level for (key, level), least in self._thresholds.items() if key == name and grade >= least]
        return levels[-1] if levels else None

    def _evidence(self, final: Decimal | None) -> str:
        said = "" if final is None else f", final grade {final.normalize():f}"
        return f"Grades of the course system, list “{self._source}” of {self._sent:%-d %B %Y}{said}."


def _says_nothing(entry: Entry) -> bool:
    return entry.completed_on is None and not entry.competencies


def grade_in(text: str) -> Decimal | None:
    """A grade in numbers, per cent or points, with a point or a comma; None for anything else."""
    try:
        value = Decimal(text.strip().removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 <= value <= grading.MOST else None
