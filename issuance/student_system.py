"""The file for the student system: what its columns are called and mean, and the lines of a batch. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from accounts.tables.rewriting import as_csv
from credentials.learned import stated
from credentials.models import Award, DefinitionVersion, StudentNumber

if TYPE_CHECKING:
    import datetime as dt
    import uuid

    from django.db.models import QuerySet

    from credentials.models import BatchLine, RecordBatch

RELATED = ("event_code", "award__definition__unit")


@dataclass(frozen=True)
class Known:
    """What the lines of a batch are told with, each looked up once.

    Versions by id with what the answers call their code, student numbers by learner, older awards by the one in their
    place.
    """

    batch: RecordBatch
    versions: dict[uuid.UUID, DefinitionVersion]
    codes: dict[uuid.UUID, str]
    numbers: dict[uuid.UUID, str]
    older: dict[uuid.UUID, list[str]]
    today: dt.date

    def of(self, line: BatchLine) -> DefinitionVersion:
        """The version that the line's award was made under."""
        return self.versions[line.award.version_id]


@dataclass(frozen=True)
class Column:
    """A column of the file: its heading, which never changes, and what stands in it."""

    name: str
    meaning: str
    value: Callable[[BatchLine, Known], object]


COLUMNS = (
    Column("batch", "The number of the batch.", lambda line, known: known.batch.number),
    Column("line", "The number of the line in it, from 1.", lambda line, known: line.number),
    Column("action", "add, change or remove: what is to be done in the student system.", lambda line, known: line.step),
    Column(
        "student_number",
        "The learner’s number in the student system; empty where it is not known here.",
        lambda line, known: known.numbers.get(line.award.holder_id, ""),
    ),
    Column("name", "The learner’s name, as it was certified.", lambda line, known: line.award.recipient_name),
    Column("email", "The learner’s address, as it was certified.", lambda line, known: line.award.recipient_email),
    Column("award_id", "The award, for ever: a later line about it has the same id.", lambda line, known: line.award_id),
    Column(
        "replaces",
        "The ids of older awards that this one took the place of, with spaces between: a correction or a renewal.",
        lambda line, known: " ".join(known.older[line.award_id]),
    ),
    Column("credential", "Its title.", lambda line, known: known.of(line).title),
    Column(
        "credential_code",
        "The code by which people know it, such as that of a course, where the proposal gives one.",
        lambda line, known: known.codes[line.award.version_id],
    ),
    Column(
        "event_code",
        "The Academic Event Code of the notation; empty where none is needed.",
        lambda line, known: line.event_code.code if line.event_code else "",
    ),
    Column(
        "event_code_body",
        "The academic body that approved the code.",
        lambda line, known: line.event_code.body if line.event_code else "",
    ),
    Column(
        "event_code_approved_on",
        "The day of that approval, as all days written 2026-01-31.",
        lambda line, known: line.event_code.approved_on if line.event_code else "",
    ),
    Column("for_credit", "yes or no.", lambda line, known: "yes" if known.of(line).for_credit else "no"),
    Column("credits", "The credits, where it bears any.", lambda line, known: _credits(known.of(line))),
    Column("level", "The level, as the proposal says it.", lambda line, known: known.of(line).level),
    Column("unit", "The unit that offers it.", lambda line, known: line.award.definition.unit.name),
    Column("awarded_on", "The day of the award.", lambda line, known: line.award.awarded_on),
    Column("expires_on", "Its last day; empty where it does not run out.", lambda line, known: line.award.expires_on or ""),
    Column(
        "standing",
        "valid, expired, suspended, superseded or revoked, on the day of the download.",
        lambda line, known: line.award.status_on(known.today),
    ),
    Column("policy", "The revision of the policy that it was approved under.", lambda line, known: known.of(line).policy.revision),
    Column(
        "verify",
        "The address where anybody checks it.",
        lambda line, known: f"{settings.SITE_URL}{reverse('verify', args=[line.award_id])}",
    ),
)  # fmt: skip


def _credits(version: DefinitionVersion) -> str:
    return f"{version.credits.normalize():f}" if version.for_credit and version.credits else ""


def lines_of(batch: RecordBatch) -> QuerySet[BatchLine]:
    """The lines in order, with their awards."""
    return batch.lines.select_related(*RELATED).defer("award__document").order_by("number")


def rows_of(batch: RecordBatch, lines: Iterable[BatchLine]) -> Iterator[list[Any]]:
    """The cells of each line, in the order of the columns; three queries beyond the lines' own."""
    found = list(lines)
    rows = DefinitionVersion.objects.select_related("policy", "definition").defer("approvals")
    versions = rows.in_bulk({line.award.version_id for line in found})
    codes = {key: stated(version).code for key, version in versions.items()}
    known = Known(batch, versions, codes, _numbers(batch, found), _older(found), batch.institution.today())
    for line in found:
        yield [column.value(line, known) for column in COLUMNS]


def _numbers(batch: RecordBatch, lines: list[BatchLine]) -> dict[uuid.UUID, str]:
    rows = StudentNumber.objects.filter(institution=batch.institution)
    return dict(
        rows.filter(person__in={line.award.holder_id for line in lines}).values_list("person_id", "number")
    )


def _older(lines: list[BatchLine]) -> dict[uuid.UUID, list[str]]:
    """The awards whose place each of these took."""
    found: dict[uuid.UUID, list[str]] = {line.award_id: [] for line in lines}
    rows = Award.objects.filter(superseded_by__in=list(found)).order_by("superseded_at")
    for newer, older in rows.values_list("superseded_by", "pk"):
        if newer:
            found[newer].append(str(older))
    return found


def exported(batch: RecordBatch) -> HttpResponse:
    """The batch as a CSV file that no spreadsheet computes."""
    rows = [[column.name for column in COLUMNS], *rows_of(batch, lines_of(batch))]
    response = HttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8")
    name = f"{batch.institution.slug}-{batch.ledger}-{batch.number:04}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
