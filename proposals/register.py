"""The register of pilots: each pilot that runs, its year, when it ends, what is due next and what is late."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from credentials.models import Standing
from credentials.reach import policies_of
from policies import calendar
from proposals import deadlines, hooks, owing, pilots, pressing
from proposals.models import Proposal, ProposalKind

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import Person
    from proposals.deadlines import Deadline
    from proposals.hooks import StillOpen

HEADINGS = (
    "Credential",
    "Unit",
    "Institution",
    "Where it is",
    "Pilot year",
    "Of years",
    "Began",
    "Ends",
    "Next due",
    "Due by",
    "Late",
    "Late since",
    "Conditions open",
    "First condition due",
    "Address",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with these a spreadsheet begins to reckon


@dataclass(frozen=True)
class Pilot:
    """One line. `year` of `years`; `end` is its last day, `next` is what is due next, `late` all that is late, oldest
    first, `open` the conditions that are not settled."""

    proposal: Proposal
    year: int
    years: int
    began_on: dt.date
    end: Deadline
    next: Deadline | None
    late: list[Deadline]
    open: list[StillOpen]

    @property
    def conditions(self) -> int:
        """How many are still open."""
        return sum(some.number for some in self.open)

    @property
    def first_condition(self) -> dt.date | None:
        """The earliest day by which one of them is due."""
        return min((some.first_on for some in self.open if some.first_on), default=None)

    @property
    def condition_late(self) -> bool:
        """Whether that day is over on the campus."""
        return self.first_condition is not None and self.first_condition < pilots.today(self.proposal)


def overseen(person: Person) -> QuerySet[Proposal]:
    """The proposals whose credentials are in a pilot that this person oversees."""
    rows = Proposal.objects.visible_to(person)
    rows = rows.filter(kind=ProposalKind.NEW, definition__standing=Standing.PILOT, submitted_at__isnull=False)
    return rows if person.is_superuser else rows.filter(owing.oversight(owing.grants_of(person)))


def in_order(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """The one that ends first on top."""
    return rows.order_by("definition__awards_until", "title", "pk")


def late(rows: QuerySet[Proposal], person: Person) -> QuerySet[Proposal]:
    """Those where something is late."""
    return rows.filter(pk__in=pressing.late(rows, policies_of(person)))


def lines(rows: QuerySet[Proposal]) -> list[Pilot]:
    """The register of these, the one that ends first on top."""
    grouped: dict[UUID, list[Deadline]] = {}
    for due in deadlines.of_all(rows):
        grouped.setdefault(due.proposal.pk, []).append(due)
    still_open = hooks.still_open([dues[0].proposal for dues in grouped.values()])
    found = [line for key, dues in grouped.items() if (line := _line(dues, still_open.get(key, [])))]
    return sorted(found, key=lambda line: (line.end.on, str(line.proposal), str(line.proposal.pk)))


def _line(dues: list[Deadline], still_open: list[StillOpen]) -> Pilot | None:
    """A line of what is due of one proposal; every pilot's own end is among it."""
    proposal = dues[0].proposal
    end = next((due for due in dues if due.key == deadlines.PILOT_END), None)
    start = pilots.started_on(proposal)
    if end is None or start is None:
        return None
    terms, today = pilots.terms(proposal), pilots.today(proposal)
    return Pilot(
        proposal=proposal,
        year=calendar.pilot_year(start, today, terms),
        years=calendar.pilot_year(start, end.on, terms),
        began_on=start,
        end=end,
        next=next((due for due in dues if not due.late), None),
        late=[due for due in dues if due.late],
        open=still_open,
    )


def as_csv(found: Iterable[Pilot], site: str) -> str:
    """The register as a file; no cell is read as a formula."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n").writerow
    write(HEADINGS)
    for line in found:
        write([plain(cell) for cell in _cells(line, site)])
    return out.getvalue()


def _cells(line: Pilot, site: str) -> tuple[object, ...]:
    proposal = line.proposal
    return (
        proposal.definition or proposal,
        proposal.unit,
        proposal.institution,
        proposal.get_state_display(),  # type: ignore[attr-defined]
        line.year,
        line.years,
        line.began_on,
        line.end.on,
        line.next.title if line.next else "",
        line.next.on if line.next else "",
        "; ".join(due.title for due in line.late),
        line.late[0].on if line.late else "",
        line.conditions,
        line.first_condition or "",
        f"{site}{proposal.get_absolute_url()}",
    )


def plain(cell: object) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe stands before what would begin one."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
