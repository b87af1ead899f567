"""Looking a list through, a thousand lines at a time: each part is written with how far it is, so memory stays bounded.

Repeatable: a worker that stops loses its lease, and the next begins anew.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from typing import IO

import structlog
from django.db import transaction
from django.db.models import F

from accounts.addresses import further_of
from accounts.hooks import now
from accounts.models import ListState, UploadedLine, UploadedList
from accounts.tables.columns import ColumnSpec, storable
from accounts.tables.dry_runs import Doubt
from accounts.tables.failures import BadFile
from accounts.tables.reading import NO_LINES, Read, Row, filled, known_in, rows_of
from accounts.tables.sources import Source, binary
from accounts.uploads import Found, Work, as_json, work_of

log = structlog.get_logger(__name__)

CHUNK = 1000
LEASE = dt.timedelta(minutes=2)
MOST_TRIES = 3
BROKEN = "This list could not be looked through. Send it again as “CSV UTF-8”; if that fails too, tell whoever runs this site."
SAME_PERSON = "This is the person of line {first}, under another address."


def run_due() -> int:
    """Look through every list that waits; returns how many."""
    done = 0
    while key := UploadedList.objects.to_check().order_by("uploaded_at").values_list("pk", flat=True).first():
        try:
            done += run(key)
        except Exception:  # whatever one list holds, the others are looked through; it is tried a few times
            log.exception("a list could not be looked through", list=str(key))
    return done


def run(key: uuid.UUID) -> bool:
    """Look one list through, unless somebody else does."""
    uploaded = _claimed(key)
    if uploaded is None:
        return False
    if uploaded.tries > MOST_TRIES:
        _end(uploaded, BadFile(BROKEN))
        return True
    work, seen = work_of(uploaded), _Seen()
    try:
        with uploaded.file.open("rb") as file:
            for chunk in _chunks(uploaded, work, binary(file)):
                if not _write(uploaded, work, chunk, seen):
                    return False  # the lease was lost, or the list replaced
        _end(uploaded, None if uploaded.read else BadFile(NO_LINES))
    except BadFile as error:
        _end(uploaded, error)
    return True


def _claimed(key: uuid.UUID) -> UploadedList | None:
    """The list under a lease, with nothing of an earlier look."""
    token = uuid.uuid4()
    with transaction.atomic():
        free = UploadedList.objects.to_check().filter(pk=key)
        if not free.update(
            claim_token=token, claimed_until=now() + LEASE, tries=F("tries") + 1, read=0, bad=0
        ):
            return None
        UploadedLine.objects.filter(uploaded=key).delete()
    return UploadedList.objects.select_related("institution", "uploaded_by").get(pk=key)


def _chunks(uploaded: UploadedList, work: Work, file: IO[bytes]) -> Iterator[list[Read]]:
    """The lines below the headings as read, in parts."""
    by_name = {column.name: column for column in work.columns}
    order = [by_name.get(name) for name in uploaded.columns]
    with Source(file, known_in(work.columns), uploaded.sheet) as source:
        uploaded.remarks = source.remarks
        lines = filled(source.lines)
        next(lines, None)  # the headings
        rows = rows_of(lines, order, work.columns, max_rows=work.most, unique=("email",))
        yield from _parts(rows)


def _parts(rows: Iterator[Read]) -> Iterator[list[Read]]:
    """In parts, also those before a line at which the file breaks off."""
    part: list[Read] = []
    try:
        for row in rows:
            part.append(row)
            if len(part) == CHUNK:
                yield part
                part = []
    except BadFile:
        if part:
            yield part
        raise
    if part:
        yield part


class _Seen:
    """Who stood in an earlier line, by the address that the person is known by: what one list cannot hold twice."""

    def __init__(self) -> None:
        self._first: dict[str, int] = {}

    def repeats(self, rows: Sequence[Row]) -> dict[int, list[Doubt]]:
        """The lines that name somebody again under another address."""
        further = further_of({row.values["email"] for row in rows})
        found = {}
        for row in rows:
            address = further.get(row.values["email"], row.values["email"])
            first = self._first.setdefault(address, row.line)
            if first != row.line:
                found[row.line] = [Doubt(row.line, "email", SAME_PERSON.format(first=first))]
        return found


@transaction.atomic
def _write(uploaded: UploadedList, work: Work, chunk: Sequence[Read], seen: _Seen) -> bool:
    """Check a part and write its lines; False when the list is not ours any more."""
    mine = UploadedList.objects.filter(pk=uploaded.pk, claim_token=uploaded.claim_token)
    if not mine.update(claimed_until=now() + LEASE):
        return False
    good = [Row(read.line, read.values) for read in chunk if not read.problems]
    again = seen.repeats(good)
    found = work.check([row for row in good if row.line not in again], uploaded.uploaded_by)
    lines = [_line(uploaded, read, again, found) for read in chunk]
    UploadedLine.objects.bulk_create(lines, batch_size=CHUNK)
    uploaded.read += len(lines)
    uploaded.bad += sum(line.bad for line in lines)
    mine.update(read=uploaded.read, bad=uploaded.bad)
    return True


def _line(uploaded: UploadedList, read: Read, again: dict[int, list[Doubt]], found: Found) -> UploadedLine:
    typed = [Doubt(read.line, problem.column, problem.text) for problem in read.problems]
    doubts = typed or again.get(read.line) or list(found.doubts.get(read.line, ()))
    kept = [n for n, column in enumerate(uploaded.columns) if column]
    return UploadedLine(
        uploaded=uploaded,
        number=read.line,
        cells=[storable(read.cells[n]) if n < len(read.cells) else "" for n in kept],
        problems=as_json(doubts),
        adds="" if doubts else found.adds.get(read.line, ""),
        bad=bool(doubts),
    )


def _end(uploaded: UploadedList, error: BadFile | None) -> None:
    """Looked through; what broke it off is said with its line."""
    mine = UploadedList.objects.filter(pk=uploaded.pk, claim_token=uploaded.claim_token)
    mine.update(
        state=ListState.CHECKED,
        trouble=error.text[:300] if error else "",
        trouble_line=error.line if error else 0,
        remarks=uploaded.remarks,
        checked_at=now(),
        claim_token=None,
        claimed_until=None,
    )


def rows_in(uploaded: UploadedList, columns: Sequence[ColumnSpec]) -> Iterator[Row]:
    """The lines that nothing stands against, read anew from their cells."""
    by_name = {column.name: column for column in columns}
    order = [by_name.get(name) for name in uploaded.columns if name]
    lines = uploaded.lines.filter(bad=False).order_by("number").values_list("number", "cells")
    for read in rows_of(lines.iterator(chunk_size=CHUNK), order, columns):
        if not read.problems:
            yield Row(read.line, read.values)
