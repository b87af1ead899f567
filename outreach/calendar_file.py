"""Sessions as an iCalendar file (RFC 5545), in the campus's own time with its rules for daylight saving; pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from icalendar import Calendar, Event

if TYPE_CHECKING:
    from outreach.models import Session

TYPE = "text/calendar; charset=utf-8"


def of_sessions(sessions: Iterable[tuple[Session, str]], now: dt.datetime, *, join: bool = False) -> bytes:
    """An event for each session and its address, under the session's own id, so that a later file takes the place of
    an earlier one. The address of the call is in it with `join` alone."""
    calendar = Calendar()
    calendar.add("prodid", "-//Imprimatur//Sessions//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for session, url in sessions:
        calendar.add_component(_event(session, url, now, join))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(session: Session, url: str, now: dt.datetime, join: bool) -> Event:
    event = Event()
    event.add("uid", f"{session.pk}@imprimatur")
    event.add("sequence", session.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", session.starts_at.astimezone(session.zone))
    event.add("dtend", session.ends_at.astimezone(session.zone))
    event.add("summary", session.title)
    event.add("url", url)
    joined = session.address if join else ""
    event.add("description", "\n\n".join(part for part in (session.text, joined, url) if part))
    if session.place:
        event.add("location", session.place)
    event.add("status", "CANCELLED" if session.cancelled_at else "CONFIRMED")
    return event
