"""How calls ended is written down under the claim's token only: the next state of each delivery, in words."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from issuance.models import BRINGING, UNDER_WAY, Attempt, Delivery, DeliveryState, columns
from issuance.platforms.base import Outcome, PlatformError, Throttled
from issuance.sending.leases import LATE, LONGEST_PAUSE, MOST_TRIES, Held, pause
from issuance.sending.limiter import LimiterUnavailable
from journal import clock

# None is the platform's answer "I do not hold it", which is believed.
Result = Outcome | PlatformError | None
Ended = tuple[Held, Result]


class NotShownYet(PlatformError):
    """The platform does not show it, but may yet: asked again after `retry_after` seconds, before anything is sent."""

    def __init__(self, wait: float) -> None:
        text = "The platform does not show it yet; it is asked again before anything is sent."
        super().__init__(text, False, retry_after=wait, code="timeout")


NEVER_LEFT = (Throttled, LimiterUnavailable)
HELD = {"delivered", "accepted", "rejected", "unpublished"}
WRITTEN = {
    "state": "text", "due_at": "timestamptz", "tries": "smallint", "ask_first": "boolean", "remote_id": "text",
    "remote_url": "text", "claim_url": "text", "cause": "text", "message": "text", "settled_at": "timestamptz",
}  # fmt: skip
REVOKED = "The award was revoked or replaced before it was sent."
# What a platform says of a badge that it holds, and from which states of ours that is a step forward.
FORWARD = {
    "accepted": (DeliveryState.DELIVERED,),
    "rejected": (DeliveryState.DELIVERED,),
    "delivered": (DeliveryState.UNPUBLISHED,),
}


def settle(ended: Sequence[Ended]) -> int:
    """Write how these calls ended; returns for how many rows, leaving out those whose lease was lost meanwhile.

    Effects: attempts closed (or removed, where nothing left), deliveries in their next state, and for an award that
    was revoked or replaced while its delivery was under way a delivery that withdraws it.
    """
    try:
        return _settle(ended)
    except IntegrityError:  # another worker wrote the same remote id a moment ago: now it shows
        return _settle(ended)


@transaction.atomic
def _settle(ended: Sequence[Ended]) -> int:
    ids = [held.delivery.pk for held, _ in ended]
    locked = Delivery.objects.select_for_update(of=("self",)).select_related("award").defer("award__document")
    rows = locked.order_by("pk").in_bulk(ids)
    taken = _taken(ended, rows)
    mine: list[Delivery] = []
    for held, result in ended:
        row = rows[held.delivery.pk]
        in_time = row.claim_token == held.delivery.claim_token
        _close(held.attempt, result, in_time)
        if in_time:
            _apply(row, result, taken)
            row.claim_token = row.claimed_until = None
            mine.append(row)
    _write(ended, mine)
    withdraw(mine)
    return len(mine)


def _taken(ended: Sequence[Ended], rows: dict[uuid.UUID, Delivery]) -> dict[str, uuid.UUID]:
    """Which delivery each remote id among the results stands for already."""
    found = {r.remote_id for _, r in ended if isinstance(r, Outcome) and r.remote_id}
    account = next(iter(rows.values())).account_id if rows else None
    known = Delivery.objects.filter(account=account, act="issue", remote_id__in=found)
    return dict(known.values_list("remote_id", "pk"))


def _close(attempt: Attempt, result: Result, in_time: bool) -> None:
    """Out of time only the attempt is written: whoever has the row now asks, and does not believe that nothing arrived."""
    attempt.outcome, attempt.message = words(result)
    if not in_time and isinstance(result, Outcome):
        attempt.outcome = LATE


def _write(ended: Sequence[Ended], mine: Sequence[Delivery]) -> None:
    """Attempts and deliveries, in a statement each. Of calls that never left nothing remains."""
    never_left = [held.attempt.pk for held, result in ended if isinstance(result, NEVER_LEFT)]
    if never_left:
        Attempt.objects.filter(pk__in=never_left).delete()
    closed = [held.attempt for held, result in ended if not isinstance(result, NEVER_LEFT)]
    # By the database's clock: another worker counts from it.
    columns.write(closed, {"outcome": "text", "message": "text"}, also="ended_at = statement_timestamp()")
    columns.write(mine, WRITTEN, also="claim_token = NULL, claimed_until = NULL")


def words(result: Result) -> tuple[str, str]:
    """An attempt's outcome and its words."""
    if result is None:
        return "absent", "The platform does not hold it; it may be sent."
    if isinstance(result, PlatformError):
        kind = "permanent" if result.permanent else "ambiguous" if result.ambiguous else "temporary"
        return kind, result.message
    return ("found" if result.adopted else result.state), result.detail


def _apply(row: Delivery, result: Result, taken: dict[str, uuid.UUID]) -> None:
    """The delivery's next state."""
    if isinstance(result, PlatformError):
        _apply_error(row, result)
    elif result is None:
        _apply_absent(row)
    elif row.act == "issue" and taken.setdefault(result.remote_id, row.pk) != row.pk:
        _apply_error(row, _someone_elses(result))
    else:
        _apply_outcome(row, result)


def _apply_outcome(row: Delivery, outcome: Outcome) -> None:
    row.state = DeliveryState(outcome.state) if outcome.state in HELD else DeliveryState.DELIVERED
    row.remote_id, row.remote_url, row.claim_url = outcome.remote_id, outcome.remote_url, outcome.claim_url
    row.cause, row.message, row.ask_first = "", outcome.detail, False
    if row.state == DeliveryState.UNPUBLISHED:
        row.cause = "unpublished"
    row.settled_at = clock.now()


def _apply_absent(row: Delivery) -> None:
    """Not there, so it may be sent; but not an award that was revoked or replaced meanwhile."""
    row.ask_first, row.cause, row.message = False, "", ""
    if row.award.ended:
        row.state, row.message, row.settled_at = DeliveryState.CANCELLED, REVOKED, clock.now()
    else:
        row.state, row.due_at = DeliveryState.QUEUED, clock.now()


def _apply_error(row: Delivery, error: PlatformError) -> None:
    row.cause, row.message = error.code, error.message
    row.ask_first = row.ask_first or error.ambiguous
    left = not isinstance(error, NEVER_LEFT)
    if not left:
        row.tries -= 1
    if error.permanent or row.tries >= MOST_TRIES:
        row.state, row.settled_at = DeliveryState.NEEDS_PERSON, clock.now()
        return
    backs_off = left and not isinstance(error, NotShownYet)
    wait = max(pause(row.tries) if backs_off else 0, min(error.retry_after or 0, LONGEST_PAUSE))
    row.state, row.due_at = DeliveryState.QUEUED, clock.now() + dt.timedelta(seconds=wait)


def _someone_elses(outcome: Outcome) -> PlatformError:
    message = (
        f"The platform answered with the badge {outcome.remote_id}, which stands for another award of ours. "
        "Look at both there; then cancel this delivery, or correct it there and send it again."
    )
    return PlatformError(message, True, code="duplicate")


def withdraw(rows: Sequence[Delivery]) -> None:
    """What is there although its award was revoked or replaced meanwhile is withdrawn."""
    now = clock.now()
    brought = [r for r in rows if r.act in BRINGING and r.remote_id and r.award.ended]
    # What is to take another's place has that one's id until it has its own.
    there = [r for r in brought if r.act == "issue" or r.state not in UNDER_WAY]
    Delivery.objects.bulk_create((withdrawal(row, now) for row in there), ignore_conflicts=True)


def withdrawal(issued: Delivery, now: dt.datetime) -> Delivery:
    """The delivery that withdraws at the platform what another one brought there; not saved."""
    return Delivery(
        award=issued.award,
        account_id=issued.account_id,
        act="revoke",
        request_id=issued.request_id,
        remote_id=issued.remote_id,
        due_at=now,
        created_at=now,
    )


def advance(rows: QuerySet[Delivery], outcome: Outcome) -> int:
    """Write what a platform says of a badge that it holds, as polled or told by a webhook; returns for how many rows.

    Matched by the platform's own id; only a step forward is written, so that old news and repeats change nothing.
    """
    forward = rows.filter(remote_id=outcome.remote_id, state__in=FORWARD.get(outcome.state, ()))
    return forward.update(
        state=outcome.state, remote_url=outcome.remote_url, claim_url=outcome.claim_url, cause="", message=""
    )
