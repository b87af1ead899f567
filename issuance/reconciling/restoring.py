"""A database restored from a backup knows less than the platforms hold: it is noticed, and nothing is sent until both
sides have been compared.

Two signs tell. Each claim is counted in the rows and, once it stands, in Redis too: rows that have counted fewer than
Redis were set back. And the rows name the database server that they stood on: on another server, or on another time
line of the same, they come from a backup or a replica.
"""

from __future__ import annotations

import datetime as dt
import uuid

import structlog
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import F, Q

from issuance.models import STUCK, Comparison, Delivery, DeliveryState, Ledger, PlatformAccount
from journal import clock

log = structlog.get_logger(__name__)

UNSENT = (DeliveryState.QUEUED, DeliveryState.SENDING, *STUCK)
WAITS = (
    "Our records were restored from a backup, so the platform may hold more than we know. What it holds is looked at "
    "first; sending goes on by itself."
)


def doubted(account: PlatformAccount) -> bool:
    """Whether nothing new may be sent for now. Looks for the two signs first, and doubts when one is there."""
    counted = _counted(account.pk)  # first, so that the rows cannot be behind unless they were set back
    ledger, server = _ledger(account), _server()
    elsewhere = server and ledger.server not in ("", server)
    if ledger.claims < counted or elsewhere:
        doubt(account, counted)
        return True
    if not ledger.server:
        Ledger.objects.filter(pk=ledger.pk).update(server=server)
    return ledger.doubted_at is not None


@transaction.atomic
def doubt(account: PlatformAccount, counted: int = 0) -> None:
    """From now on it is not known what the platform holds: rows not sent are asked about first, all is compared."""
    now, ledger = clock.now(), _ledger(account)
    log.warning("the records are older than the platform", account=str(account.pk))
    Delivery.objects.filter(account=account, act="issue", state__in=UNSENT, remote_id="").update(
        ask_first=True
    )
    Ledger.objects.filter(pk=ledger.pk).update(
        claims=max(ledger.claims, counted) + 1, server=_server(), doubted_at=now
    )
    ask(account, now)


def ask(account: PlatformAccount, moment: dt.datetime) -> None:
    """Have every template of the account compared that was not since this moment."""
    Comparison.objects.bulk_create(
        (Comparison(template=template) for template in account.templates.all()), ignore_conflicts=True
    )
    old = Q(compared_at__isnull=True) | Q(compared_at__lt=moment)
    Comparison.objects.filter(old, template__account=account, asked_at__isnull=True).update(asked_at=moment)


def trust(account: PlatformAccount) -> None:
    """Both sides have been compared: sending goes on."""
    Ledger.objects.filter(account=account).update(doubted_at=None)
    waiting = Delivery.objects.filter(account=account, state=DeliveryState.QUEUED, message=WAITS)
    waiting.update(message="", cause="", due_at=clock.now())


def count(account: PlatformAccount) -> int:
    """One claim more, in the caller's transaction."""
    _ledger(account)
    Ledger.objects.filter(account=account).update(claims=F("claims") + 1)
    return Ledger.objects.values_list("claims", flat=True).get(account=account)


def note(account: PlatformAccount, claims: int) -> None:
    """A claim that stands is counted in Redis, before anything leaves."""
    cache.set(_mark(account.pk), claims, None)


def _counted(key: uuid.UUID) -> int:
    return int(cache.get(_mark(key)) or 0)


def _mark(key: uuid.UUID) -> str:
    return f"claims:{key}"


def _ledger(account: PlatformAccount) -> Ledger:
    return Ledger.objects.get_or_create(account=account)[0]


def _server() -> str:
    """The database server: its own number, its time line (another after a failover or a recovery), the database's.

    "" where the server does not tell.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_function_privilege('pg_control_system()', 'execute') AND NOT pg_is_in_recovery()"
        )
        if not cursor.fetchone()[0]:
            return ""
        cursor.execute(
            """SELECT system_identifier || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8) || '/' ||
               (SELECT oid FROM pg_database WHERE datname = current_database()) FROM pg_control_system()"""
        )
        return str(cursor.fetchone()[0])
