"""Counts of shares and views while they wait in Redis, so that looking at a page writes nothing to PostgreSQL.

One hash holds them all: a field is what was counted, its value how often. With Redis away nothing is counted and nobody
waits: after a failure it is left alone for half a minute.
"""

from __future__ import annotations

import datetime as dt
import time
import uuid
from functools import lru_cache
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

KEY = "imprimatur:counted"
QUICKLY = 0.25  # seconds that a page waits at most
REST = 30.0  # seconds without a try after a failure
_rests_until = 0.0


class Counted(NamedTuple):
    """One line: a badge shared or seen (`what`) by a destination, or a link of a holder's (`link`) that was opened;
    or the page of an award's mailed link (`claim`)."""

    what: str  # shares, views, link or claim
    subject: uuid.UUID
    destination: str
    day: dt.date

    def field(self) -> str:
        """As it stands in Redis."""
        return f"{self.what}|{self.subject}|{self.destination}|{self.day}"

    @classmethod
    def of(cls, field: str) -> Counted:
        """The same again."""
        what, subject, destination, day = field.split("|")
        return cls(what, uuid.UUID(subject), destination, dt.date.fromisoformat(day))


@lru_cache(maxsize=1)
def _redis() -> Redis:
    return Redis.from_url(
        settings.REDIS_URL, decode_responses=True, socket_timeout=QUICKLY, socket_connect_timeout=QUICKLY
    )


def add(one: Counted, by: int = 1) -> None:
    """Count it; lost without a word when Redis is away."""
    global _rests_until
    if time.monotonic() < _rests_until:
        return
    try:
        _redis().hincrby(KEY, one.field(), by)
    except (RedisError, OSError) as error:
        _rests_until = time.monotonic() + REST
        log.warning("not_counted", error=type(error).__name__)


def take() -> dict[Counted, int]:
    """All that waits, taken out of Redis in one step; nothing while Redis is away."""
    try:
        with _redis().pipeline(transaction=True) as both:
            both.hgetall(KEY)
            both.delete(KEY)
            waiting: dict[str, Any] = both.execute()[0]
    except (RedisError, OSError):
        return {}
    return {Counted.of(field): int(count) for field, count in waiting.items()}
