"""The list of recipients that a requester uploads: CSV, text with tabs or semicolons, or Excel."""

from __future__ import annotations

from django.core.files.base import File

from accounts.tables import ColumnSpec, Row, Table, read_table
from issuance.checks import Line
from policies.reasons import Reason, Refused

COLUMNS = (
    ColumnSpec("email", "email", required=True, aliases=("e-mail address", "mail", "address", "recipient email")),
    ColumnSpec("name", aliases=("full name", "recipient name", "learner")),
    ColumnSpec("first name", aliases=("given name", "forename")),
    ColumnSpec("last name", aliases=("family name", "surname")),
    ColumnSpec("evidence url", "url", max_length=500, aliases=("evidence", "evidence link")),
    ColumnSpec("narrative", max_length=2000, aliases=("comment", "note")),
)


def read(upload: File[bytes]) -> list[Line]:
    """The recipients of a list. Refused with every bad line by number and column."""
    table = read_table(upload, COLUMNS, unique=("email",))
    if not table.ok:
        raise Refused([Reason(f"Line {p.line}: {p.text}", field=f"recipients.{p.line}.{p.column}") for p in table.problems])
    return [line_of(row) for row in table.rows]


def line_of(row: Row) -> Line:
    """A read row as a recipient."""
    values = row.values
    name = values.get("name") or " ".join(filter(None, (values.get("first name"), values.get("last name"))))
    return Line(row.line, name, values["email"], values.get("evidence url", ""), values.get("narrative", ""))
