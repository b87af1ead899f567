"""Deliveries are claimed for a while; a lease that ran out has an unknown end, so the platform is asked first.

The attempt is recorded together with the claim, before the call. What was claimed and never left is given back as if
it had not been claimed. Leases run by the clock of the database, which all workers share, and by each worker's own
steady clock; what is put off further than anything ever is was written by a clock that has been set back since.
"""

from __future__ import annotations

import datetime as dt
import random
import time
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Now

from issuance.models import Attempt, Delivery, DeliveryState, PlatformAccount
from issuance.reconciling import restoring
from issuance.sending.rota import Rota
from journal import clock

if TYPE_CHECKING:
    from issuance.platforms.base import Platform, PlatformError

FIRST_PAUSE = 5  # seconds; doubled with every try
LONGEST_PAUSE = 3600  # also where a platform asks for longer: then the limiter holds the rows back
MOST_TRIES = 15
SHORTEST_LEASE = 10.0
FURTHEST = dt.timedelta(hours=3)  # beyond the longest pause, the longest Retry-After and the longest lease
LATE = "late"  # the outcome of an attempt that arrived, as its worker learned after its lease was lost
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
    come = Q(due_at__lte=now) | Q(due_at__gt=now + FURTHEST)
    run_out = Q(claimed_until__lt=Now()) | Q(claimed_until__gt=Now() + FURTHEST)
    return Delivery.objects.filter(
        (Q(state=DeliveryState.QUEUED) & come) | (Q(state=DeliveryState.SENDING) & run_out), account=account
    )


def call_seconds(platform: Platform) -> float:
    """The longest that a call with all its requests can take."""
    return platform.requests_a_call * platform.account.longest_call_seconds


def lease_seconds(platform: Platform) -> float:
    """How long a claim holds; whoever claimed it has nothing under way any more after that."""
    return max(2 * call_seconds(platform), SHORTEST_LEASE)


def claim(platform: Platform, account: PlatformAccount, most: int, rota: Rota | None = None) -> list[Held]:
    """Due rows for up to `most` calls, requests in turn, so that a long one holds up no short one.

    Effects: a lease on each, an attempt row each; attempts that were cut off are closed and their rows asked about.
    """
    lease, began, rota = lease_seconds(platform), time.monotonic(), rota or Rota()
    with transaction.atomic():
        ids = _locked(due(account), rota, most, platform.batch_size)
        if not ids:
            rota.look_again()
            ids = _locked(due(account), rota, most, platform.batch_size)
        if not ids:
            return []
        rows = _take(ids, dt.timedelta(seconds=lease))
        held, claims = _begun(rows, began + lease - call_seconds(platform)), restoring.count(account)
    restoring.note(account, claims)
    return held


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
    rows = Delivery.objects.filter(pk__in=ids)
    unended = Attempt.objects.filter(delivery__in=ids, ended_at__isnull=True)
    rows.filter(attempts__in=unended).update(ask_first=True)
    unended.update(ended_at=Now(), outcome="ambiguous", message=CUT_OFF)
    rows.update(
        state=DeliveryState.SENDING,
        claimed_until=Now() + lease,
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


def seconds_of_doubt(platform: Platform, held: Held) -> float:
    """How long "not there" proves nothing about this row, by what was sent before; 0 when it may be believed.

    A call whose end a worker saw may still be worked on there for as long as a call takes; of one that was cut off,
    the worker may be alive and go on until its lease is over by its own clock.
    """
    lag, age = platform.index_lag_seconds, Now() - F("ended_at")
    sent = Attempt.objects.filter(delivery=held.delivery, asked=False).exclude(pk=held.attempt.pk)
    doubts = [0.0]
    for outcome, message, since in sent.annotate(age=age).values_list("outcome", "message", "age"):
        if outcome == LATE:
            doubts.append(max(lag, FIRST_PAUSE))
        elif outcome == "ambiguous":
            over = lease_seconds(platform) if message == CUT_OFF else call_seconds(platform)
            doubts.append(lag + over - since.total_seconds())
    return max(doubts)


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
    later = now + dt.timedelta(
        seconds=min(max(error.retry_after or 0, min(60, settings.LANE_LONGEST_PAUSE)), LONGEST_PAUSE)
    )
    return queued.update(due_at=later, cause=error.code, message=error.message)


def pause(tries: int) -> float:
    """Seconds before the next try: doubled each time, with jitter so that rows do not come back together."""
    longest = min(settings.LANE_LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(tries, 12))
    return random.uniform(longest / 2, longest)  # noqa: S311  (jitter, not a secret)
