"""A meeting as an iCalendar file (RFC 5545), for anybody's own calendar; pure."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from icalendar import Calendar, Event

if TYPE_CHECKING:
    from reviews.models import Meeting

USUAL = dt.timedelta(hours=2)


def of_meeting(meeting: Meeting, address: str, now: dt.datetime) -> bytes:
    """One event with the meeting's own id, so that a later file takes the place of an earlier one."""
    event = Event()
    event.add("uid", f"{meeting.pk}@imprimatur")
    event.add("dtstamp", now)
    event.add("dtstart", meeting.starts_at.astimezone(dt.UTC))
    event.add("dtend", (meeting.adjourned_at or meeting.starts_at + USUAL).astimezone(dt.UTC))
    event.add("summary", meeting.body_rules.name)
    event.add("url", address)
    event.add("description", address)
    if meeting.place:
        event.add("location", meeting.place)
    event.add("status", "CANCELLED" if meeting.state == "cancelled" else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//Imprimatur//Meetings//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
