"""Badges at a platform that stand for no delivery of ours, and that a person decided to have withdrawn there."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from issuance.models import Difference, PlatformAccount, Standing
from issuance.platforms.base import Outgoing, Platform, PlatformError
from issuance.sending import leases
from journal import clock

DONE = "Withdrawn at the platform."


def due(account: PlatformAccount) -> QuerySet[Difference]:
    """Decided, and due by now (or put off by a clock that has been set back since)."""
    now = clock.now()
    rows = Difference.objects.filter(account=account, state=Standing.ACTING)
    return rows.filter(due_at__lte=now) | rows.filter(due_at__gt=now + leases.FURTHEST)


def carry_out(account: PlatformAccount, platform: Platform) -> int:
    """Withdraw what is due, one by one; returns how many. Doing it twice is harmless, so that a kill is, too."""
    done, lease = 0, dt.timedelta(seconds=leases.lease_seconds(platform))
    for row in due(account).select_related("account__institution", "template").order_by("due_at", "pk"):
        mine = Difference.objects.filter(pk=row.pk, state=Standing.ACTING, due_at=row.due_at)
        if mine.update(due_at=clock.now() + lease):
            done += _carry_out(row, platform)
    return done


def _carry_out(row: Difference, platform: Platform) -> bool:
    mine = Difference.objects.filter(pk=row.pk, state=Standing.ACTING)
    try:
        platform.revoke(_told(row), row.remote_id, row.reason)
    except PlatformError as error:
        mine.update(**_later(row, error))
        return False
    mine.update(state=Standing.SETTLED, due_at=None, settled_at=clock.now(), message=DONE)
    return True


def _later(row: Difference, error: PlatformError) -> dict[str, object]:
    """Tried again by itself, or back with the person."""
    tries = row.tries + 1
    if error.permanent or tries >= leases.MOST_TRIES:
        return {
            "state": Standing.OPEN,
            "due_at": None,
            "message": error.message,
            "tries": 0,
            "settled_by": None,
        }
    wait = dt.timedelta(seconds=max(leases.pause(tries), error.retry_after or 0))
    return {"due_at": clock.now() + wait, "message": error.message, "tries": tries}


def _told(row: Difference) -> Outgoing:
    """What is known of it: whom it is for, as the platform said."""
    zone = ZoneInfo(row.account.institution.timezone)
    return Outgoing(
        key=f"difference-{row.pk}",
        template_id=row.template.remote_id,
        recipient_name="",
        recipient_email=row.email,
        issued_at=row.found_at.astimezone(zone),
        issuer_earner_id=row.earner,
    )
