"""Days counted from today, for the page of components."""

import datetime

from journal import clock


def on_day(days: int) -> datetime.datetime:
    """The present moment, so many days later (or earlier, below zero)."""
    return clock.now() + datetime.timedelta(days=days)
