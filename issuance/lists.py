"""The list of recipients that a requester uploads or writes: CSV, text with tabs or semicolons, or Excel.

A list is read twice, once for the dry run and once when it is sent, from the same text: the page carries it, in the
requester's own lines, so that a bad line can be mended where it stands.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from django.core.files.base import ContentFile, File

from accounts.tables import ColumnSpec, Problem, Row, Table, read_table
from accounts.tables.dry_runs import FULL_NAME, DryRun, doubts_of, name_in, nameless, unreadable
from accounts.tables.failures import BadFile
from accounts.tables.rewriting import rewritten
from issuance import checks
from issuance.checks import Line, Verdict
from policies.reasons import Reason, Refused

if TYPE_CHECKING:
    from accounts.models import Person
    from credentials.models import Definition
    from issuance.models import IssuanceRequest

COLUMNS = (
    ColumnSpec("name", aliases=("full name", "recipient name", "recipient", "learner", "student")),
    *FULL_NAME,
    ColumnSpec(
        "email",
        "email",
        required=True,
        max_length=checks.MAX_ADDRESS,
        aliases=("e-mail address", "mail", "recipient email"),
    ),
    ColumnSpec(
        "evidence url", "url", max_length=checks.MAX_URL, aliases=("evidence", "evidence link", "link")
    ),
    ColumnSpec("narrative", max_length=checks.MAX_NARRATIVE, aliases=("comment", "note", "description")),
)
FIELDS = {"evidence_url": "evidence url"}  # of a recipient, where the list's column is called otherwise
HEADINGS = ("name", "email", "evidence url", "narrative")
EXAMPLE = ("Demo learner", "learner@university.example", "https://university.example/portfolio", "")


def read(upload: File[bytes] | IO[bytes]) -> list[Line]:
    """The recipients of a list. Refused with every bad line by number and column; nothing is dropped silently."""
    table = _table(upload)
    if not table.ok:
        raise Refused([_reason(problem) for problem in table.problems] + _rest(table))
    return [_line(row) for row in table.rows]


@dataclass
class Preview(DryRun):
    """A dry run: beside what stands against the list, its lines and what is said of them and of the whole."""

    lines: list[Line] = field(default_factory=list)
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def ready(self) -> list[Line]:
        """The lines that nothing stands against."""
        return [line for line in self.lines if line.number not in self.verdict.lines]

    @property
    def ok(self) -> bool:
        """Whether the whole list may be sent."""
        return bool(self.lines) and not self.doubts and not self.verdict.reasons


def preview(
    upload: File[bytes] | IO[bytes],
    definition: Definition,
    person: Person,
    stored: IssuanceRequest | None = None,
) -> Preview:
    """Read and check a list without writing anything: every bad line with its number, column and clause.

    `stored` is the request that the list is to replace.
    """
    text, unread = as_text(upload)
    if unread:
        return Preview(text, unreadable(unread), 1)
    table = _table(ContentFile(text.encode()))
    lines = [_line(row) for row in table.rows]
    verdict = checks.check(definition, lines, person, stored)
    if not lines:
        verdict.reasons = [r for r in verdict.reasons if r.field != "recipients"]  # said line by line
    found = doubts_of(table, verdict.lines, lambda _line, name: FIELDS.get(name, name))
    return Preview(text, found, table.bad_lines + len(verdict.lines), lines, verdict)


def as_text(upload: File[bytes] | IO[bytes]) -> tuple[str, BadFile | None]:
    """Any list as CSV with commas, each line under its own number; or why it cannot be read."""
    return rewritten(upload, _known, checks.MAX_LINES)


def text_of(lines: Iterable[Line]) -> str:
    """Stored lines as a list to mend; the numbers start again at 2, below the headings."""
    return _csv((line.name, line.email, line.evidence_url, line.narrative) for line in lines)


def template() -> str:
    """The list to begin with: headings and one line that shows how."""
    return _csv([EXAMPLE])


def _csv(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([HEADINGS, *rows])
    return out.getvalue()


def _known(heading: str) -> bool:
    return any(column.is_called(heading) for column in COLUMNS)


def _table(upload: File[bytes] | IO[bytes]) -> Table:
    """The list as read, with lines that name nobody among the bad ones."""
    table = read_table(upload, COLUMNS, max_rows=checks.MAX_LINES, unique=("email",))
    unnamed = [row for row in table.rows if not name_in(row)]
    for row in unnamed:
        table.add(row.line, [nameless(row)])
    if unnamed:
        table.rows = [row for row in table.rows if name_in(row)]
        table.problems.sort(key=lambda problem: problem.line)
    return table


def _line(row: Row) -> Line:
    values = row.values
    return Line(
        row.line, name_in(row), values["email"], values.get("evidence url", ""), values.get("narrative", "")
    )


def _rest(table: Table) -> list[Reason]:
    """A sentence for the bad lines that are counted but not listed any more."""
    listed = len({problem.line for problem in table.problems})
    more = table.bad_lines - listed
    return [Reason(f"{more:,} more lines have something wrong.")] if more > 0 else []


def _reason(problem: Problem) -> Reason:
    where = f"Line {problem.line}, column “{problem.column}”" if problem.column else f"Line {problem.line}"
    return Reason(f"{where}: {problem.text}", field=f"recipients.{problem.line}.{problem.column}".rstrip("."))
