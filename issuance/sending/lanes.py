"""The lane of one platform account: claims due deliveries, sends them on a few threads, records how each ended.

The main thread alone touches the database; the threads only talk to the platform, and each takes its place from the
shared limiter just before it sends. Some calls stand ready behind those under way, so that no thread waits for the
database. No transaction is open during a call.

A lane of a worker keeps its process no longer than others can spare it: once something else waits, it gives way and
queues up again. While there is more to send than it can, it asks for a further process; while the limit leaves no room,
one lane an account waits for it and the others end.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from django.conf import settings
from django.core.cache import cache

from issuance import finishing, wake
from issuance.models import PlatformAccount
from issuance.platforms import registry
from issuance.platforms.base import Platform, PlatformError, Throttled
from issuance.reconciling import restoring, sides
from issuance.sending import calls, leases, limiter, sendable, settling
from issuance.sending.leases import Held
from issuance.sending.outgoing import Templates
from issuance.sending.rota import Rota
from issuance.sending.settling import NotShownYet, Result

LONGEST_NAP = 12.0  # seconds slept for the limiter, a little longer than it takes the sweep to come by again
SPARE_NAP = (
    65.0  # the same where nobody else needs the process: longer than any window that a platform publishes
)
READY, READY_BATCHES = 3, 2  # calls under way and ready, for each thread
LINGER = 0.05  # seconds that an end waits for others, to be written down with them
LEAST_SECONDS = 2.0  # before a lane gives way
LOOK_EVERY = 0.5  # seconds between looks whether somebody waits
TROUBLE_PAUSE = 15.0  # seconds that an account rests when nothing gets through
RESTORED = PlatformError(restoring.WAITS, False, code="restored")
TROUBLE = "Nothing gets through to the platform; sending goes on by itself."


@dataclass
class Lane:
    """One run over one account. `running` maps each call that was handed to the threads to its rows.

    `spare` says whether nobody else needs this process; None where it is nobody's business (a command, a test).
    """

    account: PlatformAccount
    platform: Platform
    templates: Templates
    threads: int
    stop_at: float
    spare: Callable[[], bool] | None = None
    rota: Rota = field(default_factory=Rota)
    halt: calls.Halt = field(default_factory=calls.Halt)
    running: dict[Future[list[Result]], list[Held]] = field(default_factory=dict)
    requests: set[uuid.UUID] = field(default_factory=set)
    stopped: PlatformError | None = None
    trouble: int = 0  # calls in a row that did not get through
    settled: int = 0
    looks_at: float = field(default_factory=lambda: time.monotonic() + LEAST_SECONDS)

    @property
    def most(self) -> int:
        """Calls under way and ready."""
        return self.threads * (READY if self.platform.batch_size == 1 else READY_BATCHES)

    @property
    def time_is_up(self) -> bool:
        """Whether its time is over, or somebody else waits for the process."""
        now = time.monotonic()
        if self.spare and self.looks_at <= now < self.stop_at:
            self.looks_at = now + LOOK_EVERY
            # Of several lanes of the account one a second: a message needs one process.
            if not self.spare() and cache.add(f"lane-gives-way:{self.account.pk}", 1, 1):
                self.stop_at = now
        return now >= self.stop_at


def run(account_id: str, seconds: float | None = None) -> int:
    """Send what is due, for at most `seconds`; returns how many rows were settled.

    Ends when nothing is due or nothing may be sent now. What was claimed and did not leave is given back.
    """
    lane = _open(account_id, seconds)
    return _run(lane) if lane else 0


def take_turn(account_id: str, seconds: float) -> bool:
    """`run` in a worker: gives way to other work. Returns whether it ended for that or its time, with more to send."""
    lane = _open(account_id, seconds, lambda: not wake.others_wait(account_id))
    if lane is None:
        return False
    _run(lane)
    return lane.time_is_up and leases.due(lane.account).exists()


def _open(account_id: str, seconds: float | None, spare: Callable[[], bool] | None = None) -> Lane | None:
    """The lane of an account; None when it is not in use or not set up (then its rows say so)."""
    account = PlatformAccount.objects.select_related("institution").get(pk=account_id)
    if not account.active:
        return None
    if restoring.doubted(account):
        leases.hold_up(leases.due(account), RESTORED)
        return None
    sides.take_known(account)
    try:
        platform = registry.connect(account.platform, account.name)
    except PlatformError as error:
        leases.hold_up(leases.due(account), error)
        return None
    stop_at = time.monotonic() + (seconds if seconds is not None else float("inf"))
    return Lane(account, platform, Templates(platform, account), settings.LANE_THREADS, stop_at, spare)


def _run(lane: Lane) -> int:
    with (
        limiter.sending_for(lane.account.pk),
        ThreadPoolExecutor(lane.threads, thread_name_prefix="lane") as pool,
    ):
        try:
            while _fill(lane, pool) or lane.running or _nap(lane):
                _collect(lane)
        finally:
            _give_back(lane)
    finishing.finish_requests(list(lane.requests))
    return lane.settled


def _fill(lane: Lane, pool: ThreadPoolExecutor) -> bool:
    """Claim rows for further calls once each thread has at most one ready; False when nothing is due or may be sent."""
    if lane.stopped or len(lane.running) > lane.most - lane.threads or lane.time_is_up or not _room(lane):
        return False
    found = _load(lane, lane.most - len(lane.running))
    for held in found:
        call = calls.make(lane.platform, lane.templates, held, lane.halt)
        lane.running[pool.submit(call)] = held
    if len(lane.running) >= lane.most and lane.spare and lane.spare():
        wake.lane(lane.account.pk)
    return bool(found)


def _room(lane: Lane) -> bool:
    """Whether the limit has room, or will in a moment; rows are not claimed in vain."""
    try:
        seconds = limiter.current().look(lane.platform.account)
    except PlatformError as error:
        lane.stopped = error
    else:
        if seconds > calls.LONGEST_WAIT:
            lane.stopped = Throttled(lane.platform.label, seconds)
    return lane.stopped is None


def _load(lane: Lane, most: int) -> list[list[Held]]:
    """Rows for the next calls: one a call, or a batch of one template where the platform takes them."""
    size = lane.platform.batch_size
    held = leases.claim(lane.platform, lane.account, most, lane.rota)
    lane.requests |= {h.delivery.request_id for h in held if h.delivery.request_id}
    singles: list[list[Held]] = []
    together: dict[uuid.UUID, list[Held]] = {}
    for h in sendable.sort_out(lane, held):
        if size > 1 and calls.kind_of(h.delivery) == "send":
            together.setdefault(h.delivery.award.version_id, []).append(h)
        else:
            singles.append([h])
    return singles + [g[i : i + size] for g in together.values() for i in range(0, len(g), size)]


def _nap(lane: Lane) -> bool:
    """Wait for the limit while nothing is under way; False when the lane is to end (the sweep comes again)."""
    error = lane.stopped
    if not isinstance(error, Throttled) or error.retry_after is None:
        return False
    if not (
        _nap_spare(lane, lane.spare, error.retry_after) if lane.spare else _nap_alone(lane, error.retry_after)
    ):
        return False
    lane.stopped, lane.halt = None, calls.Halt()
    return True


def _nap_alone(lane: Lane, seconds: float) -> bool:
    if seconds > min(LONGEST_NAP, lane.stop_at - time.monotonic()):
        return False
    time.sleep(seconds)
    return True


def _nap_spare(lane: Lane, spare: Callable[[], bool], seconds: float) -> bool:
    """Sleep, also beyond the lane's time, for as long as nobody needs the process; whether it slept to the end.

    One lane an account does; the others end, and are called again once there is room.
    """
    name = f"lane-waits:{lane.account.pk}"
    if seconds > SPARE_NAP or not cache.add(name, 1, seconds + 5):
        return False
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0 and spare():
        time.sleep(min(left, LOOK_EVERY))
    cache.delete(name)
    if left > 0:
        lane.stop_at = time.monotonic()
    return left <= 0


def _collect(lane: Lane) -> None:
    """Wait for at least one call and write down how the rows of those that finished ended."""
    if not lane.running:
        return
    done, ready = wait(lane.running, return_when=FIRST_COMPLETED)
    if len(ready) > lane.threads:  # no thread is without work meanwhile
        done |= wait(ready, LINGER).done
    pairs = [(lane.running.pop(future), future.result()) for future in done]
    for _, results in pairs:
        _watch(lane, results)
    ended = [
        (h, _believed(lane.platform, h, result))
        for held, results in pairs
        for h, result in zip(held, results, strict=True)
    ]
    lane.settled += settling.settle(ended)
    if lane.stopped is not None:
        _withdraw_ready(lane)


def _watch(lane: Lane, results: Sequence[Result]) -> None:
    """Stop at what every further call would meet too. A batch that broke is one call that did."""
    if any(not isinstance(result, PlatformError) or result.permanent for result in results):
        lane.trouble = 0
    elif not all(isinstance(result, settling.NEVER_LEFT) for result in results):
        lane.trouble += 1
    for result in results:
        if isinstance(result, PlatformError) and result.account_wide:
            lane.stopped = max(lane.stopped, result, key=_gravity)
    if lane.trouble >= 2 * lane.threads and lane.stopped is None:
        lane.platform.gate.pause(TROUBLE_PAUSE)
        lane.stopped = PlatformError(TROUBLE, False, retry_after=TROUBLE_PAUSE, code="unreachable")
    if lane.stopped is not None:
        lane.halt.set()


def _gravity(error: PlatformError | None) -> tuple[bool, bool, float]:
    """What stops a lane for longest: for good, a fault of the platform, then the limit that leaves no room."""
    if error is None:
        return False, False, -1.0
    return error.permanent, not isinstance(error, settling.NEVER_LEFT), error.retry_after or 0.0


def _withdraw_ready(lane: Lane) -> None:
    """Calls that stand ready are not to start any more; their rows return to the queue as if never claimed."""
    ready = [future for future in lane.running if future.cancel()]
    held = [h for future in ready for h in lane.running.pop(future)]
    if held:
        error = lane.stopped
        leases.give_back(held, wait=(error.retry_after or leases.FIRST_PAUSE) if error else 0, error=error)


def _believed(platform: Platform, held: Held, result: Result) -> Result:
    """ "Not there" is believed only once every call before is over for sure and the platform's index had time to show
    it; never after one of which a worker learned, too late to write it down, that it arrived."""
    if result is not None or not held.delivery.ask_first:
        return result
    left = leases.seconds_of_doubt(platform, held)
    return NotShownYet(left) if left > 0 else None


def _give_back(lane: Lane) -> None:
    """At the end: calls that did not start, and what no row of the account can get past."""
    lane.halt.set()
    _withdraw_ready(lane)
    error = lane.stopped
    if error and error.account_wide and error.permanent:
        leases.hold_up(leases.due(lane.account), error)
