"""How long an award is valid, where its definition says that it expires. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
from zoneinfo import ZoneInfo


def last_valid_day(awarded_on: dt.date, months: int) -> dt.date:
    """The day so many months after the award; the month's last where it has no such day (31 August, 6 months)."""
    count = awarded_on.year * 12 + awarded_on.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return dt.date(year, month, min(awarded_on.day, calendar.monthrange(year, month)[1]))


def last_moment(day: dt.date | None, timezone: str) -> dt.datetime | None:
    """The last second of that day on the campus, in UTC as signed documents have it; None without a day."""
    if day is None:
        return None
    return dt.datetime.combine(day, dt.time(23, 59, 59), tzinfo=ZoneInfo(timezone)).astimezone(dt.UTC)
