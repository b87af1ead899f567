"""Meetings in the demo: one that was held, one that is planned, and something on every page of them."""

from django.urls import reverse

from accounts.models import Person
from journal import clock
from reviews.meetings import minutes
from reviews.models import Meeting, Packet
from tests.demo.test_pages import text_of
from tests.support import site_for


def read(email, name, meeting):
    found = site_for(Person.objects.get(email=email)).get(reverse(name, args=[meeting.pk]))
    assert found.status_code == 200, (email, name)
    return text_of(found)


def test_one_meeting_was_held_and_one_is_called(demo):
    held, ahead = Meeting.objects.order_by("starts_at")
    assert (held.state, held.minutes_state, ahead.state) == ("adjourned", "approved", "called")
    assert held.adjourned_at < clock.now() < ahead.starts_at
    said = minutes.said(held)
    assert [(item["subject"], item["came_word"]) for item in said["items"]] == [
        ("Energy Audits of Small Buildings", "Approved with conditions"),
        ("Days of the meetings next term", "Dealt with"),
        ("Interviewing for Oral History", "Put off"),
    ]
    assert "6 of 6 seats were present; 4 are needed." in said["items"][0]["votes"][0]["sentence"]
    assert Packet.objects.get(meeting=held).file
    assert len(ahead.items.all()) == 3


def test_every_page_of_meetings_shows_something(demo):
    held, ahead = Meeting.objects.order_by("starts_at")
    member, chair = "committee.faculty1@model.example", "academic-affairs@model.example"
    for email in (member, chair, "provost@model.example"):
        listed = text_of(site_for(Person.objects.get(email=email)).get(reverse("meetings")))
        assert ("Room 114" in listed, "Room 118" in listed) == (True, not email.startswith("provost"))
    assert "Room 118" in read(member, "meeting", ahead)
    assert "Making Documents Accessible" in read(chair, "agenda", ahead)
    assert "Nobody has asked for it yet" in read(member, "packet", ahead)
    assert "Room 114" in read(member, "meeting", held)
    assert "Demo Committee member" in read(chair, "attendance", held)
    assert "Sent round by e-mail" in read("provost@model.example", "minutes", held)
    assert "Making Documents" not in read(member, "packet", held)
