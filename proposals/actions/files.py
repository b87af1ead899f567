"""Files of a document: attached, replaced and removed while the proposal is being written."""

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
    from policies.schema import FormField
    from proposals.models import Proposal

GONE = "This file is not on the document any more."


@transaction.atomic
def attach(*, proposal: Proposal, field: str, upload: File, by: Person) -> StoredFile:
    """Attach a file to the field "section.field" of the present document.

    Effects: the stored file, an entry in the record. PermissionDenied unless `by` proposes it. Refused unless it is
    being written, for a field that takes no files or has as many as it takes, and for what the store refuses
    (kind, size), and for a file that is there under another name. The very same file again changes nothing.
    """
    proposal = lock(proposal.pk)
    require_writing(proposal, by)
    asked, have = _asked(proposal, field)
    if twin := _twin(have, upload):
        return twin
    if asked.max_items is not None and len(have) >= asked.max_items:
        said = f"“{asked.label}” takes {asked.max_items} files at most: take one off first."
        raise Refused(Reason(said, asked.clause, field))
    stored = _store(proposal, field, upload, by)
    _write(proposal, "attach_file", stored, by)
    return stored


@transaction.atomic
def replace(*, proposal: Proposal, stored: StoredFile, upload: File, by: Person) -> StoredFile:
    """Put a file in the place of one of the present document; revisions that were submitted with the old one keep it.

    Effects: the new file, the old one out of sight, one entry in the record. PermissionDenied and Refused as for
    `attach` and `remove`; nothing is changed then. The very same file again changes nothing.
    """
    proposal = lock(proposal.pk)
    require_writing(proposal, by)
    _asked_field, have = _asked(proposal, stored.field)
    if stored.pk not in {file.pk for file in have}:
        raise Refused(Reason(GONE, field=stored.field))
    if twin := _twin(have, upload):
        return twin
    new = _store(proposal, stored.field, upload, by)
    stored_files.remove(stored=stored, by=by)
    _write(proposal, "replace_file", new, by, instead_of=stored.pk)
    return new


def _asked(proposal: Proposal, field: str) -> tuple[FormField, list[StoredFile]]:
    """The question of the present form at this path, and the files that it has."""
    form = proposal.policy.pack.form(reading.current(proposal).form)
    asked = form.field(field)
    if asked is None or asked.kind != "files":
        raise Refused(Reason("Choose the field that the file belongs to.", field=field))
    return asked, [file for file in reading.files_of(proposal, form) if file.field == field]


def _twin(have: list[StoredFile], upload: File) -> StoredFile | None:
    """The same file attached already (a button pressed twice); refused when it is there under another name."""
    if not upload.size or upload.size > stored_files.LIMIT:
        return None  # the store says what is wrong with it
    found = stored_files.sha256(upload)
    same = next((file for file in have if file.sha256 == found), None)
    if same and same.name != stored_files.label(upload.name or "", same.content_type):
        raise Refused(Reason(f"The same file is attached already, as “{same.name}”.", field=same.field))
    return same


def _store(proposal: Proposal, field: str, upload: File, by: Person) -> StoredFile:
    return stored_files.store(
        upload=upload,
        institution=proposal.institution,
        subject_kind="proposal",
        subject_id=proposal.pk,
        field=field,
        by=by,
    )


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
        raise Refused(Reason(GONE, field=stored.field))
    stored_files.remove(stored=stored, by=by)
    _write(proposal, "remove_file", stored, by)


def _write(proposal: Proposal, act: str, stored: StoredFile, by: Person, **more: object) -> None:
    touch(proposal)
    record.write(
        subject_kind="proposal",
        subject_id=proposal.pk,
        institution=proposal.institution,
        act=act,
        by=by,
        detail={
            "file": stored.pk,
            "name": stored.name,
            "sha256": stored.sha256,
            "field": stored.field,
            **more,
        },
    )
