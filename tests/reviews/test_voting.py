"""Who may vote, what is kept of it, and what is refused."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from journal import clock
from journal.models import Entry, Notice
from policies.reasons import Refused
from reviews.actions import ballots, opening
from reviews.models import Ballot, Vote, VoteChange
from tests.reviews.support import (
    OUTSIDERS,
    acts,
    at_step,
    close,
    committee_ballot,
    hold,
    refusal,
    voters,
)

pytestmark = pytest.mark.django_db


def test_vote_is_kept_with_its_comment_and_scores(model):
    ballot = committee_ballot(model)
    member = voters(ballot)[2]
    ballots.vote(
        ballot=ballot, choice="approve", comment=" Good. ", by=member, rubric={"It serves a need.": 4}
    )
    vote = Vote.objects.get()
    assert (vote.person, vote.choice, vote.comment, vote.rubric) == (
        member,
        "approve",
        "Good.",
        {"It serves a need.": 4},
    )


def test_vote_can_be_changed_and_each_is_kept(model):
    ballot = committee_ballot(model)
    member = voters(ballot)[1]
    for choice in ("approve", "decline", "abstain"):
        ballots.vote(ballot=ballot, choice=choice, by=member)
    assert (Vote.objects.get().choice, Vote.objects.get().changes) == ("abstain", 2)
    assert list(VoteChange.objects.values_list("choice", flat=True)) == ["approve", "decline", "abstain"]
    assert acts(ballot.proposal)[-3:] == ["vote_cast", "vote_changed", "vote_changed"]


def test_same_vote_twice_is_one_vote(model):
    ballot = committee_ballot(model)
    for _ in range(2):
        ballots.vote(ballot=ballot, choice="approve", comment="Yes", by=voters(ballot)[1])
    assert (Vote.objects.count(), VoteChange.objects.count(), acts(ballot.proposal).count("vote_cast")) == (
        1,
        1,
        1,
    )


def test_record_of_a_vote_says_nothing_of_the_choice(model):
    ballot = committee_ballot(model)
    ballots.vote(ballot=ballot, choice="decline", comment="Never", by=voters(ballot)[1])
    entry = Entry.objects.get(act="vote_cast")
    assert "decline" not in entry.canonical
    assert "Never" not in entry.canonical


def test_vote_by_a_proposer_is_refused_with_the_clause(model):
    ballot = committee_ballot(model)
    with pytest.raises(Refused) as caught:
        ballots.vote(ballot=ballot, choice="approve", by=model.proposer)
    assert refusal(caught) == [("MU-10", "You propose this credential, so you have no vote on it.")]


@pytest.mark.parametrize("role", OUTSIDERS)
def test_vote_by_who_is_not_on_the_roll_is_denied(model, role):
    ballot = committee_ballot(model)
    with pytest.raises(PermissionDenied):
        ballots.vote(ballot=ballot, choice="approve", by=getattr(model, role))
    assert not Vote.objects.exists()


def test_vote_by_a_recused_member_is_refused(model):
    ballot = committee_ballot(model)
    member = voters(ballot)[1]
    ballots.recuse(ballot=ballot, by=member, reason="My sister teaches it.")
    with pytest.raises(Refused) as caught:
        ballots.vote(ballot=ballot, choice="approve", by=member)
    assert refusal(caught) == [("MU-10", "You are recused from this ballot, so you have no vote in it.")]


def test_vote_on_hold_is_refused(model):
    ballot = committee_ballot(model)
    hold(ballot.proposal)
    with pytest.raises(Refused) as caught:
        ballots.vote(ballot=ballot, choice="approve", by=voters(ballot)[1])
    assert refusal(caught) == [("MU-10", "The proposal is on hold. The ballot goes on once it is resumed.")]


def test_vote_after_the_last_day_is_refused(model):
    ballot = committee_ballot(model)
    with clock.at(ballot.closes_at + dt.timedelta(seconds=1)), pytest.raises(Refused) as caught:
        ballots.vote(ballot=ballot, choice="approve", by=voters(ballot)[1])
    assert refusal(caught)[0][1].startswith("Voting ended on ")


def test_vote_on_a_void_ballot_is_refused(model):
    ballot = committee_ballot(model)
    opening.void_ballots(step=ballot.step, reason="The proposers changed it.")
    with pytest.raises(Refused) as caught:
        ballots.vote(ballot=ballot, choice="approve", by=voters(ballot)[1])
    assert refusal(caught) == [("MU-10", "This ballot is void: The proposers changed it.")]
    assert Notice.objects.filter(kind="ballot_void").count() == 5


def test_vote_after_closing_is_refused(model):
    ballot = committee_ballot(model)
    close(ballot)
    with pytest.raises(Refused) as caught:
        ballots.vote(ballot=ballot, choice="approve", by=voters(ballot)[1])
    assert " closed this ballot on " in refusal(caught)[0][1]


def test_vote_into_a_closed_ballot_is_stopped_by_the_database(model):
    ballot = committee_ballot(model)
    seat = ballot.roll.first()
    close(ballot)
    with pytest.raises(DatabaseError), transaction.atomic():
        Vote.objects.create(
            ballot=ballot, seat=seat, person=seat.person, choice="approve", cast_at=clock.now()
        )


@pytest.mark.clause("MU-9", "MU-10")
@pytest.mark.clause("CUB-9")
@pytest.mark.parametrize(
    ("vote", "field", "clause"),
    [
        ({"choice": "veto"}, "choice", "MU-10"),
        ({"choice": ""}, "choice", "MU-10"),
        ({"choice": "approve", "comment": "x" * 10_001}, "comment", ""),
        ({"choice": "approve", "rubric": {"It is cheap.": 3}}, "rubric", "MU-9"),
        ({"choice": "approve", "rubric": {"It serves a need.": 6}}, "rubric", "MU-9"),
        ({"choice": "approve", "rubric": {"It serves a need.": "5"}}, "rubric", "MU-9"),
    ],
)
def test_vote_that_does_not_fit_is_refused_at_its_field(model, vote, field, clause):
    ballot = committee_ballot(model)
    with pytest.raises(Refused) as caught:
        ballots.vote(ballot=ballot, by=voters(ballot)[1], **vote)
    assert [(r.field, r.clause) for r in caught.value.reasons] == [(field, clause)]


def test_vote_for_an_outcome_that_the_body_does_not_have_is_refused(campus):
    """Boulder's committee approves or asks for changes, these two only (CUB-9)."""
    boulder = campus("cu_boulder")
    ballot = Ballot.objects.get(step=at_step(boulder, "mac_ballot"))
    with pytest.raises(Refused) as caught:
        ballots.vote(ballot=ballot, choice="decline", by=voters(ballot)[0])
    assert refusal(caught) == [
        ("CUB-9", "Choose one of what this body can say: approve, request changes, abstain.")
    ]


def test_database_holds_one_vote_a_person(model):
    ballot = committee_ballot(model)
    first, second = ballot.roll.all()[:2]
    row = {"ballot": ballot, "person": first.person, "choice": "approve", "cast_at": clock.now()}
    Vote.objects.create(seat=first, **row)
    with pytest.raises(DatabaseError), transaction.atomic():
        Vote.objects.create(seat=second, **row)


def test_votes_can_be_neither_deleted_nor_rewritten_in_history(model):
    ballot = committee_ballot(model)
    ballots.vote(ballot=ballot, choice="approve", by=voters(ballot)[1])
    for change in (Vote.objects.all().delete, lambda: VoteChange.objects.update(choice="decline")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
