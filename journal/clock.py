"""The one clock. All code asks here for the time, so that tests and the demo can act at another moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

from django.utils import timezone

_moment: ContextVar[dt.datetime | None] = ContextVar("moment", default=None)


def now() -> dt.datetime:
    """The present moment, aware, in UTC; inside `at` that moment."""
    return _moment.get() or timezone.now()


def today(zone: str | None = None) -> dt.date:
    """The day it is now in a time zone such as "America/Denver"; without one, in UTC."""
    return now().astimezone(ZoneInfo(zone) if zone else dt.UTC).date()


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Let it be `moment` (aware) within the block, for this thread or task only."""
    if timezone.is_naive(moment):
        raise ValueError("A moment needs a time zone.")
    token = _moment.set(moment.astimezone(dt.UTC))
    try:
        yield
    finally:
        _moment.reset(token)
