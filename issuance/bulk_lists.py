"""The list of awards to revoke or correct, from a file or from a selection; read twice, for the dry run and the act."""

from __future__ import annotations

import csv
import io
import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from django.core.files.base import ContentFile, File
from django.db.models.functions import Lower

from accounts.tables import ColumnSpec, Row, read_table
from accounts.tables.as_text import rewritten
from accounts.tables.dry_runs import Doubt
from credentials.models import Award
from issuance import bulk
from issuance.actions.bulk import MOST, Wanted
from issuance.checking import typed

if TYPE_CHECKING:
    from accounts.models import Person
    from accounts.tables import Table
    from policies.reasons import Reason

# What a correction may change, by the list's columns.
CHANGES = {
    "new name": "name",
    "new email": "email",
    "new evidence url": "evidence_url",
    "new evidence": "evidence",
    "new narrative": "narrative",
}
COLUMNS = (
    ColumnSpec("award", max_length=500, aliases=("award id", "id", "badge", "url")),
    ColumnSpec("email", "email", max_length=typed.MAX_ADDRESS, aliases=("address", "e-mail address")),
    ColumnSpec("credential", max_length=300, aliases=("title",)),
    ColumnSpec("new name", max_length=typed.MAX_NAME),
    ColumnSpec("new email", "email", max_length=typed.MAX_ADDRESS, aliases=("new address",)),
    ColumnSpec("new evidence url", "url", max_length=typed.MAX_URL),
    ColumnSpec("new evidence", max_length=typed.MAX_NARRATIVE),
    ColumnSpec("new narrative", max_length=typed.MAX_NARRATIVE),
)
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
WHICH = "Name the award: by its id or address, or by the learner's address and the credential's title."
UNKNOWN = "No award that you see is named so."
SEVERAL = "Several awards fit. Write the award's id, or the credential's title."
RELATED = ("institution", "definition__unit", "definition__current", "version__policy", "holder")


@dataclass
class Preview:
    """A dry run: the list as text to mend, the awards found and what they are to say, and what stands against lines."""

    text: str
    doubts: list[Doubt] = field(default_factory=list)
    bad_lines: int = 0
    wanted: list[Wanted] = field(default_factory=list)
    bad: set[int] = field(default_factory=set)

    @property
    def ready(self) -> list[Wanted]:
        """Those that nothing stands against."""
        return [one for one in self.wanted if one.number not in self.bad]

    @property
    def ok(self) -> bool:
        """Whether the whole list may be carried out."""
        return bool(self.wanted) and not self.doubts


def preview(upload: File[bytes] | IO[bytes], act: str, person: Person) -> Preview:
    """Read and check a list without writing anything; a few queries for any length, and one right a credential."""
    text, unread = rewritten(upload, _known, MOST)
    if unread:
        return Preview(text, [Doubt(unread.line, "", unread.text)], 1)
    table = read_table(ContentFile(text.encode()), COLUMNS, max_rows=MOST)
    wanted, unfound = _find(table, person)
    verdicts = bulk.verdicts(act, wanted, person)
    found = _doubts(table, verdicts) + unfound
    found.sort(key=lambda doubt: doubt.line)
    bad = table.bad_lines + len(verdicts) + len(unfound)
    return Preview(text, found, bad, wanted, set(verdicts))


def _doubts(table: Table, verdicts: dict[int, list[Reason]]) -> list[Doubt]:
    """What could not be read, and why what was read is refused, each with the list's own name of its column."""
    columns = {field: column for column, field in CHANGES.items()}
    found = [Doubt(problem.line, problem.column, problem.text) for problem in table.problems]
    return found + [
        Doubt(number, columns.get(reason.field, reason.field), reason.text, reason.clause)
        for number, reasons in verdicts.items()
        for reason in reasons
    ]


def of_selection(awards: Iterable[Award]) -> str:
    """Chosen awards as a list, to be mended or carried out."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow([column.name for column in COLUMNS])
    for award in awards:
        rows.writerow([award.pk, award.recipient_email, award.version.title, "", "", "", "", ""])
    return out.getvalue()


def template() -> str:
    """The list to begin with: headings alone."""
    return of_selection([])


def _known(heading: str) -> bool:
    return any(column.is_called(heading) for column in COLUMNS)


def _find(table: Table, person: Person) -> tuple[list[Wanted], list[Doubt]]:
    """The award of each line, in two queries: those with an id, and those with an address."""
    seen = Award.objects.visible_to(person).select_related(*RELATED)
    by_key = seen.in_bulk(key for row in table.rows if (key := _key(row)))
    by_address = _by_address(person, [row.values["email"] for row in table.rows if not _key(row)])
    wanted, doubts = [], []
    for row in table.rows:
        found = _of_row(row, by_key, by_address)
        if isinstance(found, str):
            doubts.append(Doubt(row.line, "award" if row.values["award"] else "", found))
        else:
            said = {name: row.values[column] for column, name in CHANGES.items() if row.values[column]}
            wanted.append(Wanted(row.line, found, said))
    return wanted, doubts


def _key(row: Row) -> uuid.UUID | None:
    found = KEY.search(row.values["award"])
    return uuid.UUID(found[0]) if found else None


def _by_address(person: Person, addresses: Sequence[str]) -> dict[str, list[Award]]:
    """Live awards by the address that they name."""
    wanted = {address for address in addresses if address}
    found: dict[str, list[Award]] = defaultdict(list)
    if wanted:
        rows = Award.objects.visible_to(person).live().select_related(*RELATED)
        for award in rows.annotate(address=Lower("recipient_email")).filter(address__in=wanted):
            found[award.recipient_email.lower()].append(award)
    return found


def _of_row(row: Row, by_key: dict[uuid.UUID, Award], by_address: dict[str, list[Award]]) -> Award | str:
    """The award that a line names, or why there is none."""
    if row.values["award"]:
        key = _key(row)
        return by_key.get(key, UNKNOWN) if key else WHICH
    if not row.values["email"]:
        return WHICH
    title = row.values["credential"].casefold()
    fitting = [
        award
        for award in by_address.get(row.values["email"], [])
        if not title or title in (award.version.title.casefold(), award.definition.slug)
    ]
    return fitting[0] if len(fitting) == 1 else SEVERAL if fitting else UNKNOWN
