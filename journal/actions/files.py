"""Store what somebody uploads, and remove it again."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from pathlib import PurePath
from typing import TYPE_CHECKING

from django.core.files.base import File
from django.db import transaction

from journal import clock, kinds
from journal.models import StoredFile
from policies.reasons import Reason, Refused

if TYPE_CHECKING:
    from accounts.models import Institution, Person

LIMIT = 20 * 1024 * 1024


def store(
    *,
    upload: File,
    institution: Institution,
    subject_kind: str,
    subject_id: uuid.UUID,
    field: str,
    by: Person,
) -> StoredFile:
    """Keep an upload, in the caller's transaction, and return its row. The caller checks that `by` may attach it.

    Effects: a file in the storage (taken back if the row cannot be written) and a StoredFile row. Refused: an empty
    file, one over 20 MB, and every kind that is not allowed. The kind comes from the content, never from the name.
    """
    kind = _checked_kind(upload, field)
    stored = StoredFile(
        institution=institution,
        subject_kind=subject_kind,
        subject_id=subject_id,
        field=field,
        name=label(upload.name or "", kind),
        content_type=kind,
        size=upload.size,
        sha256=sha256(upload),
        uploaded_by=by,
        uploaded_at=clock.now(),
    )
    stored.file.save(stored.name, upload, save=False)
    try:
        with transaction.atomic():
            stored.save(force_insert=True)
    except Exception:
        stored.file.delete(save=False)
        raise
    return stored


@transaction.atomic
def remove(*, stored: StoredFile, by: Person) -> StoredFile:
    """Take a file out of sight. The content stays, since submitted revisions name its hash. Refused if done already."""
    locked = StoredFile.objects.select_for_update().get(pk=stored.pk)
    if locked.removed_at:
        raise Refused("This file was removed already.")
    locked.removed_at, locked.removed_by = clock.now(), by
    locked.save(update_fields=["removed_at", "removed_by"])
    return locked


@transaction.atomic
def discard(*, stored: StoredFile) -> None:
    """Delete a file that the product made and has made anew: its row, and its content once that stands.

    The caller has let go of it; never for what somebody uploaded.
    """
    content = stored.file
    stored.delete()
    transaction.on_commit(lambda: content.delete(save=False), robust=True)


def label(name: str, kind: str) -> str:
    """The person's file name as a harmless label: no folders, no control characters, an ending that fits the kind."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C").strip(" .") or "file"
    stem, ending = PurePath(name).stem, PurePath(name).suffix
    endings = kinds.ALLOWED[kind]
    if ending.lower() not in endings:
        stem, ending = name, endings[0]
    return f"{stem[: 200 - len(ending)]}{ending}"


def unfit(upload: File, field: str) -> list[Reason]:
    """Why an upload cannot be stored; to look at several before the first is stored."""
    try:
        _checked_kind(upload, field)
    except Refused as error:
        return list(error.reasons)
    return []


def _checked_kind(upload: File, field: str) -> str:
    if not upload.size:
        raise Refused(Reason("The file is empty. Choose it again.", field=field))
    if upload.size > LIMIT:
        size = upload.size / 1024 / 1024
        raise Refused(Reason(f"The file has {size:.1f} MB; up to 20 MB are possible.", field=field))
    kind = kinds.kind_of(upload)  # type: ignore[arg-type]
    if kind is None:
        raise Refused(Reason(f"This kind of file cannot be stored. Possible are {kinds.WORDS}.", field=field))
    return kind


def sha256(upload: File) -> str:
    """The hash of its content, in hex. Leaves the file at its start."""
    found = hashlib.sha256()
    for chunk in upload.chunks():
        found.update(chunk)
    upload.seek(0)
    return found.hexdigest()
