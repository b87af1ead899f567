"""One limit for all workers: how many requests may leave for a platform, counted in Redis.

A moving window (library `limits`) for each platform host and outgoing address, timed by the Redis server so
that several machines agree. Nothing here sleeps: the answer is "go" or "come back in so many seconds".

Three rules keep us under the limit whatever happens to Redis:
- away: LimiterUnavailable, and nothing is sent;
- flushed, new, restarted or replaced: without the start mark of this very server nobody knows what left a moment
  ago (a restart may bring back an old copy), so it waits one whole window;
- the platform said 429: `pause` holds every worker back.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, TypeVar

from django.conf import settings
from limits import RateLimitItem, RateLimitItemPerSecond
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis.exceptions import RedisError

from issuance.platforms.failures import PlatformError, Throttled
from issuance.platforms.values import Account

log = logging.getLogger(__name__)

PREFIX = "imprimatur:limit"
# Requests do not arrive as they left: a slow one and a fast one may meet in one window at the platform.
MARGIN_SECONDS = 1
SHORTEST_WAIT = 0.05

T = TypeVar("T")
Server = dict[str, Any]  # what INFO says of it


class HasAccount(Protocol):
    """Whatever sends for an account: a Platform."""

    account: Account


class LimiterUnavailable(PlatformError):
    """Redis is away: nothing was sent, and nothing may be."""

    def __init__(self) -> None:
        super().__init__(
            "Redis is away, so the platform's limit cannot be kept and nothing is sent. It goes on by itself.",
            False,
            retry_after=5,
            account_wide=True,
            code="limiter_away",
        )


class ServerClockStorage(RedisStorage):
    """The library's storage, timed by the Redis server instead of by each worker's own clock."""

    def now(self) -> float:
        """The server's time in seconds."""
        client: Any = self.get_connection()
        seconds, micros = client.time()
        return float(seconds) + float(micros) / 1_000_000

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Take `amount` entries if the window ending now has room for them."""
        keys = [self.prefixed_key(key)]
        return bool(self.lua_acquire_moving_window(keys, [self.now(), limit, expiry, amount]))

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """When the oldest entry of the window was made, and how many there are."""
        now = self.now()
        window = self.lua_moving_window([self.prefixed_key(key)], [now - expiry, limit])
        return (float(window[0]), int(window[1])) if window else (now, 0)


@dataclass(frozen=True)
class Limiter:
    """The shared limiter on one Redis. Thread-safe; connections come from a pool."""

    storage: ServerClockStorage

    @classmethod
    def at(cls, url: str, *, prefix: str = PREFIX) -> "Limiter":
        """The limiter on the Redis at `url`; nothing is connected yet."""
        return cls(ServerClockStorage(url, key_prefix=prefix, socket_connect_timeout=1, socket_timeout=1))

    def acquire(self, platform: HasAccount, cost: int = 1) -> float | None:
        """None: `cost` requests are yours. A number: seconds until there may be room; nothing was taken.

        Raises LimiterUnavailable when Redis does not answer, ValueError when the limit can never give so many.
        """
        return self.take(platform.account, cost)

    def take(self, account: Account, cost: int = 1) -> float | None:
        """`acquire` for an account."""
        if any(cost > rate.amount for rate in account.rates):
            raise ValueError(f"{cost} requests at once are more than the limit of {account.platform}")
        return _guarded(lambda: self._acquire(account, cost))

    def pause(self, account: Account, seconds: float) -> None:
        """Hold everyone back for `seconds`; a shorter pause never cuts a longer one. Quiet without Redis."""
        try:
            _guarded(lambda: self._pause(account.limiter_key, seconds))
        except LimiterUnavailable:
            log.warning("limiter_pause_lost", extra={"seconds": seconds})

    def start(self, platform: HasAccount, *, seconds_ago: float = 0) -> None:
        """Set the start mark if there is none, so that the first window's wait begins now (or began before).

        A worker calls it when it starts. `seconds_ago` is for a Redis that is known to have been idle.
        """
        _guarded(lambda: self._start(platform.account.limiter_key, seconds_ago))

    def _acquire(self, account: Account, cost: int) -> float | None:
        key = account.limiter_key
        mark, wait = self._held_back(account)
        if wait:
            return wait
        strategy = MovingWindowRateLimiter(self.storage)
        for item in _items(account):
            if not strategy.hit(item, key, cost=cost):
                oldest = strategy.get_window_stats(item, key).reset_time
                return max(oldest - self.storage.now(), SHORTEST_WAIT)
        # Flushed between the first look and the hit: what left before is forgotten, so do not go.
        return None if self._client().get(self._name("start", key)) == mark else SHORTEST_WAIT

    def _held_back(self, account: Account) -> tuple[Any, float]:
        """The start mark, and how long it or a pause still holds everyone back (0: not at all)."""
        key, now = account.limiter_key, self.storage.now()
        with self._client().pipeline(transaction=False) as pipe:
            pipe.get(self._name("start", key))
            pipe.info("server")
            pipe.pttl(self._name("pause", key))
            pipe.getset(self._name("seen", key), repr(now))
            mark, server, paused, seen = pipe.execute()
        window = float(max((rate.seconds + MARGIN_SECONDS for rate in account.rates), default=0))
        started = _started(mark, server)
        if seen is not None and float(seen) > now + MARGIN_SECONDS:
            self._forget(account)  # the server's clock was set back: old entries would block for that long
            started = None
        if started is None:
            self._mark(key, server, now)
            return None, window
        return mark, max(started + window - now, paused / 1000, 0.0)

    def _start(self, key: str, seconds_ago: float) -> None:
        server = self._client().info("server")
        if _started(self._client().get(self._name("start", key)), server) is None:
            self._mark(key, server, self.storage.now() - seconds_ago)

    def _mark(self, key: str, server: Server, at: float) -> None:
        self._client().set(self._name("start", key), f"{server.get('run_id', '')} {at!r}")

    def _forget(self, account: Account) -> None:
        key = account.limiter_key
        windows = [self.storage.prefixed_key(item.key_for(key)) for item in _items(account)]
        self._client().delete(self._name("start", key), *windows)

    def _pause(self, key: str, seconds: float) -> None:
        name, milliseconds = self._name("pause", key), max(int(seconds * 1000), 1)
        if self._client().pttl(name) < milliseconds:
            self._client().set(name, "1", px=milliseconds)

    def _name(self, kind: str, key: str) -> str:
        return self.storage.prefixed_key(f"{kind}:{key}")

    def _client(self) -> Any:
        return self.storage.get_connection()


@dataclass(frozen=True)
class LimiterGate:
    """A `Gate` for one account, on the given limiter or on that of the settings."""

    account: Account
    limiter: Limiter | None = None

    def pay(self, cost: int) -> None:
        """Take `cost` requests, or raise Throttled with the wait."""
        wait = (self.limiter or current()).take(self.account, cost)
        if wait is not None:
            raise Throttled(self.account.label, wait)

    def pause(self, seconds: float) -> None:
        """Hold every worker of this account back."""
        (self.limiter or current()).pause(self.account, seconds)


def _started(mark: bytes | None, server: Server) -> float | None:
    """When this very server was first used, by its mark; None when the mark is missing or another server's."""
    run_id, _, at = (mark or b"").decode().partition(" ")
    return float(at) if at and run_id == server.get("run_id", "") else None


def _items(account: Account) -> list[RateLimitItem]:
    return [RateLimitItemPerSecond(rate.amount, rate.seconds + MARGIN_SECONDS) for rate in account.rates]


def _guarded(call: Callable[[], T]) -> T:
    try:
        return call()
    except (RedisError, OSError) as error:
        raise LimiterUnavailable from error


@cache
def shared(url: str) -> Limiter:
    """The limiter on that Redis, one a process."""
    return Limiter.at(url)


def current() -> Limiter:
    """The limiter on the Redis of the settings."""
    return shared(settings.REDIS_URL)


def acquire(platform: HasAccount, cost: int = 1) -> float | None:
    """`Limiter.acquire` on the Redis of the settings."""
    return current().acquire(platform, cost)


def gate(account: Account) -> LimiterGate:
    """The gate for an account on the Redis of the settings, looked up at each request."""
    return LimiterGate(account)
