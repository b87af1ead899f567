"""Counts of shares and views while they wait in Redis, so that looking at a page writes nothing to PostgreSQL.

One hash holds them all: a field is what was counted, its value how often. With Redis away nothing is counted and nobody
waits: after a failure it is left alone for half a minute.

To be stored, the hash is put aside under a name of its own and stays there until the database has it. Whoever stores it
may die at any moment: the next one finds it, and the database knows by its name whether it has it already.
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
ASIDE = "imprimatur:counted:aside"  # the names of what was put aside
QUICKLY = 0.25  # seconds that a page waits at most
REST = 30.0  # seconds without a try after a failure
_rests_until = 0.0


class Counted(NamedTuple):
    """One line: a badge shared or seen (`what`) by a destination, or a link of a holder's (`link`) that was opened;
    or the page of an award's mailed link (`claim`), or that mail itself (`mail`)."""

    what: str  # shares, views, link, claim or mail
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


def put_aside() -> list[uuid.UUID]:
    """Put what waits aside, in one step; returns the names of all that is aside, those that others left behind first.
    Nothing while Redis is away."""
    name = uuid.uuid4()
    try:
        left: set[Any] = set(_redis().smembers(ASIDE))
        if _redis().exists(KEY):
            with _redis().pipeline(transaction=True) as both:
                both.sadd(ASIDE, str(name))
                both.rename(KEY, _place(name))
                both.execute(raise_on_error=False)  # somebody was faster: then it is aside under their name
            left.add(str(name))
    except (RedisError, OSError):
        return []
    return sorted((uuid.UUID(one) for one in left), key=lambda one: one == name)


def read(name: uuid.UUID) -> dict[Counted, int] | None:
    """What was put aside under this name; None while Redis is away."""
    try:
        waiting: dict[Any, Any] = _redis().hgetall(_place(name))
    except (RedisError, OSError):
        return None
    return {one: int(count) for field, count in waiting.items() if (one := _known(field))}


def drop(name: uuid.UUID) -> None:
    """Forget what was put aside under this name: the database has it. With Redis away it is dropped the next time."""
    try:
        with _redis().pipeline(transaction=True) as both:
            both.delete(_place(name))
            both.srem(ASIDE, str(name))
            both.execute()
    except (RedisError, OSError) as error:
        log.warning("not_dropped", error=type(error).__name__)


def _place(name: uuid.UUID) -> str:
    return f"{KEY}:{name}"


def _known(field: str) -> Counted | None:
    """The line of a field; None for what no version of ours wrote, which would else be in the way for ever."""
    try:
        return Counted.of(field)
    except ValueError:
        log.warning("not_a_count", field=field[:100])
        return None
