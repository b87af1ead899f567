"""Remind people of the session that they come to, once, within the day before it begins."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from journal import clock
from outreach.actions import telling
from outreach.models import Registration, Session

BEFORE = dt.timedelta(hours=24)
FRESH = dt.timedelta(hours=12)  # who registered this lately has just been told
BATCH = 500


def remind_due() -> int:
    """Remind everyone who is due; returns how many. Two at once remind nobody twice."""
    now = clock.now()
    soon = Session.objects.filter(
        starts_at__gt=now, starts_at__lte=now + BEFORE, cancelled_at__isnull=True
    ).select_related("institution")
    return sum(_remind(session) for session in soon)


def _remind(session: Session) -> int:
    reminded = 0
    while number := _some(session):
        reminded += number
    return reminded


@transaction.atomic
def _some(session: Session) -> int:
    now = clock.now()
    rows = Registration.objects.coming().filter(
        session=session, reminded_at__isnull=True, placed_at__lte=now - FRESH
    )
    people = list(rows.select_for_update(skip_locked=True).order_by("pk")[:BATCH])
    telling.remind(session, people)
    Registration.objects.filter(pk__in=[one.pk for one in people]).update(reminded_at=now)
    return len(people)
