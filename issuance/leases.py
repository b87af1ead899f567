"""Deliveries are claimed for a while; a lease that ran out has an unknown end, so the platform is asked first.

The attempt is recorded together with the claim, before the call. What was claimed and never left is given back as if
it had not been claimed.
"""

from __future__ import annotations

import datetime as dt
import random
import time
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet

from issuance.models import Attempt, Delivery, DeliveryState, PlatformAccount
from issuance.rota import Rota
from journal import clock

if TYPE_CHECKING:
    from issuance.platforms.base import Platform, PlatformError

FIRST_PAUSE = 5  # seconds; doubled with every try
LONGEST_PAUSE = 3600  # also where a platform asks for longer: then the limiter holds the rows back
MOST_TRIES = 15
SHORTEST_LEASE = 10.0
CUT_OFF = "The worker stopped before the answer came. The platform is asked before anything is sent again."


@dataclass(eq=False)
class Held:
    """One row that a worker has claimed, with the attempt recorded for it.

    `last_sent_at` is when an earlier attempt left. After `latest_start` (of this machine's steady clock) nothing may
    be sent any more, because another worker may have the row by the time the call ends.
    """

    delivery: Delivery
    attempt: Attempt
    latest_start: float
    last_sent_at: dt.datetime | None = None


def due(account: PlatformAccount) -> QuerySet[Delivery]:
    """What may be sent now: queued and due, or left behind by a worker whose lease ran out."""
    now = clock.now()
    left_behind = Q(state=DeliveryState.SENDING, claimed_until__lt=now)
    return Delivery.objects.filter(
        Q(state=DeliveryState.QUEUED, due_at__lte=now) | left_behind, account=account
    )


def call_seconds(platform: Platform) -> float:
    """The longest that a call with all its requests can take."""
    return platform.requests_a_call * platform.account.longest_call_seconds


def claim(platform: Platform, account: PlatformAccount, most: int, rota: Rota | None = None) -> list[Held]:
    """Due rows for up to `most` calls, requests in turn, so that a long one holds up no short one.

    Effects: a lease on each, an attempt row each; attempts that were cut off are closed and their rows asked about.
    """
    call, began, rota = call_seconds(platform), time.monotonic(), rota or Rota()
    lease = max(2 * call, SHORTEST_LEASE)
    with transaction.atomic():
        ids = _locked(due(account), rota, most, platform.batch_size)
        if not ids:
            rota.look_again()
            ids = _locked(due(account), rota, most, platform.batch_size)
        rows = _take(ids, dt.timedelta(seconds=lease)) if ids else []
        return _begun(rows, began + lease - call)


def _locked(rows: QuerySet[Delivery], rota: Rota, calls: int, size: int) -> list[uuid.UUID]:
    """The ids, locked against other workers until the lease is written.

    Each request gets as many calls as any other, a call being `size` rows; what one has no rows for goes to the others.
    """
    ids: list[uuid.UUID] = []
    requests = rota.next(rows, calls)
    while requests and calls > 0:
        share, asked = -(-calls // len(requests)), requests
        requests = []
        for key in asked[:calls]:
            wanted = min(share, calls) * size
            free = rows.filter(request_id=key).exclude(pk__in=ids).order_by("due_at")
            found = list(free.select_for_update(skip_locked=True).values_list("pk", flat=True)[:wanted])
            ids += found
            calls -= -(-len(found) // size)
            if len(found) == wanted:
                requests.append(key)
            else:
                rota.nothing_of(key)
    return ids


def _take(ids: Collection[uuid.UUID], lease: dt.timedelta) -> list[Delivery]:
    """Write the lease; a row whose last attempt never ended is to be asked about first."""
    now, rows = clock.now(), Delivery.objects.filter(pk__in=ids)
    unended = Attempt.objects.filter(delivery__in=ids, ended_at__isnull=True)
    rows.filter(attempts__in=unended).update(ask_first=True)
    unended.update(ended_at=now, outcome="ambiguous", message=CUT_OFF)
    rows.update(
        state=DeliveryState.SENDING,
        claimed_until=now + lease,
        claim_token=uuid.uuid4(),
        tries=F("tries") + 1,
    )
    return list(rows.select_related("award").order_by("due_at", "created_at"))


def _begun(rows: Sequence[Delivery], latest_start: float) -> list[Held]:
    """An attempt for each row, numbered on, and when an earlier one left."""
    earlier = Attempt.objects.filter(delivery__in=rows).values("delivery")
    counted = earlier.annotate(last=Max("number"), sent=Max("started_at", filter=Q(asked=False)))
    known = {row["delivery"]: row for row in counted}
    attempts = Attempt.objects.bulk_create(
        Attempt(
            delivery=row,
            number=known.get(row.pk, {"last": 0})["last"] + 1,
            asked=row.ask_first,
            started_at=clock.now(),
        )
        for row in rows
    )
    return [
        Held(row, attempt, latest_start, known.get(row.pk, {"sent": None})["sent"])
        for row, attempt in zip(rows, attempts, strict=True)
    ]


@transaction.atomic
def give_back(held: Sequence[Held], *, wait: float = 0, error: PlatformError | None = None) -> None:
    """Rows that never left return to the queue: no try, no attempt, due again after `wait` seconds."""
    Attempt.objects.filter(pk__in=[h.attempt.pk for h in held]).delete()
    for token in {h.delivery.claim_token for h in held}:
        mine = [h.delivery.pk for h in held if h.delivery.claim_token == token]
        Delivery.objects.filter(pk__in=mine, claim_token=token).update(
            state=DeliveryState.QUEUED,
            claim_token=None,
            claimed_until=None,
            tries=F("tries") - 1,
            due_at=clock.now() + dt.timedelta(seconds=min(wait, LONGEST_PAUSE)),
            cause=error.code if error else "",
            message=error.message if error else "",
        )


@transaction.atomic
def drop(held: Sequence[Held], message: str) -> None:
    """Rows that never left and are not to leave any more."""
    give_back(held)
    rows = Delivery.objects.filter(pk__in=[h.delivery.pk for h in held], state=DeliveryState.QUEUED)
    rows.update(state=DeliveryState.CANCELLED, message=message, settled_at=clock.now())


def hold_up(rows: QuerySet[Delivery], error: PlatformError) -> int:
    """What no row of these can get past (the account, the badge template): they wait, for a person if it is for good."""
    now = clock.now()
    queued = rows.filter(state=DeliveryState.QUEUED)
    if error.permanent:
        return queued.update(
            state=DeliveryState.NEEDS_PERSON, cause=error.code, message=error.message, settled_at=now
        )
    later = now + dt.timedelta(seconds=min(max(error.retry_after or 0, 60), LONGEST_PAUSE))
    return queued.update(due_at=later, cause=error.code, message=error.message)


def pause(tries: int) -> float:
    """Seconds before the next try: doubled each time, with jitter so that rows do not come back together."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(tries, 12))
    return random.uniform(longest / 2, longest)  # noqa: S311  (jitter, not a secret)
