"""The list of recipients that a requester uploads or writes: its columns, what stands against a line, and filing it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import IO, TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.urls import reverse

from accounts.tables import ColumnSpec, Problem, Row, Table, read_table
from accounts.tables.dry_runs import FULL_NAME, Doubt, name_in, nameless
from accounts.tables.templates import Heading
from accounts.uploads import Filed, Found
from credentials.models import Definition
from issuance.actions import requests
from issuance.checking import checks, typed
from issuance.checking.checks import Verdict
from issuance.checking.typed import Line
from issuance.models import IssuanceRequest
from policies.reasons import Reason, Refused

if TYPE_CHECKING:
    from accounts.models import AdoptedPolicy, Person, Unit, UploadedList

COLUMNS = (
    ColumnSpec("name", aliases=("full name", "recipient name", "recipient", "learner", "student")),
    *FULL_NAME,
    ColumnSpec(
        "email",
        "email",
        required=True,
        max_length=typed.MAX_ADDRESS,
        aliases=("e-mail address", "mail", "recipient email"),
    ),
    ColumnSpec(
        "evidence url", "url", max_length=typed.MAX_URL, aliases=("evidence", "evidence link", "link")
    ),
    ColumnSpec("narrative", max_length=typed.MAX_NARRATIVE, aliases=("comment", "note", "description")),
)
FIELDS = {"evidence_url": "evidence url"}  # of a recipient, where the list's column is called otherwise
HEADINGS = ("name", "email", "evidence url", "narrative")
RELATED = ("institution", "unit", "current__policy")


def read(upload: File[bytes] | IO[bytes]) -> list[Line]:
    """The recipients of a list. Refused with every bad line by number and column; nothing is dropped silently."""
    table = _table(upload)
    if not table.ok:
        raise Refused([_reason(problem) for problem in table.problems] + _rest(table))
    return [_line(row) for row in table.rows]


def text_of(lines: Iterable[Line]) -> str:
    """Stored lines as a list to mend; the numbers start again at 2, below the headings."""
    out = io.StringIO()
    rows = ((line.name, line.email, line.evidence_url, line.narrative) for line in lines)
    csv.writer(out, lineterminator="\r\n").writerows([HEADINGS, *rows])
    return out.getvalue()


def template(definition: Definition) -> list[Heading]:
    """The list to begin with, for this credential: what the campus's policy asks of a line is said with its clause."""
    rules = checks.pack_of(definition).issuance
    who = (
        f" The policy asks for a name and an address ({rules.recipient_clause})."
        if rules.recipient_clause
        else ""
    )
    done = ""
    if rules.completion_required:
        clause = f" ({rules.completion_clause})" if rules.completion_clause else ""
        done = f" The learner’s completion must have been recorded under it{clause}."
    return [
        Heading("name", "Demo learner", f"The learner’s name as it is to stand in the badge.{who}"),
        Heading("email", "learner@university.example", f"The learner’s e-mail address.{done}"),
        Heading(
            "evidence url",
            "https://university.example/portfolio",
            "A public link to what the learner made. Without one the link that the assessor recorded is used.",
        ),
        Heading(
            "narrative", "", "What the learner did, in a sentence or two. It goes into the signed badge."
        ),
    ]


class Recipients:
    """A list of recipients of one credential's badges; files a request, or the lines of one that was sent back."""

    columns = COLUMNS
    most = checks.MAX_LINES
    nothing_yet = "Nothing has been sent yet."

    def __init__(self, uploaded: UploadedList) -> None:
        rows = Definition.objects.select_related(*RELATED)
        self.definition = rows.get(pk=uploaded.subject, institution=uploaded.institution_id)
        self._replaces = uploaded.replaces

    @cached_property
    def request(self) -> IssuanceRequest | None:
        """The request whose lines the list is to replace."""
        rows = IssuanceRequest.objects.filter(definition=self.definition)
        return rows.get(pk=self._replaces) if self._replaces else None

    @property
    def title(self) -> str:
        """The credential's."""
        return str(self.definition)

    @property
    def back(self) -> str:
        """To the request that is mended, else to where requests are made."""
        if self._replaces:
            return reverse("request", args=[self._replaces])
        return reverse("request_new", args=[self.definition.pk])

    @property
    def unit(self) -> Unit:
        """The credential's."""
        return self.definition.unit

    @property
    def policy(self) -> AdoptedPolicy:
        """The revision that the credential was approved under."""
        return checks.policy_of(self.definition)

    def require(self, by: Person) -> None:
        """Whoever the pack lets request for the unit; the requester's alone where a request is mended."""
        requests.require_requester(by, self.definition)
        if self.request is not None and self.request.requested_by_id != by.pk:
            raise PermissionDenied("Only the requester files it again.")

    def reasons(self, by: Person) -> list[Reason]:
        """What stands against any request now."""
        return checks.request_reasons(self.definition, by)

    def check(self, rows: Sequence[Row], by: Person) -> Found:
        """Each line's reasons, as the request itself will be checked."""
        verdict = Verdict()
        unnamed = {row.line: [_doubt(nameless(row))] for row in rows if not name_in(row)}
        lines = [_line(row) for row in rows if row.line not in unnamed]
        if self.definition.current is not None:
            checks.check_records(self.definition, lines, verdict, self.request)
        refused = {
            number: [Doubt(number, FIELDS.get(r.field, r.field), r.text, r.clause) for r in reasons]
            for number, reasons in verdict.lines.items()
        }
        return Found({**unnamed, **refused})

    def verb(self, count: int, rest: bool) -> str:
        """To whom so many are sent."""
        office = requests.office_of(self.definition)
        if rest:
            return f"Send only the {count:,} in order to {office}"
        return f"Send {count:,} {'learner' if count == 1 else 'learners'} to {office}"

    def file(self, rows: Iterable[Row], by: Person, left_out: int) -> Filed:
        """A new request, or the mended one with these lines."""
        lines = [_line(row) for row in rows]
        if self.request is not None:
            made = requests.resubmit(request=self.request, lines=lines, by=by)
        else:
            made = requests.submit(definition=self.definition, lines=lines, by=by)
        rest = (
            f" {left_out:,} {'was' if left_out == 1 else 'were'} left out, as you asked." if left_out else ""
        )
        said = f"Your request is with {requests.office_of(self.definition)}.{rest}"
        return Filed(reverse("request", args=[made.pk]), said)


def _doubt(problem: Problem) -> Doubt:
    return Doubt(problem.line, problem.column, problem.text)


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
