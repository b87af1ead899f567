"""Meetings of the model university's committee, with proposals that wait for it."""

import datetime as dt

from journal import clock
from journal.models import Entry
from reviews.actions import agenda as building
from reviews.actions import meetings
from reviews.meetings import agenda
from tests.proposals.packs import ruled
from tests.reviews.support import at_step


def body_of(data):
    return next(body for body in data["bodies"] if body["id"] == "committee")


def in_person(campus, *, readings=1, **rule):
    """The committee votes in meetings alone; further keys of its rule."""

    def change(data):
        body = body_of(data)
        body["readings"] = readings
        body["rule"] = {
            key: value for key, value in body["rule"].items() if "async" not in key and key != "days_open"
        }
        body["rule"].update(rule)

    return ruled(campus, change)


def planned(campus, *steps, by=None, ahead=dt.timedelta(hours=1), **kwargs):
    """A meeting of the committee an hour from now, with these steps on its agenda."""
    chair = by or campus.chair("committee")
    made = meetings.plan(
        institution=campus.institution, body="committee", starts_at=clock.now() + ahead, by=chair, **kwargs
    )
    for step in steps:
        building.add_step(meeting=made, step=step, by=chair)
    return made


def lines(meeting):
    """The roll, the chair first."""
    return sorted(meeting.roll.select_related("person"), key=lambda line: (not line.chair, line.pk))


def opened(campus, *steps, present=None, **kwargs):
    """A meeting in session; the first `present` of its roll are there (without it, everybody)."""
    made = planned(campus, *steps, **kwargs)
    there = [line.pk for line in lines(made)[:present]]
    return meetings.open_session(meeting=made, by=campus.chair("committee"), present=there)


def waiting(campus, number=1):
    """So many proposals before the committee."""
    return [at_step(campus, "committee_ballot", title=f"Trial {n}") for n in range(1, number + 1)]


def items(meeting):
    return agenda.items_of(meeting)


def campus_acts(campus):
    """What the campus's record says of meetings, oldest first."""
    rows = Entry.objects.about("campus", campus.institution.pk)
    return [act for act, detail in rows.values_list("act", "detail") if "meeting" in detail]
