"""The lane of one platform account: claims due deliveries, sends them on a few threads, records how each ended.

The main thread alone touches the database; the threads only talk to the platform. No transaction is open during a call.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from django.conf import settings

from issuance import awarding, leases, limiter
from issuance.models import Attempt, Delivery, PlatformAccount
from issuance.outgoing import outgoing, template_id
from issuance.platforms import registry
from issuance.platforms.base import Outcome, Outgoing, Platform, PlatformError
from journal import clock

Result = Outcome | PlatformError | None
LONGEST_NAP = 5.0  # seconds waited for the limiter before the lane ends and the sweep starts it again
IDLE_ROUNDS = 1


@dataclass
class Lane:
    """One run over one account. `running` maps each call under way to the rows it carries."""

    account: PlatformAccount
    platform: Platform
    threads: int
    ready: list[list[Delivery]] = field(default_factory=list)
    running: dict[Future[list[Result]], list[tuple[Delivery, Attempt]]] = field(default_factory=dict)
    requests: set[uuid.UUID] = field(default_factory=set)
    stopped: PlatformError | None = None
    sent: int = 0


def run(account_id: str) -> int:
    """Send what is due; returns how many calls' rows were settled. Ends when nothing is due or nothing may be sent."""
    account = PlatformAccount.objects.select_related("institution").get(pk=account_id, active=True)
    try:
        platform = registry.connect(account.platform, account.name)
    except PlatformError as error:
        _needs_person(account, error)
        return 0
    lane = Lane(account, platform, settings.LANE_THREADS)
    with ThreadPoolExecutor(lane.threads, thread_name_prefix="lane") as pool:
        while _fill(lane, pool) or lane.running:
            _collect(lane)
    _give_back(lane)
    for request_id in lane.requests:
        awarding.finish_request(request_id)
    return lane.sent


def _fill(lane: Lane, pool: ThreadPoolExecutor) -> bool:
    """Keep every thread busy and one call waiting behind it; False when there is nothing (more) to start."""
    started = False
    while lane.stopped is None and len(lane.running) < lane.threads + 2:
        if not lane.ready:
            lane.ready = _load(lane)
        if not lane.ready or not _may_send(lane):
            break
        _start(lane, pool, lane.ready.pop(0))
        started = True
    return started


def _load(lane: Lane) -> list[list[Delivery]]:
    """Claim rows for the next calls and group them: one a call, or a batch of one template where the platform takes them."""
    size = lane.platform.batch_size
    rows = leases.claim(lane.account, lane.threads * 2 * size)
    lane.requests |= {row.request_id for row in rows if row.request_id}
    singles = [[row] for row in rows if size == 1 or row.ask_first or row.act != "issue"]
    batches: dict[uuid.UUID, list[Delivery]] = {}
    for row in rows:
        if size > 1 and not row.ask_first and row.act == "issue":
            batches.setdefault(row.award.version_id, []).append(row)
    cut = [group[i : i + size] for group in batches.values() for i in range(0, len(group), size)]
    return singles + cut


def _may_send(lane: Lane) -> bool:
    """Take a place from the limiter; waits a little while calls are idle, else gives up until the sweep comes."""
    try:
        seconds = limiter.acquire(lane.platform, 1)
    except PlatformError as error:
        lane.stopped = error
        return False
    if seconds is None:
        return True
    if lane.running:
        return False  # results come in meanwhile
    if seconds <= LONGEST_NAP:
        time.sleep(seconds)
        return _may_send(lane)
    lane.stopped = PlatformError("The platform's limit is reached; sending goes on by itself.", False, retry_after=seconds)
    return False


def _start(lane: Lane, pool: ThreadPoolExecutor, rows: list[Delivery]) -> None:
    """Record the attempts, then hand the call to a thread. A template that cannot be had settles the rows at once."""
    attempts = leases.begin(rows)
    pairs = [(row, attempts[row.pk]) for row in rows]
    try:
        template = template_id(lane.platform, lane.account, rows[0].award.version)
    except PlatformError as error:
        _settle(lane, pairs, [error] * len(rows))
        return
    call = _call(lane.platform, rows, [outgoing(row, template) for row in rows])
    lane.running[pool.submit(call)] = pairs


def _call(platform: Platform, rows: Sequence[Delivery], values: Sequence[Outgoing]) -> Callable[[], list[Result]]:
    """The one request of these rows, as a function that returns a result for each and never raises."""
    row, value = rows[0], values[0]
    remote_id, reason, ask, act = row.remote_id, row.award.revocation_reason, row.ask_first, row.act

    def call() -> list[Result]:
        try:
            if act == "revoke":
                return [platform.revoke(value, remote_id, reason)]
            if ask:
                return [platform.find(value, paid=True)]
            if len(values) > 1:
                return list(platform.send_batch(values, paid=True))
            return [platform.send(value, paid=True)]
        except PlatformError as error:
            return [error] * len(values)

    return call


def _collect(lane: Lane) -> None:
    """Wait for at least one call and write down how its rows ended."""
    if not lane.running:
        return
    done, _ = wait(lane.running, return_when=FIRST_COMPLETED)
    for future in done:
        pairs = lane.running.pop(future)
        _settle(lane, pairs, future.result())


def _settle(lane: Lane, pairs: Sequence[tuple[Delivery, Attempt]], results: Sequence[Result]) -> None:
    for (row, attempt), result in zip(pairs, results, strict=True):
        if isinstance(result, PlatformError) and result.account_wide:
            lane.stopped = result
        leases.settle(row, attempt, _believed(lane.platform, row, result))
        lane.sent += 1


def _believed(platform: Platform, row: Delivery, result: Result) -> Result:
    """"Not there" is believed only once the platform's index had the time to show it."""
    if result is not None:
        return result
    last = row.attempts.filter(outcome="ambiguous").order_by("-number").first()
    lag = platform.index_lag_seconds
    if last and last.ended_at and (clock.now() - last.ended_at).total_seconds() < lag:
        text = "The platform does not show it yet; it is asked again before anything is sent."
        return PlatformError(text, False, retry_after=lag, ambiguous=True)
    return None


def _give_back(lane: Lane) -> None:
    """Rows that were claimed and not sent return to the queue; they had no try."""
    error = lane.stopped
    for rows in lane.ready:
        leases.release(
            rows,
            (error.retry_after or leases.FIRST_PAUSE) if error else 0,
            error.code if error else "",
            error.message if error else "",
        )
    if error and error.account_wide and error.permanent:
        _needs_person(lane.account, error)


def _needs_person(account: PlatformAccount, error: PlatformError) -> None:
    """The account itself cannot be used: every waiting row says why, and waits for a person."""
    rows = leases.due(account)
    rows.filter(state="queued").update(
        state="needs_person", cause=error.code, message=error.message, settled_at=clock.now()
    )
