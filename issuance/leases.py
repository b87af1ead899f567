"""Deliveries are claimed for a while and settled under the claim's token only; a lease that ran out has an unknown end."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from issuance.models import Attempt, Delivery, DeliveryState, PlatformAccount
from issuance.platforms.base import Outcome, PlatformError
from journal import clock

LEASE = dt.timedelta(minutes=5)  # longer than any call with what waits before it in the lane
FIRST_PAUSE = 5  # seconds; doubled with every try
LONGEST_PAUSE = 3600
MOST_TRIES = 15
STATES = {"delivered", "accepted", "rejected", "unpublished"}


def due(account: PlatformAccount) -> QuerySet[Delivery]:
    """What may be sent now: queued and due, or left behind by a worker whose lease ran out."""
    now = clock.now()
    left_behind = Q(state=DeliveryState.SENDING, claimed_until__lt=now)
    return Delivery.objects.filter(
        Q(state=DeliveryState.QUEUED, due_at__lte=now) | left_behind, account=account
    )


@transaction.atomic
def claim(account: PlatformAccount, most: int) -> list[Delivery]:
    """Up to `most` due rows, spread evenly over the requests they belong to, so that a long one holds up no short one."""
    requests = list(due(account).order_by().values_list("request_id", flat=True).distinct()[:most])
    if not requests:
        return []
    share = max(1, most // len(requests))
    ids: list[uuid.UUID] = []
    for request_id in requests:
        rows = due(account).filter(request_id=request_id).order_by("due_at", "created_at")
        locked = rows.select_for_update(skip_locked=True, of=("self",))
        ids += locked.values_list("pk", flat=True)[:share]
    return _take(ids)


def _take(ids: Sequence[uuid.UUID]) -> list[Delivery]:
    """Write the lease on the locked rows; a row whose attempt never ended is to be asked about first."""
    cut_off = Attempt.objects.filter(delivery__in=ids, ended_at__isnull=True).values("delivery")
    Delivery.objects.filter(pk__in=list(cut_off.values_list("delivery", flat=True))).update(ask_first=True)
    Delivery.objects.filter(pk__in=ids).update(
        state=DeliveryState.SENDING, claimed_until=clock.now() + LEASE, claim_token=uuid.uuid4()
    )
    rows = Delivery.objects.filter(pk__in=ids).select_related(
        "award__institution", "award__version__policy", "award__definition", "account"
    )
    return list(rows)


@transaction.atomic
def begin(deliveries: Sequence[Delivery]) -> dict[uuid.UUID, Attempt]:
    """Record an attempt for each row before its call; close those that were cut off before."""
    now = clock.now()
    ids = [d.pk for d in deliveries]
    Attempt.objects.filter(delivery__in=ids, ended_at__isnull=True).update(
        ended_at=now, outcome="ambiguous", message="The worker stopped before the answer came."
    )
    counted = Attempt.objects.filter(delivery__in=ids).values("delivery").annotate(last=Max("number"))
    last = dict(counted.values_list("delivery", "last"))
    attempts = [
        Attempt(delivery=d, number=last.get(d.pk, 0) + 1, asked=d.ask_first, started_at=now) for d in deliveries
    ]
    for d in deliveries:
        d.tries += 1
    Delivery.objects.bulk_update(deliveries, ["tries"])
    return {a.delivery_id: a for a in Attempt.objects.bulk_create(attempts)}


@transaction.atomic
def settle(delivery: Delivery, attempt: Attempt | None, result: Outcome | PlatformError | None) -> bool:
    """Write how it ended, under the token only; False when the lease was lost and someone else goes on.

    `None` is the answer "the platform does not hold it": the row is queued again, to be sent at once.
    """
    held = Delivery.objects.select_for_update().filter(pk=delivery.pk, claim_token=delivery.claim_token).first()
    if attempt:
        attempt.ended_at = clock.now()
        attempt.outcome, attempt.message = _words(result)
        attempt.save(update_fields=["ended_at", "outcome", "message"])
    if held is None:
        return False
    _apply(held, result)
    held.claim_token = held.claimed_until = None
    held.save()
    return True


def _words(result: Outcome | PlatformError | None) -> tuple[str, str]:
    if result is None:
        return "absent", "The platform does not hold it; it may be sent."
    if isinstance(result, PlatformError):
        kind = "permanent" if result.permanent else "ambiguous" if result.ambiguous else "temporary"
        return kind, result.message
    return ("found" if result.adopted else result.state), result.detail


def _apply(row: Delivery, result: Outcome | PlatformError | None) -> None:
    """The delivery's next state."""
    if result is None:
        row.state, row.ask_first, row.due_at = DeliveryState.QUEUED, False, clock.now()
    elif isinstance(result, PlatformError):
        _apply_error(row, result)
    else:
        _apply_outcome(row, result)


def _apply_outcome(row: Delivery, outcome: Outcome) -> None:
    revoked = row.act == "revoke" and outcome.state in ("revoked", "expired")
    known = outcome.state in STATES
    row.state = DeliveryState.DELIVERED if revoked or not known else DeliveryState(outcome.state)
    row.remote_id, row.remote_url, row.claim_url = outcome.remote_id, outcome.remote_url, outcome.claim_url
    row.cause, row.message, row.ask_first = "", outcome.detail, False
    row.settled_at = clock.now()


def _apply_error(row: Delivery, error: PlatformError) -> None:
    row.cause, row.message = error.code, error.message
    row.ask_first = row.ask_first or error.ambiguous
    if error.permanent or row.tries >= MOST_TRIES:
        row.state, row.settled_at = DeliveryState.NEEDS_PERSON, clock.now()
        return
    row.state = DeliveryState.QUEUED
    row.due_at = clock.now() + dt.timedelta(seconds=max(pause(row.tries), error.retry_after or 0))


def pause(tries: int) -> float:
    """Seconds before the next try: doubled each time, with jitter so that rows do not come back together."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(tries, 12))
    return random.uniform(longest / 2, longest)  # noqa: S311  (jitter, not a secret)


def release(deliveries: Sequence[Delivery], wait: float, code: str = "", message: str = "") -> None:
    """Give rows back that were not sent (the limiter had no room): not a try, due again after `wait` seconds."""
    due_at = clock.now() + dt.timedelta(seconds=wait)
    for delivery in deliveries:
        Delivery.objects.filter(pk=delivery.pk, claim_token=delivery.claim_token).update(
            state=DeliveryState.QUEUED,
            claim_token=None,
            claimed_until=None,
            due_at=due_at,
            cause=code,
            message=message,
        )
