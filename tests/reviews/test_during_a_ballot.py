"""What may happen while a ballot is open: members removed, seats vacated, a new revision, the clocks changed."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from accounts.actions import seats
from accounts.models import SeatHolding
from journal import clock
from journal.models import Notice
from policies.reasons import Refused
from proposals.actions import transitions
from proposals.models import Proposal
from reviews.actions import ballots
from reviews.models import Ballot
from tests.proposals import walking
from tests.proposals.packs import ruled
from tests.reviews.support import cast, close, committee_ballot, refusal, voters
from tests.support import api_for

pytestmark = pytest.mark.django_db


def student(campus):
    return SeatHolding.objects.get(institution=campus.institution, body="committee", seat="students")


def test_seat_vacated_during_a_ballot_keeps_its_line_and_its_vote(model):
    """The roll is as it was when the ballot opened; the next ballot has the body as it then is."""
    ballot = committee_ballot(model)
    holding = student(model)
    seats.end_seat(holding=holding, by=model.administrator)
    ballots.vote(ballot=ballot, choice="approve", by=holding.person)
    assert (ballot.roll.count(), ballot.votes.count()) == (5, 1)
    close(ballot)
    again = ballots.rerun_reasons(ballot.step)
    assert [reason.text for reason in again] == [
        "Micro-credential Committee cannot convene without the seat “Student representative”: it is vacant."
    ] or again == []


def test_member_removed_during_a_ballot_votes_no_more_and_the_quorum_stays(model):
    ballot = committee_ballot(model)
    member = voters(ballot)[4]
    ballots.vote(ballot=ballot, choice="decline", by=member)
    member.is_active = False
    member.save()
    with pytest.raises(PermissionDenied):
        ballots.vote(ballot=ballot, choice="approve", by=member)
    assert api_for(member).get(f"/api/v1/ballots/{ballot.pk}/").status_code == 404
    cast(ballot, "approve", "approve")
    tally = close(ballot).tally
    assert (tally["yes"], tally["no"], tally["quorum_base"], tally["outcome"]) == (2, 1, 5, "approve")


def test_new_revision_during_a_ballot_is_refused_and_a_withdrawal_voids_it_and_all_are_told(model):
    """What a body votes on cannot change under its hands. (A vote on rescinding can be overtaken by a revision:
    test_rescinding.)"""
    proposal = walking.model_committee_review(model)
    ballot = Ballot.objects.open().get(proposal=proposal)
    ballots.vote(ballot=ballot, choice="approve", by=voters(ballot)[1])
    with pytest.raises(Refused) as caught:
        walking.save(proposal, {"learning": {"need": walking.words(25)}}, model.proposer)
    said = "It has been submitted and cannot be changed unless it is sent back to you."
    assert refusal(caught)[0][1] == said
    for move in ("submit", "resubmit"):
        with pytest.raises(Refused):
            transitions.perform(proposal=walking.fresh(proposal), transition=move, by=model.proposer)
    assert Ballot.objects.open().get(proposal=proposal).revision == ballot.revision
    transitions.perform(proposal=proposal, transition="withdraw", by=model.proposer, note="Anew.")
    told = set(Notice.objects.filter(kind="ballot_void").values_list("person", flat=True))
    assert told == {person.pk for person in voters(ballot)}
    with pytest.raises(Refused) as caught:
        ballots.vote(ballot=ballot, choice="approve", by=voters(ballot)[2])
    assert refusal(caught)[0][1].startswith("This ballot is void")


@pytest.mark.parametrize(
    ("opened", "last"),
    [
        # Fourteen days before the clocks of Chicago change, in spring and in autumn of 2027.
        (dt.datetime(2027, 2, 28, 18, tzinfo=dt.UTC), dt.datetime(2027, 3, 15, 4, 59, tzinfo=dt.UTC)),
        (dt.datetime(2027, 10, 24, 18, tzinfo=dt.UTC), dt.datetime(2027, 11, 8, 5, 59, tzinfo=dt.UTC)),
    ],
)
def test_ballot_over_a_change_of_the_clocks_ends_at_local_midnight(model, opened, last):
    with clock.at(opened):
        ballot = committee_ballot(model)
    assert ballot.closes_at.replace(second=0, microsecond=0) == last
    with clock.at(ballot.closes_at - dt.timedelta(seconds=1)):
        ballots.vote(ballot=ballot, choice="approve", by=voters(ballot)[1])
    with clock.at(ballot.closes_at + dt.timedelta(seconds=1)), pytest.raises(Refused) as caught:
        ballots.vote(ballot=ballot, choice="approve", by=voters(ballot)[2])
    assert "23:59" in refusal(caught)[0][1]


@pytest.mark.parametrize(
    ("zone", "opened", "counted", "ended", "says"),
    [
        # In Nuuk clocks go from 23:00 to midnight on 27 March 2027: 23:59 does not come, and the day ends an hour earlier.
        (
            "America/Nuuk",
            (2027, 3, 13),
            (2027, 3, 28, 0, 59, 58),
            (2027, 3, 28, 1, 0, 0),
            "27 March 2027, 22:59",
        ),
        # In Santiago they go from midnight back to 23:00 on 3 April 2027: 23:59 comes twice, and the later one counts.
        (
            "America/Santiago",
            (2027, 3, 20),
            (2027, 4, 4, 3, 30, 0),
            (2027, 4, 4, 4, 0, 0),
            "3 April 2027, 23:59",
        ),
    ],
)
def test_closing_hour_that_does_not_come_or_comes_twice(model, zone, opened, counted, ended, says):
    ruled(model, lambda data: data["calendar"].update(timezone=zone))
    with clock.at(dt.datetime(*opened, 18, tzinfo=dt.UTC)):
        ballot = committee_ballot(model)
    with clock.at(dt.datetime(*counted, tzinfo=dt.UTC)):
        ballots.vote(ballot=ballot, choice="approve", by=voters(ballot)[1])
    with clock.at(dt.datetime(*ended, tzinfo=dt.UTC)):
        with pytest.raises(Refused) as caught:
            ballots.vote(ballot=ballot, choice="approve", by=voters(ballot)[2])
        assert refusal(caught)[0][1] == f"Voting ended on {says}. The chair closes the ballot."
        assert close(ballot).tally["present"] == 1


def test_two_who_can_close_close_it_once(model):
    """The chair stepped aside: the programme manager closes, and the chair cannot any more."""
    ballot = committee_ballot(model)
    cast(ballot, "", "approve", "approve", "approve")
    chair = voters(ballot)[0]
    ballots.recuse(ballot=ballot, by=chair)
    assert ballots.close(ballot=ballot, by=model.programme_manager).outcome == "approve"
    with pytest.raises(PermissionDenied):
        ballots.close(ballot=ballot, by=chair)
    assert Proposal.objects.get(pk=ballot.proposal_id).state == "unit_approval"
