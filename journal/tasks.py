"""What the worker does for the journal. Each task is idempotent; beat and commits only wake it."""

from __future__ import annotations

from celery import shared_task

from journal import sealing, sending


@shared_task(name="journal.send_due_mail")
def send_due_mail() -> int:
    """Send all mail that is due; returns how many were sent."""
    return sending.send_due()


@shared_task(name="journal.seal_heads")
def seal_heads() -> bool:
    """Seal the heads of the record once a day; returns whether this call did it."""
    return sealing.seal_today()
