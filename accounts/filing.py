"""Filing a list that is in order: at once, or for a long one by a worker, all or nothing in one transaction."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import structlog
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F

from accounts.checking import rows_in
from accounts.hooks import now
from accounts.models import ListState, UploadedLine, UploadedList
from accounts.uploads import Filed, Work, work_of
from policies.reasons import Reason, Refused

if TYPE_CHECKING:
    from accounts.models import Person

log = structlog.get_logger(__name__)

FILED = "This list has been filed already."
NOT_CHECKED = "This list is still being looked through."
UNDER_WAY = "This list is being filed."
NOTHING_GOOD = "No line of this list is in order."
BROKEN = "This list could not be filed. Try again; if that fails too, tell whoever runs this site."
MOST_TRIES = 3
MOST_KEPT = 200  # reasons


def reasons(uploaded: UploadedList, work: Work, by: Person, *, leave_out: bool) -> list[Reason]:
    """Why it cannot be filed now."""
    said = {ListState.FILED: FILED, ListState.FILING: UNDER_WAY}
    if uploaded.state != ListState.CHECKED:
        return [Reason(said.get(ListState(uploaded.state), NOT_CHECKED))]
    if uploaded.trouble:
        return [Reason(f"Line {uploaded.trouble_line}: {uploaded.trouble}")]
    if not uploaded.good:
        return [Reason(NOTHING_GOOD)]
    if uploaded.bad and not leave_out:
        many = "1 line needs" if uploaded.bad == 1 else f"{uploaded.bad:,} lines need"
        return [Reason(f"{many} mending. Mend the list, or leave them out.")]
    return work.reasons(by)


def put_in(row: UploadedList, work: Work, by: Person) -> Filed:
    """File the lines that are in order, in the caller's transaction and under the list's lock; the list is then empty.

    Refused with every reason when something has changed since it was looked through.
    """
    filed = work.file(rows_in(row, work.columns), by, row.bad)
    storage, stored, row.file = row.file.storage, row.file.name, ""
    row.state, row.filed_at, row.became = ListState.FILED, now(), filed.url
    row.save()
    UploadedLine.objects.filter(uploaded=row).delete()
    if stored:
        transaction.on_commit(lambda: storage.delete(stored), robust=True)
    return filed


def run_due() -> int:
    """File every list that waits for it; returns how many were looked at."""
    done = 0
    tried: set[uuid.UUID] = set()
    while key := _next(tried):
        tried.add(key)
        UploadedList.objects.filter(pk=key).update(tries=F("tries") + 1)  # also when this worker stops now
        try:
            done += _run(key)
        except Exception:  # it is tried again, a few times
            log.exception("a list could not be filed", list=str(key))
    return done


def _next(tried: set[uuid.UUID]) -> uuid.UUID | None:
    rows = UploadedList.objects.filter(state=ListState.FILING).exclude(pk__in=tried).order_by("uploaded_at")
    return rows.values_list("pk", flat=True).first()


def _run(key: uuid.UUID) -> bool:
    """One list; False when another worker has it. Its lock is its lease: a worker that stops gives it back."""
    try:
        with transaction.atomic():
            rows = UploadedList.objects.select_for_update(skip_locked=True, of=("self",))
            row = (
                rows.select_related("institution", "uploaded_by")
                .filter(pk=key, state=ListState.FILING)
                .first()
            )
            if row is None:
                return False
            if row.tries > MOST_TRIES:
                raise Refused(BROKEN)
            work = work_of(row)
            work.require(row.uploaded_by)
            put_in(row, work, row.uploaded_by)
    except (Refused, PermissionDenied) as error:
        _give_back(key, error)
    return True


def _give_back(key: uuid.UUID, error: Refused | PermissionDenied) -> None:
    """To its sender, with why it was not filed."""
    found = error.reasons if isinstance(error, Refused) else [Reason(str(error))]
    kept = [one.as_dict() for one in found[:MOST_KEPT]]
    rows = UploadedList.objects.filter(pk=key, state=ListState.FILING)
    rows.update(state=ListState.CHECKED, refused=kept, tries=0)
