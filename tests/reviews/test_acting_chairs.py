"""Who presides over a meeting and closes its votes: who is in the room, in the order chair, vice chair, member named."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from journal.models import Entry
from reviews import chairing
from reviews.actions import attendance, ballots, floor, meetings, presiding
from reviews.meetings import minutes as reading
from reviews.meetings import presiding as words
from reviews.models import ActingChair, Ballot, BallotSeat, Meeting
from reviews.viewpoint import Viewpoint
from tests.proposals.packs import ruled
from tests.reviews.sitting import campus_acts, in_person, items, lines, opened, waiting
from tests.reviews.test_agenda import refused
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db


def vice(campus):
    """The committee votes in meetings alone, and the registrar is its vice chair."""

    def change(data):
        data["bodies"][0]["seats"][1]["vice_chair"] = True

    return ruled(in_person(campus), change)


def voting(campus, *, absent=(), recused=(), named=None):
    """A vote of a meeting in session, without some lines of the roll, some recused, a line perhaps named to preside;
    gives the meeting, its lines, and the ballot."""
    meeting = opened(campus, *waiting(campus))
    roll = lines(meeting)
    ballot = floor.take_vote(item=items(meeting)[0], by=campus.programme_manager)
    for place in recused:
        ballots.recuse(ballot=ballot, by=roll[place].person)
    for place in absent:
        attendance.leave(meeting=meeting, line=roll[place].pk, by=campus.programme_manager)
    if named is not None:
        presiding.name(meeting=meeting, line=roll[named].pk, by=campus.programme_manager)
    return Meeting.objects.get(pk=meeting.pk), roll, Ballot.objects.get(pk=ballot.pk)


# Who is not in the room, who is recused, who was named: lines of the roll (0 the chair, 1 the vice chair); who presides
# over the vote ("manager" stands in), and over the meeting.
CASES = {
    "all there": ((), (), None, 0, 0),
    "the chair left": ((0,), (), None, 1, 1),
    "the chair is recused": ((), (0,), None, 1, 0),
    "the vice chair left": ((1,), (), None, 0, 0),
    "the chair left, the vice chair is recused": ((0,), (1,), None, "manager", 1),
    "both left": ((0, 1), (), None, "manager", None),
    "both left, a member was named": ((0, 1), (), 3, 3, 3),
    "both recused, a member was named": ((), (0, 1), 2, 2, 0),
}


def test_who_presides_in_a_meeting(model):
    campus = vice(model)
    for case in CASES:
        with transaction.atomic():
            presides(campus, case)
            transaction.set_rollback(True)


def presides(model, case):
    absent, recused, named, closes, over = CASES[case]
    meeting, roll, ballot = voting(model, absent=absent, recused=recused, named=named)
    people = {place: line.person for place, line in enumerate(roll)} | {"manager": model.programme_manager}
    for place, person in people.items():
        mine = place == closes
        assert (place, Viewpoint(ballot, person).closes) == (place, mine), case
        assert (place, Ballot.objects.chaired_by(person).exists()) == (place, mine), case
    found = chairing.of_ballot(ballot)
    assert BallotSeat.objects.filter(ballot=ballot).presiding().first() == found, case
    assert chairing.of_meeting(meeting) == (roll[over] if over is not None else None), case
    for place in (0, 1, 2):
        if place != closes:
            with pytest.raises(PermissionDenied):
                ballots.close(ballot=ballot, by=people[place])
    closed = ballots.close(ballot=ballot, by=people[closes])
    assert closed.closed_by == people[closes]


def test_vice_chair_closes_and_the_record_says_for_whom(model):
    meeting, roll, ballot = voting(vice(model), absent=(0,))
    chair, registrar = roll[0].person, roll[1].person
    said = f"{registrar}, the vice chair, presides: {chair}, the chair, is not in the room."
    assert words.now(meeting) == words.over(ballot) == said
    page = site_for(registrar).get(meeting.get_absolute_url()).content.decode()
    assert "the vice chair, presides" in page
    shown = api_for(registrar).get(f"/api/v1/meetings/{meeting.pk}/").json()
    assert (shown["presiding"], shown["agenda"][0]["votes"][0]["presiding"]) == (said, said)
    assert (
        "the vice chair, presides" in site_for(registrar).get(f"/admin/ballots/{ballot.pk}/").content.decode()
    )
    answer = api_for(chair).post(f"/api/v1/ballots/{ballot.pk}/close/")
    assert (answer.status_code, "closes the votes taken in it" in answer.json()["detail"]) == (403, True)
    ballots.close(ballot=ballot, by=registrar)
    detail = Entry.objects.get(act="ballot_closed").detail
    assert (detail["presided_by"], detail["instead_of"]) == (
        str(registrar.pk),
        [{"part": "chair", "person": str(chair.pk), "because": "away"}],
    )
    attendance.arrive(meeting=meeting, line=roll[0].pk, by=model.programme_manager)
    meetings.adjourn(meeting=meeting, by=chair)
    (vote,) = reading.said(Meeting.objects.get(pk=meeting.pk))["items"][0]["votes"]
    assert vote["presiding"] == said.replace("presides", "presided").replace("is not", "was not")


def test_member_named_by_the_body_runs_the_meeting_until_the_chair_is_back(model):
    meeting, roll, ballot = voting(in_person(model), absent=(0,))
    chair, member = roll[0].person, roll[2].person
    keeper = model.programme_manager
    assert words.now(meeting) == f"Nobody presides: {chair}, the chair, is not in the room."
    with pytest.raises(PermissionDenied):
        presiding.name(meeting=meeting, line=roll[2].pk, by=member)
    with pytest.raises(PermissionDenied):
        meetings.adjourn(meeting=meeting, by=member)
    page = site_for(keeper)
    assert reverse("preside", args=[meeting.pk]) in page.get(meeting.get_absolute_url()).content.decode()
    page.post(reverse("preside", args=[meeting.pk]), {"line": roll[2].pk})
    said = f"{member}, whom the body named, presides: {chair}, the chair, is not in the room."
    assert words.now(meeting) == said
    assert "acting chair named" in campus_acts(model)
    detail = Entry.objects.get(act="acting chair named").detail
    assert detail["instead_of"] == [{"part": "chair", "person": str(chair.pk), "because": "away"}]
    ballots.close(ballot=ballot, by=member)  # nobody voted: no decision
    again = floor.take_vote(item=items(meeting)[0], by=member)
    attendance.arrive(meeting=meeting, line=roll[0].pk, by=member)
    assert words.now(meeting) == f"{chair}, the chair, presides."
    with pytest.raises(PermissionDenied):
        ballots.close(ballot=again, by=member)
    ballots.close(ballot=again, by=chair)
    with pytest.raises(DatabaseError), transaction.atomic():
        ActingChair.objects.update(recorded_by=member)


def test_who_cannot_be_named(model):
    meeting, roll, ballot = voting(in_person(model), absent=(4,))
    keeper, chair = model.programme_manager, roll[0].person

    def naming(place):
        return refused(presiding.name, meeting=meeting, line=roll[place].pk, by=keeper)

    two = "{} presides, and two cannot at once. Name somebody once they are not there or recused."
    assert naming(2) == [two.format(chair)]
    ballots.recuse(ballot=ballot, by=chair)
    ballots.recuse(ballot=ballot, by=roll[1].person)
    assert naming(4) == [f"{roll[4].person} is not recorded as in the room."]
    assert naming(1) == [f"{roll[1].person} is recused from the vote that is open: {ballot.question}"]
    assert refused(presiding.name, meeting=meeting, line=0, by=keeper) == [
        "Nobody on the roll of this meeting has this line."
    ]
    answer = api_for(keeper).post(
        f"/api/v1/meetings/{meeting.pk}/preside/", {"line": roll[2].pk}, format="json"
    )
    assert answer.status_code == 200
    assert naming(3) == [two.format(roll[2].person)]
    ballots.close(ballot=ballot, by=roll[2].person)
    meetings.adjourn(meeting=meeting, by=chair)
    assert "adjourned this meeting" in naming(3)[0]
