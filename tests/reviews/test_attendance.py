"""Who is in the room, and that a vote in a meeting is counted over them."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from journal import clock
from policies.reasons import Refused
from reviews.actions import alternates, attendance, ballots, floor, meetings
from reviews.meetings import attending, presence
from reviews.models import Attendance
from tests.proposals.packs import ruled
from tests.reviews.sitting import body_of, in_person, items, lines, opened, waiting
from tests.reviews.support import refusal, voters
from tests.reviews.test_agenda import refused

HOUR = dt.timedelta(hours=1)
NINE = dt.datetime(2027, 3, 2, 9, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ((0, 1), (1, 2), False),  # one ends when the other begins
        ((0, 2), (1, 3), True),
        ((1, 2), (0, None), True),
        ((0, 1), (1, None), False),
        ((0, None), (5, None), True),
    ],
)
def test_stretches_overlap(one, other, together):
    spans = [
        tuple(NINE + HOUR * hour if hour is not None else None for hour in span) for span in (one, other)
    ]
    assert attending.overlaps(*spans) is attending.overlaps(*reversed(spans)) is together


pytestmark = pytest.mark.django_db


def test_arrivals_and_departures_within_the_meeting(model):
    keeper = model.nobody
    meeting = opened(model, present=1, keeper=keeper)
    _chair, late, *_rest = lines(meeting)
    begun = meeting.opened_at
    with clock.at(begun + HOUR):
        table = [
            (begun - dt.timedelta(minutes=1), "The meeting began at "),
            (begun + 2 * HOUR, "This time has not come yet."),
        ]
        for at, said in table:
            (found,) = refused(attendance.arrive, meeting=meeting, line=late.pk, at=at, by=keeper)
            assert found.startswith(said)
        assert refused(attendance.leave, meeting=meeting, line=late.pk, by=keeper) == [
            f"{late.person} is not in the room."
        ]
        row = attendance.arrive(meeting=meeting, line=late.pk, at=begun + HOUR / 4, by=keeper)
        (again,) = refused(attendance.arrive, meeting=meeting, line=late.pk, by=keeper)
        assert again.startswith(f"{late.person} is recorded as in the room from ")
        before = refused(attendance.leave, meeting=meeting, line=late.pk, at=begun + HOUR / 5, by=keeper)
        assert before == ["Somebody leaves after they have arrived."]
        attendance.leave(meeting=meeting, line=late.pk, at=begun + HOUR / 2, by=keeper)
        back = attendance.arrive(meeting=meeting, line=late.pk, by=keeper)
        (runs_into,) = refused(
            attendance.correct, attendance=back, arrived_at=begun + HOUR / 3, left_at=None, by=keeper
        )
        assert runs_into.startswith(f"{late.person} is recorded as in the room from ")
        attendance.correct(attendance=row, arrived_at=begun, left_at=begun + HOUR / 3, by=keeper)
        attendance.strike(attendance=back, by=keeper)
        assert refused(attendance.strike, attendance=back, by=keeper) == ["This was taken out meanwhile."]
        attendance.note_guests(meeting=meeting, guests="The dean", by=keeper)
        meetings.adjourn(meeting=meeting, by=model.programme_manager)
        (over,) = refused(
            attendance.leave, meeting=meeting, line=lines(meeting)[0].pk, by=model.programme_manager
        )
        assert "adjourned this meeting" in over
    stretches = meeting.attendances.values_list("line", "arrived_at", "left_at")
    assert set(stretches) == {(_chair.pk, begun, None), (late.pk, begun, begun + HOUR / 3)}
    with pytest.raises(DatabaseError, match="while the meeting is in session"), transaction.atomic():
        Attendance.objects.update(left_at=None)


def test_alternate_comes_for_a_member_who_named_them(model):
    def allow(data):
        for seat in body_of(data)["seats"]:
            seat["alternates"] = seat["id"] == "faculty"

    ruled(model, allow)
    meeting = opened(model, present=1)
    line = next(row for row in lines(meeting) if row.seat == "faculty")
    other = next(row for row in lines(meeting) if row.seat == "registrar")
    chair, today = model.chair("committee"), model.institution.today()
    (said,) = refused(attendance.arrive, meeting=meeting, line=line.pk, person=model.nobody, by=chair)
    assert said == f"{line.person} has not named {model.nobody} as an alternate, or their seat knows none."
    (said,) = refused(attendance.arrive, meeting=meeting, line=line.pk, person=other.person, by=chair)
    assert said == f"{other.person} sits on this body, and one person has one vote."
    alternates.name(
        institution=model.institution, body="committee", delegate=model.nobody, by=line.person, ends_on=today
    )
    row = attendance.arrive(meeting=meeting, line=line.pk, person=model.nobody, by=chair)
    assert str(row) == f"{model.nobody} for {line.person}"
    assert presence.now_in(meeting) == {lines(meeting)[0].person_id, line.person_id}


# --- votes ---------------------------------------------------------------------------------------
def in_session(model, present, **rule):
    """A vote that a meeting has taken up, with the first so many of the roll in the room."""
    in_person(model, **rule)
    meeting = opened(model, *waiting(model), present=present)
    (item,) = items(meeting)
    return meeting, floor.take_vote(item=item, by=model.chair("committee"))


def test_quorum_is_who_is_in_the_room_when_the_vote_closes(model):
    meeting, ballot = in_session(model, present=3)
    chair = model.chair("committee")
    for person in voters(ballot)[:2]:
        ballots.vote(ballot=ballot, choice="approve", by=person)
    assert [line.votes for line in lines(meeting)][:3] == [True] * 3
    third = lines(meeting)[2]
    attendance.leave(meeting=meeting, line=third.pk, by=chair)
    closed = ballots.close(ballot=ballot, by=chair)
    assert (closed.outcome, closed.tally["present"], closed.tally["quorum_needed"]) == ("inquorate", 2, 3)
    (item,) = items(meeting)
    attendance.arrive(meeting=meeting, line=third.pk, by=chair)  # and sits there without voting
    again = floor.take_vote(item=item, by=chair)
    for person in voters(again)[:2]:
        ballots.vote(ballot=again, choice="approve", by=person)
    closed = ballots.close(ballot=again, by=chair)
    assert (closed.outcome, closed.tally["present"]) == ("approve", 3)
    assert set(closed.taken_up.present) == {str(line.person_id) for line in lines(meeting)[:3]}
    with pytest.raises(DatabaseError), transaction.atomic():
        type(closed.taken_up).objects.filter(pk=closed.taken_up.pk).update(present=[])


def test_who_is_not_in_the_room_has_no_vote_in_a_meeting(model):
    meeting, ballot = in_session(model, present=4)
    absent, chair = lines(meeting)[4].person, model.chair("committee")
    (said,) = refused(ballots.vote, ballot=ballot, choice="approve", by=absent)
    assert said == (
        "This vote is taken in a meeting, and you are not recorded as in the room. Tell who keeps the minutes."
    )
    for line, choice in zip(lines(meeting)[:4], ["approve", "decline", "decline", "approve"], strict=True):
        ballots.vote(ballot=ballot, choice=choice, by=line.person)
    gone = lines(meeting)[1]
    attendance.leave(meeting=meeting, line=gone.pk, by=chair)  # after voting, before the count
    closed = ballots.close(ballot=ballot, by=chair)
    assert (closed.outcome, closed.tally["yes"], closed.tally["no"]) == ("approve", 2, 1)


def test_votes_from_afar_count_where_the_rule_allows_them(model):
    meeting = opened(model, *waiting(model), present=2)  # the model's committee may vote online
    ballot = floor.take_vote(item=items(meeting)[0], by=model.chair("committee"))
    absent = lines(meeting)[4].person
    ballots.vote(ballot=ballot, choice="approve", by=absent)
    closed = ballots.close(ballot=ballot, by=model.chair("committee"))
    assert (closed.outcome, closed.tally["present"]) == ("approve", 3)


def test_recused_member_counts_towards_the_quorum_only_in_the_room(model):
    meeting, ballot = in_session(model, present=3)
    chair = model.chair("committee")
    for person in voters(ballot)[:2]:
        ballots.vote(ballot=ballot, choice="approve", by=person)
    third = lines(meeting)[2]
    ballots.recuse(ballot=ballot, by=third.person)
    attendance.leave(meeting=meeting, line=third.pk, by=chair)
    assert ballots.close(ballot=ballot, by=chair).outcome == "inquorate"


def test_attendance_at_a_counted_vote_stays_as_it_was_counted(model):
    meeting, ballot = in_session(model, present=3)
    chair = model.chair("committee")
    ballots.close(ballot=ballot, by=chair)
    row = meeting.attendances.get(line=lines(meeting)[1])
    said = "A vote was counted on "
    with clock.at(clock.now() + HOUR):
        for act, given in (
            (attendance.strike, {"attendance": row}),
            (attendance.correct, {"attendance": row, "arrived_at": clock.now(), "left_at": None}),
            (attendance.arrive, {"meeting": meeting, "line": lines(meeting)[4].pk, "at": meeting.opened_at}),
        ):
            assert refused(act, by=chair, **given)[0].startswith(said)
        attendance.leave(meeting=meeting, line=lines(meeting)[1].pk, by=chair)


def test_open_vote_keeps_the_meeting_from_ending_until_it_is_put_off(model):
    meeting, ballot = in_session(model, present=3)
    chair = model.chair("committee")
    with pytest.raises(Refused) as caught:
        meetings.adjourn(meeting=meeting, by=chair)
    said = f"A vote is open: {ballot.question} Close it, or put the item off."
    assert refusal(caught) == [("", said)]
    floor.put_off(item=items(meeting)[0], text="", by=chair)
    meetings.adjourn(meeting=meeting, by=chair)
    ballot.refresh_from_db()
    assert (ballot.state, presence.taken_up(type(ballot).objects.get(pk=ballot.pk))) == ("open", None)
