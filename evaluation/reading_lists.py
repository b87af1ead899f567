"""The list of what learners of one offering reached: a column for each measure before and one for each after."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from accounts.addresses import by_address, further_of
from accounts.tables import ColumnSpec, Row
from accounts.tables.columns import normal
from accounts.tables.dry_runs import FULL_NAME, Doubt
from accounts.tables.rewriting import harmless
from accounts.tables.templates import Heading
from accounts.uploads import Filed, Found
from evaluation import readings
from evaluation.actions import indicators
from evaluation.actions.indicators import WHEN, Value
from evaluation.forms_readings import number_in
from evaluation.models import Indicator
from learning.lists import OfOffering
from policies.reasons import Reason

if TYPE_CHECKING:
    from accounts.models import Person, UploadedList
    from learning.models import Offering

MAX_LINES = 10_000
BASE = (
    ColumnSpec("name", aliases=("full name", "learner", "student")),
    *FULL_NAME,
    ColumnSpec("email", "email", required=True, max_length=254, aliases=("e-mail address", "mail")),
)
UNKNOWN = "This learner is not in the offering."
NO_NUMBER = "“{text}” is no number from {scale}."
NOTHING = "There is no value in this line."
NO_METRICS = "Nothing is measured in this offering yet."


def columns_of(metrics: Sequence[Indicator]) -> dict[str, tuple[ColumnSpec, Indicator, str]]:
    """The columns of values by name, each with its measure and time."""
    taken = {normal(name) for column in BASE for name in (column.name, *column.aliases)}
    found = {}
    for number, metric in enumerate(metrics, 1):
        for when in WHEN:
            heading, plain = f"{metric.name}, {when}", f"measure {number} {when}"
            usable = normal(heading) not in taken and harmless(heading) == heading
            taken.add(normal(heading))
            name = heading if usable else plain
            column = ColumnSpec(name, max_length=20, aliases=(plain,) if usable else ())
            found[name] = (column, metric, when)
    return found


def template(offering: Offering) -> list[Heading]:
    """The list to begin with."""
    metrics = readings.in_order(offering, Indicator.objects.of(offering))
    values = [
        Heading(
            name,
            readings.plain(metric.lowest),
            f"{metric.kind}, {metric.form}: a number from {readings.scale(metric)}.",
        )
        for name, (_, metric, _) in columns_of(metrics).items()
    ]
    return [
        Heading("name", "Demo learner", "The learner’s name, for your own eyes."),
        Heading("email", "learner@university.example", "The learner’s e-mail address."),
        *values,
    ]


class Readings(OfOffering):
    """A list of values for one offering; records them."""

    most = MAX_LINES
    nothing_yet = "Nothing has been recorded yet."

    def __init__(self, uploaded: UploadedList) -> None:
        super().__init__(uploaded)
        self.back = reverse("offering_measures", args=[self.offering.pk])
        self._values = columns_of(readings.in_order(self.offering, Indicator.objects.of(self.offering)))
        self.columns = [*BASE, *(column for column, _, _ in self._values.values())]

    def require(self, by: Person) -> None:
        """An assessor of the offering, or who directs it."""
        indicators.require_recorder(by, self.offering)

    def reasons(self, by: Person) -> list[Reason]:
        """Nothing is measured."""
        return [] if self._values else [Reason(NO_METRICS)]

    def check(self, rows: Sequence[Row], by: Person) -> Found:
        """Each line's reasons, as recording will check it; else how many values it has."""
        people = self._people(row.values["email"] for row in rows)
        doubts: dict[int, list[Doubt]] = {}
        adds, said = dict[int, str](), list[Value]()
        for row in rows:
            values, wrong = self._read(row, people)
            if wrong:
                doubts[row.line] = wrong
            else:
                said += values
                adds[row.line] = "1 value" if len(values) == 1 else f"{len(values)} values"
        for value, text in indicators.problems(self.offering, said, by):
            doubts.setdefault(value.number, []).append(Doubt(value.number, "", text))
        return Found(doubts, {line: text for line, text in adds.items() if line not in doubts})

    def verb(self, count: int, rest: bool) -> str:
        """How many are recorded."""
        if rest:
            return f"Record only the {count:,} in order"
        return f"Record {count:,} {'learner' if count == 1 else 'learners'}"

    def file(self, rows: Iterable[Row], by: Person, left_out: int) -> Filed:
        """Record them all."""
        kept = list(rows)
        people = self._people(row.values["email"] for row in kept)
        said = [value for row in kept for value in self._read(row, people)[0]]
        changed = indicators.record(offering=self.offering, values=said, by=by)
        rest = f" {left_out:,} lines were left out, as you asked." if left_out else ""
        return Filed(
            self.back, f"{changed:,} {'value is' if changed == 1 else 'values are'} new or changed.{rest}"
        )

    def _people(self, addresses: Iterable[str]) -> dict[str, uuid.UUID]:
        """Those of the offering by address, a further one too."""
        asked = set(addresses)
        known = {email: key for key, (_, email) in readings.learners_of(self.offering).items()}
        return by_address(asked, further_of(asked), known)

    def _read(self, row: Row, people: dict[str, uuid.UUID]) -> tuple[list[Value], list[Doubt]]:
        learner = people.get(row.values["email"])
        if learner is None:
            return [], [Doubt(row.line, "email", UNKNOWN)]
        found, wrong = list[Value](), list[Doubt]()
        for name, (_, metric, when) in self._values.items():
            text: Any = row.values.get(name) or ""
            if not text:
                continue
            value = number_in(text)
            if value is None or not metric.lowest <= value <= metric.highest:
                said = NO_NUMBER.format(text=text[:20], scale=readings.scale(metric))
                wrong.append(Doubt(row.line, name, said))
            else:
                found.append(Value(metric, learner, value, when, row.line))
        return found, wrong or ([] if found else [Doubt(row.line, "", NOTHING)])
