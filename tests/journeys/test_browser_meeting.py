"""A committee meets: planned, called, its consent group adopted but for what a member pulls out, voted on, minuted."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from journal import clock
from reviews.actions import ballots
from reviews.models import Ballot, Meeting
from tests.journeys.hands import NARROW
from tests.reviews.sitting import in_person, waiting

pytestmark = pytest.mark.django_db(transaction=True)


def about(label, title):
    """The name of a button as one hears it: what it does, then to what."""
    return re.compile(f"{label}.*{title}")


def test_committee_meets(campus, hand):
    at = in_person(campus("model"))
    waiting(at, 3)
    chair = hand(at.chair("committee"))
    plan_and_call(chair)
    Meeting.objects.update(starts_at=clock.now())  # the day has come
    meeting = Meeting.objects.get().get_absolute_url()
    chair.follow(meeting, "Open the meeting")
    for box in chair.page.get_by_role("checkbox").all()[:4]:
        box.check()
    chair.press("Open the meeting")
    chair.reads("4 of 5 seats are in the room", "There is a quorum.")
    member = hand(at.members("committee")[0], size=NARROW)
    member.go("/admin/")
    member.press("Micro-credential Committee")
    member.press(about("Pull it out", "Trial 2"))
    member.reads("pulled it out of the consent group")
    chair.follow(meeting, "Adopt the consent group")
    chair.press("Adopt the consent group")
    chair.press(about("Take the vote", "Trial 2"))
    vote_and_close(at, chair, member, meeting)
    chair.follow(meeting, "Record who comes and goes")
    chair.follow(meeting, "Adjourn")
    chair.press("Adjourn")
    chair.press("Read the minutes")
    chair.reads(
        "This is a draft", "Nobody objected: adopted by consent.", "Of 3 votes cast 2 are yes", "Room 4"
    )
    member.go(reverse("minutes", args=[Meeting.objects.get().pk]))
    chair.page.emulate_media(media="print")
    assert not chair.page.get_by_text("Note what should be read differently").is_visible()


def plan_and_call(chair):
    """The chair plans a meeting, builds its agenda and calls the members."""
    chair.go(reverse("meetings"))
    chair.press("Plan a meeting")
    tomorrow = clock.now() + dt.timedelta(days=1)
    chair.fill(starts_at=f"{tomorrow:%Y-%m-%dT10:00}", place="Room 4")
    chair.press("Plan it")
    for number in (1, 2, 3):
        chair.press(about("Put it on the agenda", f"Trial {number}"))
    chair.page.get_by_role("button", name=about("Up", "Trial 3")).focus()
    with chair.page.expect_navigation():
        chair.page.keyboard.press("Enter")  # the keyboard is enough
    for number in (1, 2, 3):
        chair.press(about("Into the consent group", f"Trial {number}"))
    chair.press("To the meeting")
    chair.press("Call the members")
    chair.press("Call the members")


def vote_and_close(at, chair, member, meeting):
    """The member votes on the page, two more vote, the chair closes."""
    member.follow(meeting, "Vote is open")
    member.page.get_by_label("Decline").check()
    member.press("Cast my vote")
    ballot = Ballot.objects.get(state="open")
    for person in (at.chair("committee"), at.members("committee")[1]):
        ballots.vote(ballot=ballot, choice="approve", by=person)
    chair.follow(reverse("ballot", args=[ballot.pk]), "Close the ballot")
    chair.press("Close the ballot")
