"""A meeting from its plan to its end: who is told, what is refused, what stands in the record."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from journal import clock
from journal.models import Mail, Notice
from policies.reasons import Refused
from reviews.actions import meetings
from reviews.meetings import rules
from reviews.models import Meeting
from tests.reviews.sitting import campus_acts, lines, opened, planned, waiting
from tests.reviews.support import acts, refusal

DENVER = ZoneInfo("America/Denver")


# --- times ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("local", "there"),
    [
        (dt.datetime(2027, 3, 14, 1, 59), True),
        (dt.datetime(2027, 3, 14, 2, 0), False),  # clocks go from 2:00 to 3:00
        (dt.datetime(2027, 3, 14, 2, 59), False),
        (dt.datetime(2027, 3, 14, 3, 0), True),
        (dt.datetime(2027, 11, 7, 1, 30), True),  # comes twice
    ],
)
def test_hour_that_clocks_skip_does_not_exist(local, there):
    assert rules.exists(local, DENVER) is there
    said = [reason.text for reason in rules.time_reasons(local, DENVER)]
    assert bool(said) is not there
    if said:
        assert said == [
            f"{local:%H:%M} does not exist on 14 March 2027: clocks go forward then. Choose another time."
        ]


def test_hour_that_comes_twice_is_the_first_unless_that_was_before():
    local = dt.datetime(2027, 11, 7, 1, 30)
    first = dt.datetime(2027, 11, 7, 7, 30, tzinfo=dt.UTC)
    assert rules.moment(local, DENVER) == first
    assert rules.moment(local, DENVER, after=first - dt.timedelta(minutes=20)) == first
    later = first + dt.timedelta(hours=1)
    assert rules.moment(local, DENVER, after=first + dt.timedelta(minutes=1)) == later
    assert rules.moment(local, DENVER, after=later + dt.timedelta(hours=1)) == first


# --- its course ----------------------------------------------------------------------------------
@pytest.mark.django_db
def test_meeting_from_plan_to_end(model):
    (step,) = waiting(model)
    chair = model.chair("committee")
    meeting = planned(model, step, place="Room 4", keeper=model.nobody)
    before = Mail.objects.count()
    assert (meeting.state, Mail.objects.filter(kind="meeting_called").count()) == ("planned", 0)
    meetings.call(meeting=meeting, by=model.programme_manager)
    called = Mail.objects.filter(kind="meeting_called")
    assert {mail.recipient for mail in called} == {line.person for line in lines(meeting)} | {model.nobody}
    assert all("/calendar.ics" in mail.text and "Trial 1" not in mail.text for mail in called)
    assert Mail.objects.count() == before + called.count()
    (told,) = Notice.objects.filter(person=model.proposer, kind="on_agenda")
    assert told.text.startswith("“Trial 1” is on the agenda of Micro-credential Committee on ")
    with clock.at(clock.now() + dt.timedelta(hours=1)):
        there = [line.pk for line in lines(meeting)[:3]]
        meeting = meetings.open_session(meeting=meeting, by=chair, present=there)
        assert [row.line_id for row in meeting.attendances.all()] == sorted(there)
        meeting = meetings.adjourn(meeting=meeting, by=chair)
    assert (meeting.state, meeting.minutes_state, meeting.adjourned_by) == ("adjourned", "draft", chair)
    assert campus_acts(model) == [
        "meeting planned", "put on agenda", "meeting called", "meeting opened", "meeting adjourned",
    ]  # fmt: skip
    assert "put_on_agenda" in acts(step.proposal)
    assert Notice.objects.filter(kind="minutes_drafted").count() == len(lines(meeting)) + 1


@pytest.mark.django_db
def test_change_and_cancelling_are_told_to_who_was_called(model):
    chair = model.chair("committee")
    meeting = planned(model)
    later = meeting.starts_at + dt.timedelta(days=1)
    meetings.change(meeting=meeting, starts_at=later, by=chair)
    assert not Mail.objects.filter(kind="meeting_changed").exists()
    meetings.call(meeting=meeting, by=chair)
    meetings.change(meeting=meeting, starts_at=later, by=chair, keeper=model.nobody)
    assert not Mail.objects.filter(kind="meeting_changed").exists()  # same time, same place
    meetings.change(meeting=meeting, starts_at=later, place="Room 5", by=chair)
    assert Mail.objects.filter(kind="meeting_changed").count() == len(lines(meeting))
    with pytest.raises(Refused) as caught:
        meetings.cancel(meeting=meeting, reason=" ", by=chair)
    assert refusal(caught) == [("", "Say why: the members read it.")]
    meetings.cancel(meeting=meeting, reason="Snow.", by=chair)
    (text,) = set(Mail.objects.filter(kind="meeting_cancelled").values_list("text", flat=True)[:1])
    assert "Snow" not in text
    with pytest.raises(Refused) as caught:
        meetings.call(meeting=meeting, by=chair)
    assert refusal(caught) == [("", f"{chair} cancelled this meeting: Snow.")]


@pytest.mark.django_db
def test_what_cannot_be_planned(model):
    chair, now = model.chair("committee"), clock.now()
    soon = now + dt.timedelta(hours=1)
    table = [
        ({"starts_at": now}, "Choose a time to come."),
        ({"starts_at": now - dt.timedelta(days=1)}, "Choose a time to come."),
        ({"starts_at": now + dt.timedelta(days=800)}, "Choose a time within the next two years."),
        ({"starts_at": soon, "place": "x" * 301}, "At most 300 characters; this has 301."),
        (
            {"starts_at": soon, "keeper": model.stranger},
            f"{model.stranger} is not known on this campus; invite them first.",
        ),
    ]
    for given, said in table:
        with pytest.raises(Refused) as caught:
            meetings.plan(institution=model.institution, body="committee", by=chair, **given)
        assert refusal(caught) == [("", said)]
    for body in ("senate of another campus", "subcommittee"):
        with pytest.raises(PermissionDenied):
            meetings.plan(institution=model.institution, body=body, starts_at=soon, by=chair)
    model.institution.holdings.update(ended_at=now, ended_by=chair)
    model.institution.grants.filter(role="office_holder").update(ended_at=now, ended_by=chair)
    with pytest.raises(Refused) as caught:
        meetings.plan(
            institution=model.institution, body="committee", starts_at=soon, by=model.programme_manager
        )
    said = "Nobody sits on Micro-credential Committee, so nobody can meet. Fill its seats first."
    assert refusal(caught) == [("MU-9", said)]


@pytest.mark.django_db
def test_meeting_is_not_opened_before_its_day(model):
    chair = model.chair("committee")
    meeting = planned(model, ahead=dt.timedelta(days=3))
    with pytest.raises(Refused) as caught:
        meetings.open_session(meeting=meeting, by=chair)
    assert refusal(caught)[0][1].endswith("Give it another time if you meet earlier.")
    with clock.at(meeting.starts_at + dt.timedelta(days=2)):  # opened late is still opened
        assert meetings.open_session(meeting=meeting, by=chair).in_session


@pytest.mark.django_db
def test_second_of_two_who_adjourn_is_told_who_was_faster(model):
    meeting = opened(model)
    meetings.adjourn(meeting=meeting, by=model.programme_manager)
    with pytest.raises(Refused) as caught:
        meetings.adjourn(meeting=meeting, by=model.chair("committee"))
    assert refusal(caught)[0][1].startswith(f"{model.programme_manager} adjourned this meeting on ")


@pytest.mark.django_db
def test_roll_follows_the_seats_until_the_meeting_opens(model):
    chair = model.chair("committee")
    meeting = planned(model)
    gone = next(line for line in lines(meeting) if line.seat == "faculty")
    model.institution.holdings.filter(person=gone.person).update(ended_at=clock.now(), ended_by=chair)
    with pytest.raises(Refused) as caught:
        meetings.open_session(meeting=meeting, by=chair, present=[gone.pk])
    assert refusal(caught) == [("", f"{gone.person} does not sit on the body. Leave them out.")]
    meeting = meetings.open_session(meeting=meeting, by=chair)
    assert gone.person not in [line.person for line in lines(meeting)]
    with pytest.raises(DatabaseError, match="frozen when it opens"), transaction.atomic():
        lines(meeting)[0].delete()


@pytest.mark.django_db
def test_meeting_is_kept(model):
    with pytest.raises(DatabaseError), transaction.atomic():
        Meeting.objects.filter(pk=planned(model).pk).delete()
