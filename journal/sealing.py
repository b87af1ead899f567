"""The daily seal: the heads that changed since the seal before, under one signature."""

from __future__ import annotations

import base64
import datetime as dt

import rfc8785
from django.db import connection, transaction

from journal import clock, keys
from journal.actions.record import digest
from journal.models import DailySeal, Head

SEAL_LOCK = 0x5EA1  # an advisory lock: one sealer at a time

Heads = list[list[str | int]]


@transaction.atomic
def seal_today() -> bool:
    """Write today's seal (UTC); False when it is written already. Effects: a DailySeal row, on first use a key file."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEAL_LOCK])
    last = DailySeal.objects.first()
    if last is not None and last.on >= clock.today():
        return False
    sealed = sealed_heads()
    heads: Heads = [row for row in current_heads() if sealed.get((row[0], row[1])) != (row[2], row[3])]
    key_id, key = keys.sealing_key()
    seal = DailySeal(
        on=clock.today(),
        heads=heads,
        previous=last.digest if last else "",
        key_id=key_id,
        sealed_at=clock.now(),
    )
    seal.digest = seal_digest(seal.on, heads, seal.previous)
    seal.signature = base64.b64encode(key.sign(seal.digest.encode())).decode()
    seal.save(force_insert=True)
    return True


def current_heads() -> Heads:
    """All heads, in a fixed order."""
    rows = Head.objects.order_by("subject_kind", "subject_id")
    return [[h.subject_kind, str(h.subject_id), h.number, h.hash] for h in rows.iterator()]


def sealed_heads() -> dict[tuple[str | int, str | int], tuple[str | int, str | int]]:
    """What the seals so far say of each chain: (kind, id) to the last sealed (number, hash)."""
    found = {}
    for seal in DailySeal.objects.order_by("on").iterator():
        for kind, subject_id, number, hash_ in seal.heads:
            found[kind, subject_id] = (number, hash_)
    return found


def seal_digest(on: dt.date, heads: Heads, previous: str) -> str:
    """SHA-256 of the canonical text of a seal."""
    return digest(rfc8785.dumps({"on": on.isoformat(), "heads": heads, "previous": previous}).decode())
