"""The lane of one platform account: claims due deliveries, sends them on a few threads, records how each ended.

The main thread alone touches the database; the threads only talk to the platform. No transaction is open during a call.
A thread that is free gets the next call, which stands ready, before the results that came in are written down.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from django.conf import settings

from issuance import awarding, calls, leases, limiter, settling
from issuance.leases import Held
from issuance.models import PlatformAccount
from issuance.outgoing import Templates
from issuance.platforms import registry
from issuance.platforms.base import Platform, PlatformError
from issuance.settling import NotShownYet, Result
from journal import clock

LONGEST_NAP = 12.0  # seconds slept for the limiter, a little longer than it takes the sweep to come by again
TROUBLE_PAUSE = 15.0  # seconds that an account rests when nothing gets through
LIMIT_REACHED = "The platform's limit is reached; sending goes on by itself."
TROUBLE = "Nothing gets through to the platform; sending goes on by itself."


@dataclass
class Lane:
    """One run over one account. `ready` are calls that wait for a free thread, `running` those under way."""

    account: PlatformAccount
    platform: Platform
    templates: Templates
    threads: int
    stop_at: float
    ready: list[list[Held]] = field(default_factory=list)
    running: dict[Future[list[Result]], list[Held]] = field(default_factory=dict)
    requests: set[uuid.UUID] = field(default_factory=set)
    stopped: PlatformError | None = None
    place: bool = False  # taken from the limiter and not used yet
    trouble: int = 0  # calls in a row that did not get through
    settled: int = 0

    @property
    def open(self) -> bool:
        """Whether further calls may be started."""
        return self.stopped is None and time.monotonic() < self.stop_at


def run(account_id: str, seconds: float | None = None) -> int:
    """Send what is due, for at most `seconds`; returns how many rows were settled.

    Ends when nothing is due or nothing may be sent now. What was claimed and did not leave is given back.
    """
    account = PlatformAccount.objects.select_related("institution").get(pk=account_id)
    if not account.active:
        return 0
    try:
        platform = registry.connect(account.platform, account.name)
    except PlatformError as error:
        leases.hold_up(leases.due(account), error)
        return 0
    stop_at = time.monotonic() + (seconds if seconds is not None else float("inf"))
    lane = Lane(account, platform, Templates(platform, account), settings.LANE_THREADS, stop_at)
    try:
        with ThreadPoolExecutor(lane.threads, thread_name_prefix="lane") as pool:
            while _start(lane, pool) or lane.running:
                _collect(lane, pool)
    finally:
        _give_back(lane)
    awarding.finish_requests(list(lane.requests))
    return lane.settled


def more_due(account_id: str) -> bool:
    """Whether the lane has something left to do now."""
    return leases.due(PlatformAccount.objects.get(pk=account_id)).exists()


def _start(lane: Lane, pool: ThreadPoolExecutor) -> bool:
    """Give each free thread a call; False when there is nothing (more) to start now."""
    started = False
    while lane.open and len(lane.running) < lane.threads:
        if not _has_place(lane):
            break
        if not lane.ready:
            _load(lane)
        if not lane.ready:
            break
        held = lane.ready.pop(0)
        lane.place = lane.place and calls.free(held)
        lane.running[pool.submit(calls.make(lane.platform, lane.templates, held))] = held
        started = True
    return started


def _has_place(lane: Lane) -> bool:
    """Take a place from the limiter; naps for it when no call is under way, else gives up until the sweep comes."""
    while not lane.place:
        try:
            seconds = limiter.acquire(lane.platform)
        except PlatformError as error:
            lane.stopped = error
            return False
        lane.place = seconds is None
        if seconds is None or lane.running:
            break  # without a place: results come in meanwhile
        if seconds > min(LONGEST_NAP, lane.stop_at - time.monotonic()):
            lane.stopped = PlatformError(
                LIMIT_REACHED, False, retry_after=seconds, account_wide=True, code="limit"
            )
            break
        time.sleep(seconds)
    return lane.place


def _load(lane: Lane) -> None:
    """Claim rows for the next calls: one a call, or a batch of one template where the platform takes them."""
    size = lane.platform.batch_size
    held = leases.claim(lane.platform, lane.account, lane.threads * size)
    lane.requests |= {h.delivery.request_id for h in held if h.delivery.request_id}
    together: dict[uuid.UUID, list[Held]] = {}
    for h in _sendable(lane, held):
        if size > 1 and calls.kind_of(h.delivery) == "send":
            together.setdefault(h.delivery.award.version_id, []).append(h)
        else:
            lane.ready.append([h])
    for group in together.values():
        lane.ready += [group[i : i + size] for i in range(0, len(group), size)]


def _sendable(lane: Lane, held: Sequence[Held]) -> list[Held]:
    """The rows whose badge template is there and whose award stands; the others wait, or are cancelled."""
    versions = {h.delivery.award.version_id for h in held}
    problems = {v: problem for v in versions if (problem := lane.templates.problem(v))}
    for version, problem in problems.items():
        leases.give_back([h for h in held if h.delivery.award.version_id == version], error=problem)
        if problem.account_wide:
            lane.stopped = problem
        else:
            leases.hold_up(leases.due(lane.account).filter(award__version=version), problem)
    there = [h for h in held if h.delivery.award.version_id not in problems]
    gone = [h for h in there if h.delivery.award.revoked_at and calls.kind_of(h.delivery) == "send"]
    if gone:
        leases.drop(gone, settling.REVOKED)
    return [h for h in there if h not in gone]


def _collect(lane: Lane, pool: ThreadPoolExecutor) -> None:
    """Wait for at least one call; start the next ones, then write down how the rows of the finished ones ended."""
    if not lane.running:
        return
    done, _ = wait(lane.running, return_when=FIRST_COMPLETED)
    pairs = [(lane.running.pop(future), future.result()) for future in done]
    for _, results in pairs:
        _watch(lane, results)
    _start(lane, pool)
    ended = [
        (h, _believed(lane.platform, h, result))
        for held, results in pairs
        for h, result in zip(held, results, strict=True)
    ]
    lane.settled += settling.settle(ended)


def _watch(lane: Lane, results: Iterable[Result]) -> None:
    """Stop at what every further call would meet too."""
    for result in results:
        if not isinstance(result, PlatformError) or result.permanent:
            lane.trouble = 0
        else:
            lane.trouble += 1
        if isinstance(result, PlatformError) and result.account_wide:
            lane.stopped = result
    if lane.trouble >= 2 * lane.threads and lane.stopped is None:
        lane.platform.gate.pause(TROUBLE_PAUSE)
        lane.stopped = PlatformError(TROUBLE, False, retry_after=TROUBLE_PAUSE, code="unreachable")


def _believed(platform: Platform, held: Held, result: Result) -> Result:
    """ "Not there" is believed only once the call before is over for sure and the platform's index had time to show it."""
    if result is not None or not held.delivery.ask_first:
        return result
    last = held.delivery.attempts.filter(outcome="ambiguous", asked=False).order_by("-number").first()
    lag = platform.index_lag_seconds + leases.call_seconds(platform)
    if last is None or last.ended_at is None:
        return None
    left = lag - (clock.now() - last.ended_at).total_seconds()
    return NotShownYet(left) if left > 0 else None


def _give_back(lane: Lane) -> None:
    """Rows that were claimed and did not leave return to the queue; what no row can get past is written on all."""
    error = lane.stopped
    waiting = [h for held in lane.ready for h in held]
    if waiting:
        leases.give_back(waiting, wait=(error.retry_after or leases.FIRST_PAUSE) if error else 0, error=error)
    if error and error.account_wide and error.permanent:
        leases.hold_up(leases.due(lane.account), error)
