"""Sessions of a test campus, and the links in its mail."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

from journal import clock
from journal.models import Mail
from outreach.actions import sessions

NOON = dt.datetime(2027, 3, 1, 19, 0, tzinfo=dt.UTC)  # noon on 1 March 2027 in Denver
LINK = re.compile(r"http://testserver(/(?:registrations|enquiries)/[^\s]+)")


def plan(campus, days=14, **changes):
    """An info session so many days from now, an hour long."""
    begin = clock.now() + dt.timedelta(days=days)
    given = {
        "kind": "info",
        "title": "How to propose one",
        "starts_at": begin,
        "ends_at": begin + dt.timedelta(hours=1),
        "place": "Room 114",
        "by": campus.programme_manager,
    }
    return sessions.plan(institution=campus.institution, **(given | changes))


def last_link(kind, to=None):
    """The path in the latest mail of this kind."""
    rows = Mail.objects.filter(kind=kind, **({"to": to} if to else {}))
    return LINK.search(rows.order_by("-created_at", "-pk").first().text)[1]


def in_denver(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/Denver"))


def states(session):
    """{local part of the address: state} of everyone who asked."""
    return {row.email.partition("@")[0]: row.state for row in session.registrations.all()}
