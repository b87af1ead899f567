"""How much may be fetched for strangers: so many checks a visitor and minute, so few at once a process."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from credentials.checking.fetching import Fetcher, NotFetched

AT_ONCE = 2  # of a process, so that other threads are left for everybody else
MINUTE = 60
_places = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def fetcher_for(visitor: str) -> Iterator[Fetcher]:
    """The fetcher of one check. It asks for a place when it first fetches, and refuses in words when there is none."""
    held = False

    def permit() -> None:
        nonlocal held
        if not _within(visitor):
            raise NotFetched("you have had very many badges checked; wait a minute")
        held = _places.acquire(blocking=False)
        if not held:
            raise NotFetched("very many badges are being checked at this moment; try again in a minute")

    try:
        yield Fetcher(loopback=settings.FETCH_FROM_LOOPBACK, permit=permit)
    finally:
        if held:
            _places.release()


def _within(visitor: str) -> bool:
    """Whether this visitor has checks left in this minute. With the cache away only the places limit."""
    key = f"checks:{visitor}:{int(time.time()) // MINUTE}"
    cache.add(key, 0, 2 * MINUTE)
    try:
        return cache.incr(key) <= settings.CHECKS_A_MINUTE
    except ValueError:  # it ran out in between
        return True


def visitor_of(request: HttpRequest) -> str:
    """The address that asks: what the proxy in front says, where there is one that we trust; of IPv6 the network."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    text = forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network(f"{address}/64", strict=False)) if address.version == 6 else text
