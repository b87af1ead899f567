"""A list on its way: sent, its columns confirmed, looked through, mended, and filed or given up. Its sender's alone."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction

from accounts import filing
from accounts.hooks import journal, now
from accounts.locking import locked
from accounts.models import ListHeadings, ListState, UploadedLine, UploadedList
from accounts.tables.failures import BadFile
from accounts.tables.headings import Head, chosen_by_hand, head_of, laid_out, wrong_choices
from accounts.tables.sources import binary
from accounts.tasks import check_lists, file_lists
from accounts.uploads import Filed, Work, work_of
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from accounts.models import Institution, Person, Unit

AT_ONCE = 2_000  # lines that are looked through while somebody waits; more are a worker's


@transaction.atomic
def upload(
    *,
    kind: str,
    subject: uuid.UUID,
    institution: Institution,
    file: File[bytes],
    by: Person,
    replaces: uuid.UUID | None = None,
) -> UploadedList:
    """Keep a list that was sent. Where its headings are certain it is to be looked through, else its columns are asked.

    Effects: the row and the file; for a long list a worker is woken. Refused: a file that is no list. Only those who
    may file such a list.
    """
    uploaded = UploadedList(
        kind=kind, subject=subject, institution=institution, replaces=replaces, uploaded_by=by
    )
    work = work_of(uploaded)
    work.require(by)
    _take(uploaded, work, file)
    uploaded.save(force_insert=True)
    return uploaded


@transaction.atomic
def replace(*, uploaded: UploadedList, file: File[bytes], by: Person) -> UploadedList:
    """Another file in the place of the first: the mended list. Refused like `upload`, and when it was filed."""
    row, work = _open(uploaded, by)
    before = row.file.name
    _take(row, work, file)
    row.save()
    UploadedLine.objects.filter(uploaded=row).delete()
    _drop(row, before)
    return row


def _take(uploaded: UploadedList, work: Work, file: File[bytes]) -> None:
    """The file with what its first lines show; what was found in an earlier one is forgotten."""
    head = _head(file, work, None)
    _lay_out(uploaded, work, head)
    uploaded.name = (file.name or "list")[-200:]
    uploaded.file.save(uploaded.name, file, save=False)


def _head(file: File[bytes] | IO[bytes], work: Work, sheet: int | None) -> Head:
    try:
        return head_of(binary(file), work.columns, sheet)
    except BadFile as error:
        where = f"Line {error.line}: " if error.line > 1 else ""
        raise Refused(Reason(f"{where}{error.text}", field="file")) from error


def _lay_out(uploaded: UploadedList, work: Work, head: Head) -> None:
    layout = laid_out(head.headings, work.columns, remembered(work.unit, uploaded.kind), head.samples)
    uploaded.headings, uploaded.columns = head.headings, layout.columns
    uploaded.sheet, uploaded.remarks, uploaded.expected = head.sheet, head.remarks, head.expected
    _begin(uploaded, ListState.CHECKING if layout.certain else ListState.COLUMNS)


def _begin(uploaded: UploadedList, state: ListState) -> None:
    """Anew: nothing has been looked at. A worker that still has the old list loses it."""
    uploaded.state, uploaded.tries, uploaded.read, uploaded.bad = state, 0, 0, 0
    uploaded.trouble, uploaded.trouble_line, uploaded.checked_at, uploaded.refused = "", 0, None, []
    uploaded.claim_token = uploaded.claimed_until = None
    if state == ListState.CHECKING and uploaded.expected > AT_ONCE:
        journal().wake(check_lists)


def remembered(unit: Unit, kind: str) -> dict[str, str]:
    """What somebody of the unit has said that the headings of such lists mean."""
    found = ListHeadings.objects.filter(unit=unit, kind=kind).values_list("headings", flat=True).first()
    return found or {}


def head(*, uploaded: UploadedList, by: Person, sheet: int | None = None) -> Head:
    """What the first lines of a stored list show; reads only."""
    work = work_of(uploaded)
    work.require(by)
    with uploaded.file.open("rb") as file:
        return _head(file, work, uploaded.sheet if sheet is None else sheet)


@transaction.atomic
def arrange(
    *, uploaded: UploadedList, columns: Sequence[str], by: Person, sheet: int | None = None
) -> UploadedList:
    """Confirm which column each heading means ("" leaves it out); remembered for the unit's next lists.

    Refused: a column twice, an unknown one, one that is needed and missing, another number of columns than the sheet
    has, a list that was filed.
    """
    row, work = _open(uploaded, by)
    with row.file.open("rb") as file:
        found = _head(file, work, row.sheet if sheet is None else sheet)
    wrong = wrong_choices(columns, work.columns)
    if len(columns) != len(found.headings):
        wrong = ["The sheet has other columns than those you were shown. Look at it anew."]
    refuse_if(Reason(text) for text in wrong)
    _lay_out(row, work, found)
    row.columns = list(columns)
    _begin(row, ListState.CHECKING)
    row.save()
    _remember(row, work, by)
    UploadedLine.objects.filter(uploaded=row).delete()
    return row


def _remember(row: UploadedList, work: Work, by: Person) -> None:
    chosen = chosen_by_hand(row.headings, row.columns, work.columns)
    known, _ = ListHeadings.objects.select_for_update().get_or_create(
        unit=work.unit, kind=row.kind, defaults={"confirmed_by": by}
    )
    known.headings, known.confirmed_by, known.confirmed_at = {**known.headings, **chosen}, by, now()
    known.save()


@transaction.atomic
def check_again(*, uploaded: UploadedList, by: Person) -> UploadedList:
    """Look the same list through again, since what it is checked against has changed."""
    row, _ = _open(uploaded, by)
    _begin(row, ListState.CHECKING)
    row.save()
    UploadedLine.objects.filter(uploaded=row).delete()
    return row


@transaction.atomic
def file(*, uploaded: UploadedList, by: Person, leave_out: bool = False) -> Filed | None:
    """File the lines that are in order, as the handler of its kind does; the list itself is then deleted.

    A long list is filed by a worker, which is woken; None then. Refused: not looked through, bad lines that are not
    left out, and whatever has changed meanwhile.
    """
    row, work = _open(uploaded, by)  # under lock first, so that of two clicks one files
    refuse_if(filing.reasons(row, work, by, leave_out=leave_out))
    if row.good <= AT_ONCE:
        return filing.put_in(row, work, by)
    row.state, row.tries, row.refused = ListState.FILING, 0, []
    row.save()
    journal().wake(file_lists)
    return None


@transaction.atomic
def discard(*, uploaded: UploadedList, by: Person) -> None:
    """Give the list up; nothing of it stays."""
    row, _ = _open(uploaded, by)
    stored = row.file.name
    _drop(row, stored)
    row.delete()


def _open(uploaded: UploadedList, by: Person) -> tuple[UploadedList, Work]:
    """The list under lock and what it is for; PermissionDenied for others than its sender, Refused when filed."""
    row = locked(UploadedList.objects.select_related("institution", "uploaded_by"), uploaded.pk)
    if row.uploaded_by_id != by.pk:
        raise PermissionDenied("Only who sent a list goes on with it.")
    work = work_of(row)
    work.require(by)
    if row.state in (ListState.FILED, ListState.FILING):
        raise Refused(filing.FILED if row.state == ListState.FILED else filing.UNDER_WAY)
    return row, work


def _drop(row: UploadedList, stored: str | None) -> None:
    """Delete a stored file once the transaction stands."""
    storage = row.file.storage
    if stored:
        transaction.on_commit(lambda: storage.delete(stored), robust=True)
