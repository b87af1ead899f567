"""One mail a day instead of many, for those who want it so: put together in the morning of the campus."""

from __future__ import annotations

import uuid
from zoneinfo import ZoneInfo

from django.db import transaction

from journal import clock
from journal.actions import mail as outbox
from journal.models import Mail, MailState

MORNING = 7  # o'clock, by the campus's own time
MOST = 100  # lines in one digest; what is left comes with the next


def send_due() -> int:
    """Put together every digest whose morning has come. Returns how many. Safe to repeat, and by several at once.

    A person gets at most one a day and campus; what comes later that day waits for the next morning.
    """
    rows = Mail.objects.filter(state=MailState.DIGEST, recipient__is_active=True, institution__isnull=False)
    found = rows.order_by("recipient", "institution").values_list("recipient", "institution").distinct()
    return sum(_bundle(person, campus) for person, campus in found)


@transaction.atomic
def _bundle(person: uuid.UUID, campus: uuid.UUID) -> bool:
    """One digest, its mail under lock, so that of two who put it together the second finds nothing left."""
    waiting = Mail.objects.filter(state=MailState.DIGEST, recipient=person, institution=campus)
    locked = waiting.select_for_update(of=("self",)).select_related("institution", "recipient")
    rows = list(locked.order_by("created_at", "pk")[:MOST])
    if not rows or rows[0].institution is None or rows[0].recipient is None:
        return False
    here = clock.now().astimezone(ZoneInfo(rows[0].institution.timezone))
    key = f"digest:{person}:{campus}:{here.date()}"
    if here.hour < MORNING or Mail.objects.filter(key=key).exists():
        return False
    digest = outbox.post(
        kind="digest",
        key=key,
        to=rows[0].recipient,
        institution=rows[0].institution,
        context={"lines": [row.subject for row in rows], "count": len(rows)},
    )
    Mail.objects.filter(pk__in=[row.pk for row in rows]).update(state=MailState.BUNDLED, digest=digest)
    return True
