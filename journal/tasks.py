"""What the worker does for the journal. Each task is idempotent; beat and commits only wake it."""

from __future__ import annotations

import datetime as dt

from celery import shared_task
from django.core.management import call_command

from journal import digests, sealing, sending
from journal.clock import now
from journal.models import IdempotencyKey

KEPT = dt.timedelta(days=7)  # how long a request that is sent again is still known


@shared_task(name="journal.send_due_mail")
def send_due_mail() -> int:
    """Send all mail that is due; returns how many were sent."""
    return sending.send_due()


@shared_task(name="journal.send_digests")
def send_digests() -> int:
    """Put together the digests whose morning has come; returns how many."""
    return digests.send_due()


@shared_task(name="journal.seal_heads")
def seal_heads() -> bool:
    """Seal the heads of the record once a day; returns whether this call did it."""
    return sealing.seal_today()


@shared_task(name="journal.forget")
def forget() -> int:
    """Forget the keys of requests older than a week, and sessions that ended; returns how many keys."""
    call_command("clearsessions")
    return IdempotencyKey.objects.filter(created_at__lt=now() - KEPT).delete()[0]
