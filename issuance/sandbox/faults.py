"""Faults on demand: what goes wrong with the next calls, and how many calls arrived in any window."""

import random
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

# before: nothing was done; after: it was done, but the caller does not learn it.
BEFORE = (
    "timeout_before",
    "reset_before",
    "429",
    "429_date",
    "429_no_header",
    "401",
    "404",
    "500",
    "502",
    "503",
)
AFTER = ("timeout_after", "reset_after", "502_after", "truncated", "not_json")
WITHIN = ("half_batch",)  # a batch is begun and not finished; any other call as if reset after it was done
# unnoticed: the answer is as it should be, but lists do not show it yet, or it was made and not published.
UNNOTICED = ("index_lag", "no_credits")
KINDS = (*BEFORE, *AFTER, *WITHIN, *UNNOTICED)
LAG_SECONDS = 1.0  # of the fault "index_lag" where `seconds` is not given
# What `mixture` leaves out: 404 would say that something is gone for good, and no platform says so at random.
UNLIKELY = ("404",)


@dataclass
class Fault:
    """What happens to `times` calls (None: to all) that match, each with `probability`."""

    kind: str
    platform: str = ""
    method: str = ""
    path: str = ""
    times: int | None = 1
    probability: float = 1.0
    seconds: float | None = None  # 30 for a time-out, 1 for a list that lags
    retry_after: str = "2"

    def __post_init__(self) -> None:
        """Refuses a kind that does not exist: a fault that never happens would prove nothing."""
        if self.kind not in KINDS:
            raise ValueError(f"no such fault: {self.kind}; there are {', '.join(KINDS)}")

    @property
    def held_seconds(self) -> float:
        """How long a time-out holds the caller."""
        return 30.0 if self.seconds is None else self.seconds

    @property
    def lag_seconds(self) -> float:
        """How long lists and searches do not show what this call makes."""
        return 0.0 if self.kind != "index_lag" else LAG_SECONDS if self.seconds is None else self.seconds

    def retry_header(self) -> dict[str, str]:
        """The Retry-After of a 429: in seconds, as a date, or none."""
        if self.kind == "429_no_header":
            return {}
        if self.kind == "429_date":
            at = datetime.now(UTC) + timedelta(seconds=float(self.retry_after))
            return {"Retry-After": format_datetime(at, usegmt=True)}
        return {"Retry-After": self.retry_after}

    def matches(self, platform: str, method: str, path: str) -> bool:
        """Whether a call is one that this fault is meant for."""
        return self.platform in ("", platform) and self.method in ("", method) and self.path in path


class Faults:
    """The faults that wait, in order. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []
        self._dice = random.Random(0)  # the same in every run
        self._taken: Counter[str] = Counter()

    def add(self, fault: Fault) -> None:
        """Queue a fault."""
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._waiting.clear()
            self._taken.clear()

    def taken(self) -> dict[str, int]:
        """How many calls met each kind."""
        with self._lock:
            return dict(self._taken)

    def take(self, platform: str, method: str, path: str) -> Fault | None:
        """The fault of this call, used up by it."""
        with self._lock:
            for fault in self._waiting:
                if not fault.matches(platform, method, path) or self._dice.random() >= fault.probability:
                    continue
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times < 1:
                        self._waiting.remove(fault)
                self._taken[fault.kind] += 1
                return fault
        return None


def mixture(share: float, **common: Any) -> list[Fault]:
    """Standing faults of every kind that comes and goes, equally likely: `share` of all calls break, and further ones
    go wrong unnoticed."""
    kinds = [kind for kind in KINDS if kind not in UNLIKELY]
    each = share / (len(kinds) - len(UNNOTICED))
    # They are asked one after another: what the earlier ones took is not there for the later ones.
    return [
        Fault(kind, times=None, probability=each / max(1 - number * each, each), **common)
        for number, kind in enumerate(kinds)
    ]


class Arrivals:
    """When calls arrived at one platform: for its limit, and for checking a limiter afterwards."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times: deque[float] = deque(maxlen=500_000)
        self._counted: deque[float] = deque()

    def note(self) -> None:
        """A call arrived."""
        with self._lock:
            self._times.append(time.monotonic())

    def room(self, amount: int, seconds: float) -> bool:
        """Count this call if fewer than `amount` were counted in the last `seconds`."""
        now = time.monotonic()
        with self._lock:
            while self._counted and self._counted[0] <= now - seconds:
                self._counted.popleft()
            if len(self._counted) >= amount:
                return False
            self._counted.append(now)
            return True

    def most_in(self, seconds: float) -> int:
        """The most calls that arrived within any window of that length."""
        with self._lock:
            times = list(self._times)
        most = first = 0
        for last, moment in enumerate(times):
            while times[first] <= moment - seconds:
                first += 1
            most = max(most, last - first + 1)
        return most

    def seconds(self) -> float:
        """From the first call to the last."""
        with self._lock:
            return self._times[-1] - self._times[0] if self._times else 0.0

    def count(self) -> int:
        """All calls since the last reset."""
        with self._lock:
            return len(self._times)

    def clear(self) -> None:
        """Forget all calls."""
        with self._lock:
            self._times.clear()
            self._counted.clear()
