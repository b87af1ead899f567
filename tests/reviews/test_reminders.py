"""Whom the clock reminds of a vote: members who have not voted, and once voting is over whoever closes the ballot."""

import datetime as dt

import pytest

from journal import clock
from journal.models import Mail
from proposals import deadlines
from proposals.actions.reminding import remind_due
from reviews.actions import ballots
from tests.reviews.support import cast, committee_ballot, hold, voters

pytestmark = pytest.mark.django_db


def at_day(*day):
    return clock.at(dt.datetime(*day, 18, tzinfo=dt.UTC))


@pytest.fixture
def ballot(model):
    """Opened on 2 November 2026 for the 14 days of the model university's committee."""
    with at_day(2026, 11, 2):
        return committee_ballot(model)


def reminded(day):
    with at_day(*day):
        remind_due()
    return sorted(Mail.objects.filter(kind="deadline").values_list("to", flat=True))


def test_a_ballot_is_due_on_its_last_day(model, ballot):
    with at_day(2026, 11, 9):
        found = deadlines.of(ballot.proposal)
    assert [(one.title, one.on, one.left) for one in found] == [
        ("The committee decides", dt.date(2026, 11, 16), 7)
    ]


def test_members_who_have_not_voted_are_reminded_a_week_before(model, ballot):
    people = voters(ballot)
    with at_day(2026, 11, 3):
        cast(ballot, "approve", "approve")
    assert reminded((2026, 11, 8)) == []
    assert reminded((2026, 11, 9)) == sorted(person.email for person in people[2:])


def test_who_is_recused_is_not_reminded(model, ballot):
    people = voters(ballot)
    with at_day(2026, 11, 3):
        ballots.recuse(ballot=ballot, by=people[2])
    assert reminded((2026, 11, 9)) == sorted(person.email for person in people if person != people[2])


def test_once_voting_is_over_the_chair_is_reminded_to_close(model, ballot):
    assert reminded((2026, 11, 17)) == [voters(ballot)[0].email]


def test_a_ballot_of_a_proposal_on_hold_is_not_reminded_of(model, ballot):
    hold(ballot.proposal)
    assert reminded((2026, 11, 9)) == []
