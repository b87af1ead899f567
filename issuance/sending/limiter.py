"""One limit for all workers: how many requests may leave for a platform, counted in Redis.

A moving window for each platform host and outgoing address, in one step on the server and by its clock
(`window.lua`), so that several machines agree. Nothing here sleeps unless it was told to be patient: the answer is
"go" or "come back in so many seconds".

Whatever happens to Redis, we stay under the limit:
- away: LimiterUnavailable, and nothing is sent;
- flushed, new, restarted, replaced, or its clock was moved: without the start mark of this very server nobody knows
  what left a moment ago (a restart may bring back an old copy), so it waits one whole window;
- the platform said 429: `pause` holds every worker back, and each worker remembers it in case Redis forgets.

Those who share a limit share it fairly: while one campus is refused for want of room, another that has had its part of
the window leaves what becomes free. Reading (polling, comparing) may take a tenth, so that it never holds up sending.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Protocol

import structlog
from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.retry import Retry

from issuance.platforms.failures import PlatformError, Throttled
from issuance.platforms.values import Account, Endpoint

log = structlog.get_logger(__name__)

PREFIX = "imprimatur:limit"
# Requests do not arrive as they left: a slow one and a fast one may meet in one window at the platform.
MARGIN_SECONDS = 1
LATE_SECONDS = (
    MARGIN_SECONDS / 2
)  # a place that took so long to get is not used: the request would arrive too late
SHORTEST_WAIT = 0.05
READING = 0.1  # of a limit, for whoever only reads
SENDING_PATIENCE = 1.0  # seconds
# Two clocks drift apart by so much of the time that passed, and an answer takes so long at most: by more, and somebody
# moved the server's clock.
DRIFT, JUMP_SECONDS = 0.001, 2.0
SCRIPT = Path(__file__).with_name("window.lua").read_text(encoding="utf-8")

monotonic = time.monotonic


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


@dataclass(frozen=True)
class Sender:
    """For whom requests leave, among those who share a limit.

    `portion` is the most of a limit that they may take, `patience` how many seconds a request may wait for its place.
    """

    who: str = ""
    portion: float = 1.0
    patience: float = 0.0


NOBODY = Sender()
_sender: ContextVar[Sender] = ContextVar("sender", default=NOBODY)


@contextmanager
def sending_for(who: object) -> Iterator[None]:
    """Requests inside leave for this account of a campus; each may wait a moment for its place."""
    with _as(Sender(str(who), patience=SENDING_PATIENCE)):
        yield


@contextmanager
def reading_for(who: object, *, patience: float) -> Iterator[None]:
    """Requests inside only ask: they take a small part of the limit and wait for their place, up to `patience` each."""
    with _as(Sender(f"{who} reading", READING, patience)):
        yield


@contextmanager
def _as(sender: Sender) -> Iterator[None]:
    token = _sender.set(sender)
    try:
        yield
    finally:
        _sender.reset(token)


@dataclass(frozen=True)
class Limiter:
    """The shared limiter on one Redis. Thread-safe; connections come from a pool.

    `moment` stands for the server's clock in tests. `_seen` keeps the server's time and ours when it last answered,
    `_pauses` until when the platform wants rest, by our steady clock.
    """

    client: Redis
    prefix: str = PREFIX
    moment: Callable[[], float] | None = None
    _seen: dict[str, tuple[float, float]] = field(default_factory=dict)
    _pauses: dict[str, float] = field(default_factory=dict)

    @classmethod
    def at(cls, url: str, *, prefix: str = PREFIX, moment: Callable[[], float] | None = None) -> Limiter:
        """The limiter on the Redis at `url`; nothing is connected yet."""
        # A connection of the pool may have died with the server that it led to; what takes long is not repeated.
        once_more = Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,))
        client = Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1, retry=once_more)
        return cls(client, prefix, moment)

    def acquire(self, platform: HasAccount, cost: int = 1) -> float | None:
        """None: `cost` requests are yours. A number: seconds until there may be room; nothing was taken.

        Raises LimiterUnavailable when Redis does not answer, ValueError when the limit can never give so many.
        """
        return self.take(platform.account, cost)

    def take(self, account: Account, cost: int = 1) -> float | None:
        """`acquire` for an account."""
        if any(cost > rate.amount for rate in account.rates):
            raise ValueError(f"{cost} requests at once are more than the limit of {account.platform}")
        asked = monotonic()
        wait = self._ask(account, cost)
        if not wait and monotonic() - asked > LATE_SECONDS:
            return SHORTEST_WAIT
        return max(wait, SHORTEST_WAIT) if wait else None

    def look(self, account: Account) -> float:
        """Seconds until one request may have room, 0 for at once; takes nothing. Raises LimiterUnavailable."""
        return self._ask(account, 0)

    def pause(self, account: Account, seconds: float) -> None:
        """Hold everyone back for `seconds`; a shorter pause never cuts a longer one.

        Without Redis this process remembers it and says it again with its next question.
        """
        key, till = account.limiter_key, monotonic() + max(seconds, MARGIN_SECONDS)
        self._pauses[key] = max(till, self._pauses.get(key, 0.0))
        try:
            self._ask(account, 0)
        except LimiterUnavailable:
            log.warning("limiter_pause_untold", seconds=seconds)

    def start(self, platform: HasAccount, *, seconds_ago: float = 0) -> None:
        """Set the start mark if there is none, so that the first window's wait begins now (or began before).

        A worker calls it when it starts. `seconds_ago` is for a Redis that is known to have been idle.
        """
        account = platform.account
        for counted in (account, *(narrowed(account, endpoint) for endpoint in account.endpoints)):
            self._ask(counted, 0, idle=seconds_ago)

    def _ask(self, account: Account, cost: int, *, idle: float = 0) -> float:
        """The script's answer: how long to wait."""
        key, sender, asked = account.limiter_key, _sender.get(), monotonic()
        keys = [f"{self.prefix}:{{{key}}}:{what}" for what in ("log", "waiting")]
        values: list[Any] = [sender.who, sender.portion, cost, uuid.uuid4().hex, self._latest(key, asked)]
        values += [self._paused(key, asked), MARGIN_SECONDS, self.moment() if self.moment else "", idle]
        for rate in account.rates:
            values += [rate.amount, rate.seconds + MARGIN_SECONDS]
        try:
            wait, now = self._script(keys=keys, args=values)
        except (RedisError, OSError) as error:
            raise LimiterUnavailable from error
        self._seen[key] = (float(now), asked)
        return float(wait)

    @cached_property
    def _script(self) -> Callable[..., Any]:
        return self.client.register_script(SCRIPT)

    def _latest(self, key: str, asked: float) -> float:
        """What the server's clock shows at most, if nobody moved it; 0 when this process has not asked before."""
        if key not in self._seen:
            return 0
        shown, then = self._seen[key]
        return shown + (asked - then) * (1 + DRIFT) + JUMP_SECONDS

    def _paused(self, key: str, asked: float) -> float:
        """How long the platform wants rest yet, as this process was told."""
        return max(self._pauses.get(key, 0.0) - asked, 0.0)


@dataclass(frozen=True)
class LimiterGate:
    """A `Gate` for one account, on the given limiter or on that of the settings."""

    account: Account
    limiter: Limiter | None = None

    def pay(self, cost: int) -> None:
        """Take `cost` requests, or raise Throttled with the wait once the patience of the sender is over."""
        waited = 0.0
        while (wait := self._limiter.take(self.account, cost)) is not None:
            waited += wait
            if waited > _sender.get().patience:
                raise Throttled(self.account.label, wait)
            time.sleep(wait)

    def pause(self, seconds: float) -> None:
        """Hold every worker of this account back."""
        self._limiter.pause(self.account, seconds)

    def narrowed(self, endpoint: Endpoint) -> LimiterGate:
        """The gate for a part of the platform that has a limit of its own."""
        return LimiterGate(narrowed(self.account, endpoint), self.limiter)

    @property
    def _limiter(self) -> Limiter:
        return self.limiter or current()


def narrowed(account: Account, endpoint: Endpoint) -> Account:
    """The account as the limit of one endpoint counts it."""
    return replace(account, rates=endpoint.rates, endpoints=(), counted_as=endpoint.name)


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
