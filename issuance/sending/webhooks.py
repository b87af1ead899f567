"""What platforms send us by themselves: kept once, believed only after the platform was asked, settled like polling.

Credly signs nothing, so what a message says is not read at all but for the number of its event. A message that is
forged, repeated or about somebody else's badge changes nothing; one that is lost is made good by polling.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence

from django.db import transaction

from issuance import wake
from issuance.models import Delivery, PlatformAccount, WebhookEvent
from issuance.platforms import registry
from issuance.platforms.base import PlatformError
from issuance.sending import limiter, settling
from issuance.sending.leases import pause
from journal import clock

LARGEST = 64 * 1024  # bytes; what Credly sends has four short members
MOST_WAITING = 10_000  # of one organisation: what comes beyond is found by polling
AT_ONCE = 50
MOST_TRIES = 12  # with pauses that double: about two hours
PATIENCE = 5.0  # seconds that a question may wait for its place under the limit
IN_HAND = dt.timedelta(minutes=2)  # longer than any call
KEPT = dt.timedelta(days=30)  # Credly repeats for up to 25
EVENT = re.compile(r"[A-Za-z0-9_-]{1,64}")


def received(platform: str, body: bytes) -> bool:
    """Keep the event that a message names and wake a worker; whether it was new and may be ours.

    Effects: one row, whatever the number of repeats. Nothing for a message that cannot be read, names an organisation
    that is not ours, or comes when too many wait.
    """
    told = _told(body)
    if told is None or not accounts_of(platform, told[0]):
        return False
    organization, event = told
    rows = WebhookEvent.objects.filter(platform=platform, organization=organization)
    if rows.filter(event=event).exists() or rows.waiting().count() >= MOST_WAITING:
        return False
    row = WebhookEvent(platform=platform, organization=organization, event=event)
    WebhookEvent.objects.bulk_create([row], ignore_conflicts=True)  # of two at once one is kept
    wake.events_after_commit()
    return True


def _told(body: bytes) -> tuple[str, str] | None:
    """The organisation and the event that a message names, where both can be such."""
    try:
        data = json.loads(body) if len(body) <= LARGEST else None
    except (ValueError, RecursionError):
        return None
    said = data if isinstance(data, dict) else {}
    organization, event = said.get("organization_id"), said.get("id")
    if not isinstance(organization, str) or not isinstance(event, str):
        return None
    return (organization, event) if len(organization) <= 100 and EVENT.fullmatch(event) else None


def accounts_of(platform: str, organization: str) -> list[PlatformAccount]:
    """Our accounts in this organisation; several campuses may share one."""
    rows = PlatformAccount.objects.filter(platform=platform, active=True).order_by("pk")
    return [row for row in rows if organization and _organization(row) == organization]


def _organization(account: PlatformAccount) -> str:
    try:
        return registry.read_account(account.platform, account.name).organization
    except PlatformError:  # not set up
        return ""


def run(most: int = AT_ONCE) -> bool:
    """Ask about events that are due and settle what they say; whether there may be more."""
    rows = _claimed(most)
    for row in rows:
        _look(row)
    return len(rows) == most


@transaction.atomic
def _claimed(most: int) -> Sequence[WebhookEvent]:
    """Rows that no other worker takes for a while."""
    rows = list(
        WebhookEvent.objects.due().select_for_update(skip_locked=True).order_by("due_at", "pk")[:most]
    )
    for row in rows:
        row.due_at, row.tries = clock.now() + IN_HAND, row.tries + 1
    WebhookEvent.objects.bulk_update(rows, ["due_at", "tries"])
    return rows


def _look(row: WebhookEvent) -> None:
    """Ask the platform what the event is, and write what that changes."""
    accounts = accounts_of(row.platform, row.organization)
    if not accounts:  # the account was closed meanwhile
        return _end(row, "not ours")
    try:
        with limiter.reading_for(accounts[0].pk, patience=PATIENCE):
            outcome = registry.connect(row.platform, accounts[0].name).event(row.event)
    except PlatformError as error:
        return _later(row, error)
    if outcome is None:
        return _end(row, "unknown there")
    ours = Delivery.objects.bringing().filter(account__in=accounts)
    if not outcome.remote_id or not ours.filter(remote_id=outcome.remote_id).exists():
        return _end(row, "not ours")
    return _end(row, "changed" if settling.advance(ours, outcome) else "nothing new")


def _later(row: WebhookEvent, error: PlatformError) -> None:
    """Asked again after a while, unless it was asked often enough: then polling finds what there is."""
    if row.tries >= MOST_TRIES:
        return _end(row, "given up")
    row.due_at = clock.now() + dt.timedelta(seconds=max(pause(row.tries), error.retry_after or 0))
    return row.save(update_fields=["due_at"])


def _end(row: WebhookEvent, outcome: str) -> None:
    row.ended_at, row.outcome = clock.now(), outcome
    row.save(update_fields=["ended_at", "outcome"])


def forget() -> int:
    """Delete events that are over and not repeated any more; returns how many."""
    return WebhookEvent.objects.filter(ended_at__lt=clock.now() - KEPT).delete()[0]
