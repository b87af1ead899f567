"""The list of what many learners have shown, for one offering: a column for each competency, with the day it was shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from accounts.tables import ColumnSpec, Problem, Row
from accounts.tables.columns import FALSE, TRUE, normal
from accounts.tables.dry_runs import FULL_NAME, Doubt, name_in, nameless
from accounts.tables.rewriting import harmless
from accounts.tables.templates import Heading
from accounts.uploads import Filed, Found
from learning.actions import completions
from learning.entry import MAX_EVIDENCE, MAX_NAME, MAX_URL, Entry, Met
from learning.models import Offering

if TYPE_CHECKING:
    from accounts.models import AdoptedPolicy, Person, Unit, UploadedList
    from learning.models import Completion
    from policies.reasons import Reason

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


def template(offering: Offering) -> list[Heading]:
    """The list to begin with: what is known of all learners, and a column for each competency of this credential."""
    day, names = offering.institution.today().isoformat(), completions.competencies_of(offering)
    rubrics, columns = completions.levels_of(offering), columns_of(names)
    marks = zip(columns[len(BASE) :], names, strict=True)
    return [
        Heading("name", "Demo learner", "The learner’s name."),
        Heading("email", "learner@university.example", "The learner’s e-mail address."),
        Heading("completed on", day, "The day on which all was completed; empty for a learner on the way."),
        Heading("enrolled", "yes", "Whether the learner is enrolled: yes or no."),
        Heading("evidence", "Portfolio, seen by two assessors", "What shows it, in words."),
        Heading("evidence url", "", "Or a link to the evidence."),
        *[Heading(c.name, _example(rubrics.get(name, []), day), _asked(name, rubrics)) for c, name in marks],
    ]


def _asked(name: str, rubrics: Mapping[str, Sequence[dict[str, Any]]]) -> str:
    """What is to stand below a competency."""
    levels = ", ".join(one["name"] for one in rubrics.get(name, ()))
    if levels:
        return f"{name}: the level and the day it was shown, or no. Its levels: {levels}."
    return f"{name}: the day it was shown, or yes or no."


def _example(levels: Sequence[dict[str, Any]], day: str) -> str:
    """How a competency is marked as shown: with its day, and the level where it has a rubric."""
    return " ".join([*[one["name"] for one in levels if one["counts"]][:1], day])


class OfOffering:
    """What all lists for one offering share."""

    def __init__(self, uploaded: UploadedList) -> None:
        rows = Offering.objects.select_related(
            "definition__current__policy", "definition__unit", "institution"
        )
        self.offering = rows.get(pk=uploaded.subject, institution=uploaded.institution_id)
        self.back = reverse("offering", args=[self.offering.pk])

    @property
    def title(self) -> str:
        """The offering's."""
        return str(self.offering)

    @property
    def unit(self) -> Unit:
        """The credential's."""
        return self.offering.definition.unit

    @property
    def policy(self) -> AdoptedPolicy:
        """The revision that the credential was approved under."""
        version = self.offering.definition.current
        policy = version.policy if version else self.offering.institution.policy
        policy.institution = self.offering.institution  # known already, so that nobody asks again
        return policy


class Completions(OfOffering):
    """A list of what learners of one offering have shown; records it."""

    most = MAX_LINES
    nothing_yet = "Nothing has been recorded yet."

    def __init__(self, uploaded: UploadedList) -> None:
        super().__init__(uploaded)
        self._names = completions.competencies_of(self.offering)
        self.columns = columns_of(self._names)

    def require(self, by: Person) -> None:
        """A named assessor alone."""
        completions.require_assessor(by, self.offering)

    def reasons(self, by: Person) -> list[Reason]:
        """Nothing beside the lines."""
        return []

    def check(self, rows: Sequence[Row], by: Person) -> Found:
        """Each line's reasons, as recording will check it; else what it adds to what is recorded."""
        doubts: dict[int, list[Doubt]] = {}
        entries = []
        for row in rows:
            entry, problems = self._entry(row)
            if problems:
                doubts[row.line] = [Doubt(row.line, one.column, one.text) for one in problems]
            else:
                entries.append(entry)
        verdicts = completions.verdicts(self.offering, entries, completions.rules_of(self.offering, by))
        for entry in entries:
            if found := verdicts.get(entry.number):
                doubts[entry.number] = [
                    Doubt(entry.number, _column(r.field, entry, self.columns), r.text, r.clause)
                    for r in found
                ]
        return Found(doubts, _adds(self.offering, [one for one in entries if one.number not in doubts]))

    def verb(self, count: int, rest: bool) -> str:
        """How many are recorded."""
        if rest:
            return f"Record only the {count:,} in order"
        return f"Record {count:,} {'learner' if count == 1 else 'learners'}"

    def file(self, rows: Iterable[Row], by: Person, left_out: int) -> Filed:
        """Record them all."""
        entries = [self._entry(row)[0] for row in rows]
        made = completions.record_many(offering=self.offering, entries=entries, by=by)
        word = "1 learner" if len(made) == 1 else f"{len(made):,} learners"
        rest = (
            f" {left_out:,} {'was' if left_out == 1 else 'were'} left out, as you asked." if left_out else ""
        )
        return Filed(self.back, f"Recorded for {word}.{rest}")

    @cached_property
    def _rubrics(self) -> dict[str, list[str]]:
        levels = completions.levels_of(self.offering)
        return {name: [one["name"] for one in found] for name, found in levels.items()}

    def _entry(self, row: Row) -> tuple[Entry, list[Problem]]:
        marks = list(zip(self.columns[len(BASE) :], self._names, strict=True))
        return _entry(row, marks, self._rubrics)


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


def _adds(offering: Offering, entries: Sequence[Entry]) -> dict[int, str]:
    """What each good line would add to what is recorded, in words."""
    before = completions.standing_by_address(offering, entries)
    return {entry.number: _in_words(entry, before.get(entry.address)) for entry in entries}


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
