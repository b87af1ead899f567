"""One mail a day, or a week, instead of many, for those who want it so: put together in the morning of the campus."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from accounts.models import Institution
from journal import choosing, clock
from journal.actions import mail as outbox
from journal.models import Mail, MailState

MORNING = 7  # o'clock, by the campus's own time
MOST = 100  # lines in one digest; what is left comes with the next
WAITING = (MailState.DIGEST, MailState.WEEKLY)


def send_due() -> int:
    """Put together every digest whose morning has come. Returns how many. Safe to repeat, and by several at once.

    A person gets at most one a day and campus; what comes later that day waits for the next morning. What they want
    once a week comes on Monday, in the same mail as what they want once a day.
    """
    waiting = Mail.objects.filter(state__in=WAITING).values("institution")
    return sum(_of_campus(campus) for campus in Institution.objects.filter(pk__in=waiting))


def _of_campus(campus: Institution) -> int:
    here = clock.now().astimezone(ZoneInfo(campus.timezone))
    if here.hour < MORNING:
        return 0
    ripe = Q(state=MailState.DIGEST) | Q(state=MailState.WEEKLY, created_at__lt=_monday(here))
    rows = Mail.objects.filter(ripe, institution=campus, recipient__is_active=True)
    people = rows.order_by("recipient").values_list("recipient", flat=True).distinct()
    return sum(_bundle(person, campus, here.date(), ripe) for person in people if person)


def _monday(here: dt.datetime) -> dt.datetime:
    """The last morning on which a week's mail went out."""
    morning = here.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return morning - dt.timedelta(days=here.weekday())


@transaction.atomic
def _bundle(person: uuid.UUID, campus: Institution, today: dt.date, ripe: Q) -> bool:
    """One digest, its mail under lock, so that of two who put it together the second finds nothing left."""
    waiting = Mail.objects.filter(ripe, recipient=person, institution=campus)
    locked = waiting.select_for_update(of=("self",)).select_related("recipient")
    rows = list(locked.order_by("created_at", "pk")[:MOST])
    key = f"digest:{person}:{campus.pk}:{today}"
    if not rows or rows[0].recipient is None or Mail.objects.filter(key=key).exists():
        return False
    to = rows[0].recipient
    digest = outbox.post(
        kind="digest",
        key=key,
        to=to,
        institution=campus,
        context={
            "lines": [row.subject for row in rows],
            "count": len(rows),
            "stop_path": choosing.stop_path(to),
        },
    )
    Mail.objects.filter(pk__in=[row.pk for row in rows]).update(state=MailState.BUNDLED, digest=digest)
    return True
