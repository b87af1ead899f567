"""A meeting from its plan to its end by links and forms alone: no script runs, and no key is made up."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from journal import clock
from reviews.models import Meeting
from tests.reviews.plain import Plain
from tests.reviews.sitting import in_person, items, lines, waiting

pytestmark = pytest.mark.django_db


def test_meeting_is_held_by_links_and_forms_alone(model):
    in_person(model)
    waiting(model, 3)
    chair = Plain(model.chair("committee"))
    with clock.at(clock.now().replace(hour=16)):  # the same day everywhere
        begin(chair, model)
        meeting = Meeting.objects.get()
        order(chair, meeting)
        chair.follow("To the meeting")
        chair.follow("Call the members")
        chair.press("Call the members")
        assert "The members are called." in chair.text
        opened(chair, meeting)
    with clock.at(meeting.starts_at):
        attended(chair, meeting)
        hold(chair, meeting)
    assert Meeting.objects.get().state == "adjourned"
    chair.follow("Read the minutes")
    assert "Trial 2" in chair.text
    assert "Ran out of time." in chair.text


def begin(chair, model):
    """Plan a meeting for later today, with an item for each of the three proposals and other business."""
    starts = clock.now().astimezone(ZoneInfo(model.institution.timezone)) + dt.timedelta(hours=1)
    chair.go(reverse("meetings"))
    chair.follow("Plan a meeting")
    chair.press("Plan it", starts_at=f"{starts:%Y-%m-%dT%H:%M}", place="Room 4")
    for number in (1, 2, 3):
        chair.press("Put it on the agenda", f"Trial {number}")
    chair.press("Put it on the agenda", title="Next year", text="Which days suit.")
    assert [str(item) for item in items(Meeting.objects.get())] == [
        "Trial 1",
        "Trial 2",
        "Trial 3",
        "Next year",
    ]


def order(chair, meeting):
    """Up, down, off, into the consent group and out of it."""
    chair.press("Up", "Trial 3")
    chair.press("Down", "Trial 1")
    chair.press("Take it off", "Trial 1")
    chair.press("Into the consent group", "Trial 2")
    chair.press("Take it alone", "Trial 2")
    chair.press("Into the consent group", "Trial 3")
    assert [(str(item), item.consent) for item in items(meeting)] == [
        ("Trial 3", True), ("Trial 2", False), ("Next year", False),
    ]  # fmt: skip


def opened(chair, meeting):
    """Three are there."""
    roll = lines(meeting)
    chair.follow("Open the meeting")
    chair.press("Open the meeting", present=[str(line.pk) for line in roll[:3]])
    assert "3 of 5 seats are in the room; 3 are needed. There is a quorum." in chair.text
    assert f"{roll[0].person}, the chair, presides." in chair.text


def attended(chair, meeting):
    """An hour later one comes, by mistake, then really, and one leaves."""
    roll = lines(meeting)
    chair.follow("Record who comes and goes")
    chair.press("Comes now", str(roll[3].person))
    chair.press("Leaves now", str(roll[2].person))
    chair.follow("Put it right", str(roll[3].person))
    chair.press("Take it out")
    chair.follow("Came earlier", str(roll[3].person))
    chair.press("Record it")
    chair.press("Note it", text="The dean")
    assert "3 of 5 seats; 3 are needed." in chair.text


def hold(chair, meeting):
    """Deal with the items, adjourn."""
    chair.go(meeting.get_absolute_url())
    chair.follow("Adopt the consent group")
    chair.press("Adopt the consent group")
    chair.press("Take the vote", "Trial 2")
    chair.follow("Put it off", "Trial 2")
    chair.press("Put it off", text="Ran out of time.")
    chair.follow("Note what came of it", "Next year")
    chair.press("What came of it", text="Tuesdays.")
    chair.follow("Adjourn")
    chair.press("Adjourn")
