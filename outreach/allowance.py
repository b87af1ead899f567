"""How often a visitor without an account may write to an office: so many times an hour from one place.

The count lies in the cache and names no person. With the cache away the rows themselves still bound it: so many of one
address, and so many of a campus, that nobody has confirmed (`outreach.actions.asking`).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache

from credentials.checking.allowance import visitor_of

if TYPE_CHECKING:
    from django.http import HttpRequest

HOUR = 60 * 60
TOO_OFTEN = "That was very often from this place. Wait an hour, or sign in."


def within(request: HttpRequest) -> bool:
    """Whether this visitor may still write in this hour; counts the try. People who are signed in always may."""
    if request.user.is_authenticated:
        return True
    key = f"outreach:{visitor_of(request)}:{int(time.time()) // HOUR}"
    cache.add(key, 0, 2 * HOUR)
    try:
        return cache.incr(key) <= settings.ASKS_AN_HOUR
    except ValueError:  # it ran out in between
        return True
