"""The list of learners to be enrolled in one offering."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.urls import reverse

from accounts.tables import ColumnSpec, Row
from accounts.tables.dry_runs import FULL_NAME, Doubt, name_in, nameless
from accounts.tables.templates import Heading
from accounts.uploads import Filed, Found
from learning.actions import enrolments
from learning.actions.enrolments import Named
from learning.entry import MAX_NAME
from learning.lists import OfOffering
from learning.models import EnrolmentState

if TYPE_CHECKING:
    from accounts.models import Person, UploadedList
    from policies.reasons import Reason

MAX_LINES = 10_000
COLUMNS = (
    ColumnSpec("name", max_length=MAX_NAME, aliases=("full name", "learner", "student", "participant")),
    *FULL_NAME,
    ColumnSpec("email", "email", required=True, max_length=254, aliases=("e-mail address", "mail", "e-mail")),
)
TEMPLATE = [
    Heading("name", "Demo learner", "The learner’s name."),
    Heading("email", "learner@university.example", "The learner’s e-mail address."),
]


class Enrolments(OfOffering):
    """A list of learners for one offering; enrols them in the order of its lines."""

    most = MAX_LINES
    nothing_yet = "Nobody has been enrolled yet."
    columns = COLUMNS

    def __init__(self, uploaded: UploadedList) -> None:
        super().__init__(uploaded)
        self.back = reverse("offering_learners", args=[self.offering.pk])

    def require(self, by: Person) -> None:
        """Those who enrol learners in it."""
        enrolments.require_enroller(by, self.offering)

    def reasons(self, by: Person) -> list[Reason]:
        """An offering that is over, or a credential that is not approved."""
        return enrolments.reasons(self.offering)

    def check(self, rows: Sequence[Row], by: Person) -> Found:
        """Each line's reasons, as enrolling will check it; else whether the learner is new in it."""
        doubts: dict[int, list[Doubt]] = {}
        named = []
        for row in rows:
            if name_in(row):
                named.append(_named(row))
            else:
                problem = nameless(row)
                doubts[row.line] = [Doubt(row.line, problem.column, problem.text)]
        found = enrolments.verdicts(self.offering, named, leave_known=True)
        for number, reasons in found.items():
            doubts[number] = [Doubt(number, r.field, r.text, r.clause) for r in reasons]
        known = enrolments.known_in(self.offering, named)
        adds = {
            one.number: "in it already" if one.address in known else "new"
            for one in named
            if one.number not in doubts
        }
        return Found(doubts, adds)

    def verb(self, count: int, rest: bool) -> str:
        """How many are enrolled."""
        if rest:
            return f"Enrol only the {count:,} in order"
        return f"Enrol {count:,} {'learner' if count == 1 else 'learners'}"

    def file(self, rows: Iterable[Row], by: Person, left_out: int) -> Filed:
        """Enrol them all: seats in the order of the lines, then the waiting list."""
        made = enrolments.enrol(
            offering=self.offering, learners=[_named(row) for row in rows], by=by, leave_known=True
        )
        seated = sum(one.state == EnrolmentState.ENROLLED for one in made)
        rest = (
            f" {left_out:,} {'was' if left_out == 1 else 'were'} left out, as you asked." if left_out else ""
        )
        said = f"{seated:,} got a seat, {len(made) - seated:,} wait for one.{rest}"
        return Filed(self.back, said)


def _named(row: Row) -> Named:
    return Named(name_in(row), row.values["email"], row.line)
