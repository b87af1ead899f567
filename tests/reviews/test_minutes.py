"""Minutes: generated from what happened, corrected by note, approved by the body, then final and hashed."""

import datetime as dt
import hashlib
import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from journal import clock
from reviews.actions import agenda, attendance, ballots, floor, meetings, minutes
from reviews.meetings import minutes as reading
from reviews.models import Meeting, MinutesCorrection
from tests.reviews.sitting import campus_acts, in_person, items, lines, opened, waiting
from tests.reviews.support import voters
from tests.reviews.test_agenda import refused
from tests.support import site_for

pytestmark = pytest.mark.django_db


def held(model, **rule):
    """A meeting that is over: one item adopted by consent, one voted on, one not reached, other business."""
    in_person(model, **rule)
    chair = model.chair("committee")
    meeting = opened(model, *waiting(model, 3), present=4, place="Room 4", keeper=model.nobody)
    agenda.add_other(meeting=meeting, title="Next year", by=chair)
    first, second, _third, other = items(meeting)
    if not rule.get("secret"):
        agenda.set_consent(item=first, consent=True, by=chair)
        floor.adopt_consent(meeting=meeting, by=chair)
    ballot = floor.take_vote(item=second, by=chair)
    for person, choice in zip(voters(ballot), ["approve", "approve", "decline"], strict=False):
        ballots.vote(ballot=ballot, choice=choice, by=person)
    ballots.recuse(ballot=ballot, by=voters(ballot)[3])
    ballots.close(ballot=ballot, by=chair)
    floor.deal(item=other, text="We meet on Tuesdays.", by=model.nobody)
    return meetings.adjourn(meeting=meeting, by=chair)


def test_minutes_say_what_happened(model):
    said = reading.said(held(model))
    roll = [str(line.person) for line in lines(Meeting.objects.get())]
    assert (said["state"], said["head"]["place"], said["head"]["keeper"]) == (
        "draft",
        "Room 4",
        str(model.nobody),
    )
    assert [row["name"] for row in said["attendance"]] == roll[:4]
    assert [row["name"] for row in said["absent"]] == roll[4:]
    assert [(row["subject"], row["came_word"]) for row in said["items"]] == [
        ("Trial 1", "Adopted by consent"), ("Trial 2", "Approved"), ("Trial 3", ""), ("Next year", "Dealt with"),
    ]  # fmt: skip
    (vote,) = said["items"][1]["votes"]
    assert (vote["counts"]["approve"], vote["counts"]["decline"], vote["present"]) == (2, 1, 4)
    assert (vote["recused"], vote["names"]) == ([roll[3]], [])
    assert "4 of 5 seats were present; 3 are needed." in vote["sentence"]
    assert said["items"][3]["note"] == "We meet on Tuesdays."


def test_names_stand_in_the_minutes_only_where_the_rule_has_them(model):
    (vote,) = reading.said(held(model, names_in_minutes=True))["items"][1]["votes"]
    assert [row["word"] for row in vote["names"]] == ["yes", "yes", "no"]


def test_of_a_secret_ballot_the_minutes_know_no_names(model):
    meeting = held(model, secret=True, secret_rule="Standing orders, 6")
    (vote,) = reading.said(meeting)["items"][1]["votes"]
    assert (vote["secret"], vote["names"], vote["present"]) == (True, [], 4)


def test_minutes_are_corrected_by_note_and_approved_by_a_later_meeting(model):
    earlier = held(model)
    chair, member = model.chair("committee"), model.members("committee")[-1]
    for outsider in (model.proposer, model.registrar, model.stranger):
        if outsider not in [line.person for line in lines(earlier)]:
            with pytest.raises(PermissionDenied):
                minutes.correct(meeting=earlier, text="No.", by=outsider)
    assert refused(minutes.correct, meeting=earlier, text=" ", by=member) == [
        "Say what should be read differently."
    ]
    minutes.correct(meeting=earlier, text="Room 5, not 4.", by=member)
    later = opened(model, present=2)
    item = agenda.add_minutes(meeting=later, of=earlier, by=chair)
    (said,) = refused(minutes.approve_in_session, item=item, by=chair)
    assert said == "There is no quorum: 2 of 5 seats are in the room, 3 are needed."
    meetings.adjourn(meeting=later, by=chair)
    later = opened(model, present=3)
    item = agenda.add_minutes(meeting=later, of=earlier, by=chair)
    with clock.at(clock.now()):
        minutes.approve_in_session(item=item, by=chair)
    earlier = Meeting.objects.get(pk=earlier.pk)
    found = reading.said(earlier)
    assert (found["state"], [row["text"] for row in found["corrections"]]) == ("approved", ["Room 5, not 4."])
    assert earlier.minutes_hash == hashlib.sha256(earlier.minutes.encode()).hexdigest() == found["hash"]
    assert (found["approved"]["meeting"], earlier.approved_in) == (str(later), later)
    assert "minutes approved" in campus_acts(model)
    assert refused(minutes.approve, meeting=earlier, how="Again", by=chair) == [
        "These minutes are approved already."
    ]
    assert refused(agenda.add_minutes, meeting=opened(model), of=earlier, by=chair)


def test_approved_minutes_are_final_and_read_as_they_were(model):
    meeting = held(model)
    chair, member = model.chair("committee"), model.members("committee")[-1]
    assert refused(minutes.approve, meeting=meeting, how=" ", by=chair) == [
        "Say how the body approved them: it stands below the minutes."
    ]
    minutes.approve(meeting=meeting, how="By e-mail; nobody objected.", by=chair)
    meeting = Meeting.objects.get()
    before = reading.said(meeting)
    for change in (
        lambda: Meeting.objects.update(minutes="{}"),
        lambda: Meeting.objects.update(place="Elsewhere"),
        lambda: meeting.items.update(note="Other"),
        lambda: meeting.attendances.update(left_at=None),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    type(meeting.items.first().step.proposal).objects.update(title="Renamed since")
    with pytest.raises(PermissionDenied):
        minutes.correct(meeting=meeting, text="Late.", by=member)
    minutes.correct(meeting=meeting, text="The room was 5.", by=chair)
    after = reading.said(Meeting.objects.get())
    assert [row["text"] for row in after["later"]] == ["The room was 5."]
    assert {**after, "later": []} == before
    assert after["items"][0]["subject"] == "Trial 1"
    with pytest.raises(DatabaseError), transaction.atomic():
        MinutesCorrection.objects.update(text="Other")
    assert json.loads(meeting.minutes)["head"]["body"] == "Micro-credential Committee"


def test_minutes_are_there_once_the_meeting_is_over(model):
    meeting = opened(model)
    chair = model.chair("committee")
    said = ["The minutes are there once the meeting is over."]
    assert refused(minutes.correct, meeting=meeting, text="Early.", by=chair) == said
    assert refused(minutes.approve, meeting=meeting, how="Early.", by=chair) == said


def test_minutes_say_from_when_to_when_there_was_no_quorum(model):
    """Three of five make a quorum. Between the second item and the third only two are there, and again at the end."""
    in_person(model)
    chair = model.chair("committee")
    meeting = opened(model, present=3)
    for title in ("Rooms", "Dates", "Next year"):
        agenda.add_other(meeting=meeting, title=title, by=chair)
    third, begun = lines(meeting)[2].pk, meeting.opened_at

    def after(minutes_since, act, **given):
        with clock.at(begun + dt.timedelta(minutes=minutes_since)):
            act(by=chair, **given)

    first, second, last = items(meeting)
    after(10, floor.deal, item=first, text="Settled.")
    after(20, floor.deal, item=second, text="Settled.")
    after(25, attendance.leave, meeting=meeting, line=third)
    after(35, attendance.arrive, meeting=meeting, line=third)
    after(40, floor.deal, item=last, text="Settled.")
    after(50, attendance.leave, meeting=meeting, line=third)
    after(55, meetings.adjourn, meeting=meeting)
    meeting = Meeting.objects.get()
    said = reading.said(meeting)

    def gap(lost, regained):
        times = [begun + dt.timedelta(minutes=since) if since else None for since in (lost, regained)]
        return {"lost_at": times[0], "regained_at": times[1], "present": 2, "needed": 3, "of": 5}

    assert [item["quorum"] for item in said["items"]] == [[], [], [gap(25, 35)]]
    assert said["quorum"] == [gap(50, None)]
    page = site_for(chair).get(reverse("minutes", args=[meeting.pk])).content.decode()
    assert page.count("There was no quorum from ") == 2
    assert "2 of 5 seats were present; 3 are needed." in " ".join(page.split())
