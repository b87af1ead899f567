"""Prove the record: recompute every chain, compare with the heads and with every daily seal."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby

from cryptography.exceptions import InvalidSignature
from django.db import connection, transaction

from journal import keys
from journal.actions.record import canonical_text, digest
from journal.models import DailySeal, Entry, Head
from journal.sealing import seal_digest

Subject = tuple[str, str]


@contextmanager
def snapshot() -> Iterator[None]:
    """Read one moment of the database, so that acts recorded meanwhile do not look like faults."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def broken_links() -> Iterator[str]:
    """A sentence for each thing that is wrong, chain by chain, then heads, then seals; nothing when all is well."""
    tips: dict[Subject, tuple[int, str]] = {}
    sealed: dict[Subject, dict[int, str]] = {}
    for seal in DailySeal.objects.order_by("on").iterator():
        for kind, subject_id, number, hash_ in seal.heads:
            sealed.setdefault((kind, subject_id), {})[number] = hash_
    entries = Entry.objects.order_by("subject_kind", "subject_id", "number").iterator(chunk_size=2000)
    for subject, chain in groupby(entries, key=_subject):
        yield from _walk(subject, chain, sealed.get(subject, {}), tips)
    yield from _compare_heads(tips)
    for subject, points in sealed.items():
        reached = tips.get(subject, (0, ""))[0]
        if max(points) > reached:
            yield f"{_name(subject)}: entry {max(points)} was sealed, but the chain ends at {reached}. Its tail is gone."
    yield from _check_seals()


def _subject(entry: Entry) -> Subject:
    return entry.subject_kind, str(entry.subject_id)


def _name(subject: Subject) -> str:
    return f"{subject[0]} {subject[1]}"


def _walk(
    subject: Subject, chain: Iterator[Entry], sealed: dict[int, str], tips: dict[Subject, tuple[int, str]]
) -> Iterator[str]:
    """Each link against the one before; notes where the chain ends."""
    number, last = 0, ""
    for entry in chain:
        number += 1
        where = f"{_name(subject)}, entry {entry.number}"
        if entry.number != number:
            yield f"{where}: entry {number} is missing."
            number = entry.number
        elif entry.previous != last:
            yield f"{where}: it does not follow the entry before it."
        if entry.canonical != canonical_text(entry):
            yield f"{where}: its text and its columns differ."
        if digest(entry.canonical) != entry.hash:
            yield f"{where}: its text and its hash differ."
        if sealed.get(number, entry.hash) != entry.hash:
            yield f"{where}: it is not the entry that was sealed."
        last = entry.hash
    tips[subject] = (number, last)


def _compare_heads(tips: dict[Subject, tuple[int, str]]) -> Iterator[str]:
    heads = {(h.subject_kind, str(h.subject_id)): (h.number, h.hash) for h in Head.objects.iterator()}
    for subject in sorted(heads.keys() | tips.keys()):
        head, tip = heads.get(subject, (0, "")), tips.get(subject, (0, ""))
        if head != tip:
            yield f"{_name(subject)}: the chain ends at entry {tip[0]}, its head says {head[0]} (or another hash)."


def _check_seals() -> Iterator[str]:
    previous = ""
    for seal in DailySeal.objects.order_by("on").iterator():
        if seal.previous != previous:
            yield f"The seal of {seal.on} does not follow the seal before it."
        if seal_digest(seal.on, seal.heads, seal.previous) != seal.digest:
            yield f"The seal of {seal.on}: its heads and its digest differ."
        yield from _check_signature(seal)
        previous = seal.digest


def _check_signature(seal: DailySeal) -> Iterator[str]:
    key = keys.public_key(seal.key_id)
    if key is None:
        yield f"The seal of {seal.on}: its key {seal.key_id} is not in the key folder."
        return
    try:
        key.verify(base64.b64decode(seal.signature), seal.digest.encode())
    except (InvalidSignature, ValueError):
        yield f"The seal of {seal.on}: the signature is not by its key."
