"""The lane of one platform account: claims due deliveries, sends them on a few threads, records how each ended.

The main thread alone touches the database; the threads only talk to the platform, and each takes its place from the
shared limiter just before it sends. As many calls as there are threads stand ready behind those under way, so that no
thread waits for the database. No transaction is open during a call.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from django.conf import settings

from issuance import calls, finishing, leases, settling
from issuance.leases import Held
from issuance.models import Delivery, PlatformAccount
from issuance.outgoing import Templates
from issuance.platforms import registry
from issuance.platforms.base import Platform, PlatformError, Throttled
from issuance.settling import NotShownYet, Result
from journal import clock

LONGEST_NAP = 12.0  # seconds slept for the limiter, a little longer than it takes the sweep to come by again
TROUBLE_PAUSE = 15.0  # seconds that an account rests when nothing gets through
SUSPENDED = PlatformError(
    "The award is suspended; it is sent once it is reinstated.", False, code="suspended"
)
OLDER_FIRST = PlatformError("It is sent once the older one is withdrawn there.", False, code="older_first")
OLDER_PAUSE = 10.0
SUSPENDED_PAUSE = 3600.0  # reinstating wakes it at once
TROUBLE = "Nothing gets through to the platform; sending goes on by itself."


@dataclass
class Lane:
    """One run over one account. `running` maps each call that was handed to the threads to its rows."""

    account: PlatformAccount
    platform: Platform
    templates: Templates
    threads: int
    stop_at: float
    halt: calls.Halt = field(default_factory=calls.Halt)
    running: dict[Future[list[Result]], list[Held]] = field(default_factory=dict)
    requests: set[uuid.UUID] = field(default_factory=set)
    stopped: PlatformError | None = None
    trouble: int = 0  # results in a row that did not get through
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
    with ThreadPoolExecutor(lane.threads, thread_name_prefix="lane") as pool:
        try:
            while _fill(lane, pool) or lane.running or _nap(lane):
                _collect(lane)
        finally:
            _give_back(lane)
    finishing.finish_requests(list(lane.requests))
    return lane.settled


def more_due(account_id: str) -> bool:
    """Whether the lane has something left to do now."""
    return leases.due(PlatformAccount.objects.get(pk=account_id)).exists()


def _fill(lane: Lane, pool: ThreadPoolExecutor) -> bool:
    """Claim rows for as many calls as there are threads, once no more than that are left; False when nothing is due."""
    if not lane.open or len(lane.running) > lane.threads:
        return False
    found = _load(lane)
    for held in found:
        call = calls.make(lane.platform, lane.templates, held, lane.halt)
        lane.running[pool.submit(call)] = held
    return bool(found)


def _load(lane: Lane) -> list[list[Held]]:
    """Rows for the next calls: one a call, or a batch of one template where the platform takes them."""
    size = lane.platform.batch_size
    held = leases.claim(lane.platform, lane.account, lane.threads * size)
    lane.requests |= {h.delivery.request_id for h in held if h.delivery.request_id}
    singles: list[list[Held]] = []
    together: dict[uuid.UUID, list[Held]] = {}
    for h in _sendable(lane, held):
        if size > 1 and calls.kind_of(h.delivery) == "send":
            together.setdefault(h.delivery.award.version_id, []).append(h)
        else:
            singles.append([h])
    return singles + [g[i : i + size] for g in together.values() for i in range(0, len(g), size)]


def _sendable(lane: Lane, held: Sequence[Held]) -> list[Held]:
    """The rows whose badge template is there and whose award is in force; the others wait, or are cancelled."""
    versions = {h.delivery.award.version_id for h in held}
    problems = {v: problem for v in versions if (problem := lane.templates.problem(v))}
    for version, problem in problems.items():
        rows = [h for h in held if h.delivery.award.version_id == version]
        leases.give_back(rows, wait=problem.retry_after or 0, error=problem)
        if problem.account_wide:
            lane.stopped = problem
        else:
            leases.hold_up(leases.due(lane.account).filter(award__version=version), problem)
    there = [h for h in held if h.delivery.award.version_id not in problems]
    to_send = [h for h in there if calls.kind_of(h.delivery) == "send"]
    gone = [h for h in to_send if h.delivery.award.ended]
    if gone:
        leases.drop(gone, settling.REVOKED)
    held_up = _wait_for_their_award(lane, [h for h in to_send if h not in gone])
    return [h for h in there if h not in gone and h not in held_up]


def _wait_for_their_award(lane: Lane, held: Sequence[Held]) -> list[Held]:
    """Give back what waits: for the end of a suspension, or until what the award replaces is withdrawn there.

    A platform that holds the older one takes the newer for a duplicate.
    """
    suspended = [h for h in held if h.delivery.award.suspended_at]
    if suspended:
        leases.give_back(suspended, wait=SUSPENDED_PAUSE, error=SUSPENDED)
    older = Delivery.objects.to_withdraw().filter(account=lane.account)
    replaced = set(
        older.filter(award__superseded_by__in=[h.delivery.award_id for h in held]).values_list(
            "award__superseded_by", flat=True
        )
    )
    too_early = [h for h in held if h.delivery.award_id in replaced and h not in suspended]
    if too_early:
        leases.give_back(too_early, wait=OLDER_PAUSE, error=OLDER_FIRST)
    return suspended + too_early


def _nap(lane: Lane) -> bool:
    """Sleep for the limiter when nothing is under way; False when the lane is to end (the sweep comes again)."""
    error = lane.stopped
    if not isinstance(error, Throttled) or error.retry_after is None:
        return False
    if error.retry_after > min(LONGEST_NAP, lane.stop_at - time.monotonic()):
        return False
    time.sleep(error.retry_after)
    lane.stopped, lane.halt = None, calls.Halt()
    return True


def _collect(lane: Lane) -> None:
    """Wait for at least one call and write down how the rows of those that finished ended."""
    if not lane.running:
        return
    done, _ = wait(lane.running, return_when=FIRST_COMPLETED)
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


def _watch(lane: Lane, results: Iterable[Result]) -> None:
    """Stop at what every further call would meet too."""
    for result in results:
        if not isinstance(result, PlatformError) or result.permanent:
            lane.trouble = 0
        elif not isinstance(result, settling.NEVER_LEFT):
            lane.trouble += 1
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
    """At the end: calls that did not start, and what no row of the account can get past."""
    lane.halt.set()
    _withdraw_ready(lane)
    error = lane.stopped
    if error and error.account_wide and error.permanent:
        leases.hold_up(leases.due(lane.account), error)
