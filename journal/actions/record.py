"""Write in the record: one entry at the end of the subject's chain."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import rfc8785

from journal import clock
from journal.models import Entry, Head

if TYPE_CHECKING:
    from accounts.models import Institution, Person

KINDS = frozenset({"proposal", "request", "definition", "campus"})


def write(
    *,
    subject_kind: str,
    subject_id: uuid.UUID,
    institution: Institution,
    act: str,
    by: Person | None,
    on_behalf_of: Person | None = None,
    detail: Mapping[str, Any] | None = None,
    at: dt.datetime | None = None,
) -> Entry:
    """Append one entry, in the caller's transaction, and return it.

    Effects: an Entry; the subject's head row, locked until the transaction ends (so call it after all other locks).
    `detail` holds plain values; people in it by id, learners never by data. UUIDs, dates and times become text.
    """
    if subject_kind not in KINDS:
        raise ValueError(f"There is no chain of the kind {subject_kind}.")
    head = _locked_head(subject_kind, subject_id)
    entry = Entry(
        subject_kind=subject_kind,
        subject_id=subject_id,
        number=head.number + 1,
        institution=institution,
        act=act,
        at=at or clock.now(),
        by=by,
        on_behalf_of=on_behalf_of,
        detail=plain(detail or {}),
        previous=head.hash,
    )
    entry.canonical = canonical_text(entry)
    entry.hash = digest(entry.canonical)
    entry.save(force_insert=True)
    head.number, head.hash = entry.number, entry.hash
    head.save(update_fields=["number", "hash"])
    return entry


def _locked_head(kind: str, subject_id: uuid.UUID) -> Head:
    """The head row under lock; made when the chain begins (of two who begin it, one waits for the other)."""
    heads = Head.objects.select_for_update().filter(subject_kind=kind, subject_id=subject_id)
    found = heads.first()
    if found is None:
        Head.objects.bulk_create([Head(subject_kind=kind, subject_id=subject_id)], ignore_conflicts=True)
        found = heads.get()
    return found


def canonical_text(entry: Entry) -> str:
    """RFC 8785 text of everything the entry says, with the hash before it. This text is what is hashed."""
    facts = {
        "subject_kind": entry.subject_kind,
        "subject_id": str(entry.subject_id),
        "number": entry.number,
        "institution": str(entry.institution_id),
        "act": entry.act,
        "at": entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "by": _id(entry.by_id),
        "on_behalf_of": _id(entry.on_behalf_of_id),
        "detail": entry.detail,
        "previous": entry.previous,
    }
    return rfc8785.dumps(facts).decode()


def digest(text: str) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def plain(value: Any) -> Any:
    """The value as JSON can hold it: mappings and lists through and through, ids and times as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _id(value: uuid.UUID | None) -> str | None:
    return str(value) if value else None
