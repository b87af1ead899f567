"""Calendar files: the campus's own time with its daylight saving; times as people type them."""

import datetime as dt

import icalendar
import pytest
from django.test import Client
from django.urls import reverse

from journal import clock
from outreach.actions import sessions
from outreach.models import Session
from tests.outreach.support import NOON, in_denver, plan
from tests.support import site_for

pytestmark = [pytest.mark.django_db, pytest.mark.clause("CUB-16")]


@pytest.fixture
def at(campus):
    with clock.at(NOON):
        yield campus("cu_boulder")


def event_of(content):
    calendar = icalendar.Calendar.from_ical(content)
    return calendar, next(iter(calendar.walk("VEVENT")))


@pytest.mark.parametrize(
    ("local", "utc"),
    [  # clocks in Denver go forward on 14 March 2027 and back on 7 November 2027
        ("2027-03-13T14:00", "2027-03-13T21:00+00:00"),
        ("2027-03-14T14:00", "2027-03-14T20:00+00:00"),
        ("2027-11-06T14:00", "2027-11-06T20:00+00:00"),
        ("2027-11-07T14:00", "2027-11-07T21:00+00:00"),
    ],
)
def test_times_are_the_campuss_on_both_sides_of_daylight_saving(at, local, utc):
    start = in_denver(local)
    session = plan(at, starts_at=start, ends_at=start + dt.timedelta(hours=1))
    answer = Client().get(reverse("session_calendar", args=[at.institution.slug, session.pk]))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    calendar, event = event_of(answer.content)
    assert event["DTSTART"].params["TZID"] == "America/Denver"
    assert event["DTSTART"].dt.replace(tzinfo=None).isoformat(timespec="minutes") == local
    assert event["DTSTART"].dt.astimezone(dt.UTC).isoformat(timespec="minutes") == utc
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["America/Denver"]
    offsets = {part["TZOFFSETTO"].td for part in calendar.walk() if part.name in ("DAYLIGHT", "STANDARD")}
    assert offsets >= {dt.timedelta(hours=-6), dt.timedelta(hours=-7)} or len(offsets) == 1


def test_a_later_file_takes_the_place_of_an_earlier_one(at):
    session = plan(at)
    address = reverse("session_calendar", args=[at.institution.slug, session.pk])
    _, before = event_of(Client().get(address).content)
    sessions.change(session=session, place="Room 118", by=at.programme_manager)
    sessions.cancel(session=session, reason="Nobody can come.", by=at.programme_manager)
    _, after = event_of(Client().get(address).content)
    assert before["UID"] == after["UID"] == f"{session.pk}@imprimatur"
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 2)
    assert (before["STATUS"], after["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert after["LOCATION"] == "Room 118"


def test_the_call_is_in_the_file_of_those_who_have_a_seat_alone(at):
    session = plan(at, address="https://call.example/room", title="Semicolons; commas, and\nlines")
    feed = Client().get(reverse("sessions_calendar", args=[at.institution.slug])).content
    assert b"call.example" not in feed
    assert str(event_of(feed)[1]["SUMMARY"]).startswith("Semicolons; commas, and")
    site = site_for(at.nobody)
    site.post(session.get_absolute_url())
    link = site.get(session.get_absolute_url()).context["mine_url"]
    assert b"call.example" in Client().get(f"{link}session.ics").content


def form(**changes):
    return {
        "kind": "info",
        "title": "A session",
        "starts_at": "2027-03-10T14:00",
        "ends_at": "2027-03-10T15:00",
        "open": "on",
    } | changes


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"starts_at": "2027-02-28T14:00", "ends_at": "2027-02-28T15:00"}, "Choose a time to come."),
        ({"ends_at": "2027-03-10T13:00"}, "It ends before it begins."),
        ({"ends_at": "2027-03-20T13:00"}, "A session lasts at most three days."),
        (
            {"starts_at": "2027-03-14T02:30", "ends_at": "2027-03-14T04:00"},
            "02:30 does not exist on 14 March 2027",
        ),
        (
            {"starts_at": "2031-03-14T02:30", "ends_at": "2031-03-14T04:00"},
            "Choose a time within the next two years.",
        ),
        ({"starts_at": "soon"}, "Give a day and a time."),
        ({"capacity": "0"}, "greater than or equal to 1"),
        ({"title": ""}, "Write it here."),
        ({"title": "a\x00b"}, "Null characters are not allowed."),
        ({"kind": "party"}, "Select a valid choice"),
    ],
)
def test_a_session_that_cannot_be_is_refused_and_what_was_typed_stays(at, changes, said):
    site = site_for(at.programme_manager)
    answer = site.post(reverse("session_plan", args=[at.institution.slug]), form(**changes))
    assert (answer.status_code, said in answer.content.decode()) == (409, True)
    assert not Session.objects.exists()
    assert 'value="2027-03-10T15:00"' in answer.content.decode() or "ends_at" in changes


def test_in_the_hour_that_comes_twice_a_session_ends_after_it_begins(at):
    site = site_for(at.programme_manager)
    times = {"starts_at": "2027-11-07T01:30", "ends_at": "2027-11-07T01:15"}
    answer = site.post(reverse("session_plan", args=[at.institution.slug]), form(**times))
    assert answer.status_code == 302
    made = Session.objects.get()
    assert (made.ends_at - made.starts_at) == dt.timedelta(minutes=45)
