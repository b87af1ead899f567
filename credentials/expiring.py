"""When an award runs out, in words to its holder, and whom to ask to have it renewed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from credentials.models import Award

SOON = 90  # days before its last day from which the days left are counted
EARLIEST = dt.timedelta(days=183)  # before the last day, or half of the term if that is less


def first_renewal(award: Award) -> dt.date | None:
    """The first day on which it can be renewed; None when it never runs out."""
    if award.expires_on is None:
        return None
    return award.expires_on - min(EARLIEST, (award.expires_on - award.awarded_on) / 2)


def days_left(award: Award) -> int | None:
    """Whole days to its last one, as its campus counts days: 0 on it, less after it; None when it never runs out."""
    return (award.expires_on - award.institution.today()).days if award.expires_on else None


def last_day(award: Award) -> str:
    """When it runs out, or did; empty when it never does, and for one that ended otherwise."""
    left = days_left(award)
    if left is None or award.ended:
        return ""
    day = f"{award.expires_on:%-d %B %Y}"
    if left < 0:
        return f"Ran out on {day}"
    return f"Expires on {day} ({_left(left)})" if left <= SOON else f"Expires on {day}"


def _left(days: int) -> str:
    if days == 0:
        return "today"
    return "1 day left" if days == 1 else f"{days} days left"


def sentence(award: Award) -> str:
    """The same as the reminders say it: “runs out on 4 May 2027, in 30 days”."""
    left, day = days_left(award) or 0, f"{award.expires_on:%-d %B %Y}"
    if left < 0:
        return f"ran out on {day}"
    when = {0: "today", 1: "tomorrow"}.get(left, f"in {left} days")
    return f"runs out on {day}, {when}"


def renewing(award: Award) -> str:
    """Whom its holder asks to have it renewed, and from when on; or that it cannot be."""
    today, first = award.institution.today(), first_renewal(award)
    if not award.definition.awardable_on(today):
        return "This credential is not awarded any more, so it cannot be renewed."
    begins = f" from {first:%-d %B %Y} on" if first and first > today else ""
    asked = f"To have it renewed, ask {award.definition.unit.name} at {award.institution.name}{begins}."
    return f"{asked} The renewed one takes its place, with a new term."
