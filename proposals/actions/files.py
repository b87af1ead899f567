"""Files of a document: attaching and removing them while the proposal is being written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.base import File
from django.db import transaction

from journal.actions import files as stored_files
from journal.actions import record
from policies.reasons import Reason, Refused
from proposals import reading
from proposals.actions.documents import require_writing
from proposals.actions.locking import lock, touch

if TYPE_CHECKING:
    from accounts.models import Person
    from journal.models import StoredFile
    from proposals.models import Proposal


@transaction.atomic
def attach(*, proposal: Proposal, field: str, upload: File, by: Person) -> StoredFile:
    """Attach a file to the field "section.field" of the present document.

    Effects: the stored file, an entry in the record. PermissionDenied unless `by` proposes it. Refused unless it is
    being written, for a field that takes no files or has as many as it takes, and for what the store refuses
    (kind, size).
    """
    proposal = lock(proposal.pk)
    require_writing(proposal, by)
    form = proposal.policy.pack.form(reading.current(proposal).form)
    asked = form.field(field)
    if asked is None or asked.kind != "files":
        raise Refused(Reason("Choose the field that the file belongs to.", field=field))
    have = [file for file in reading.files_of(proposal, form) if file.field == field]
    if asked.max_items is not None and len(have) >= asked.max_items:
        said = f"“{asked.label}” takes {asked.max_items} files at most: remove one first."
        raise Refused(Reason(said, asked.clause, field))
    stored = stored_files.store(
        upload=upload,
        institution=proposal.institution,
        subject_kind="proposal",
        subject_id=proposal.pk,
        field=field,
        by=by,
    )
    _write(proposal, "attach_file", stored, by)
    return stored


@transaction.atomic
def remove(*, proposal: Proposal, stored: StoredFile, by: Person) -> None:
    """Take a file off the present document; revisions that were submitted with it keep it.

    Effects: the file is out of sight, an entry in the record. PermissionDenied unless `by` proposes it. Refused
    unless it is being written, and for a file that is not on it.
    """
    proposal = lock(proposal.pk)
    require_writing(proposal, by)
    form = proposal.policy.pack.form(reading.current(proposal).form)
    if stored.pk not in {file.pk for file in reading.files_of(proposal, form)}:
        raise Refused("This file is not on the document any more.")
    stored_files.remove(stored=stored, by=by)
    _write(proposal, "remove_file", stored, by)


def _write(proposal: Proposal, act: str, stored: StoredFile, by: Person) -> None:
    touch(proposal)
    record.write(
        subject_kind="proposal",
        subject_id=proposal.pk,
        institution=proposal.institution,
        act=act,
        by=by,
        detail={"file": stored.pk, "name": stored.name, "sha256": stored.sha256, "field": stored.field},
    )
