"""Rules that no pack here uses: the chair's casting vote, secret ballots."""

import uuid

import pytest
from django.db import DatabaseError, transaction

from journal.models import Entry
from policies.reasons import Refused
from reviews.actions import ballots, opening
from reviews.models import Ballot, BallotSeat, Vote, VoteChange
from tests.reviews.support import at_step, cast, close, committee_ballot, refusal, voters

pytestmark = pytest.mark.django_db


def with_rule(ballot, **changes):
    """The ballot under another rule of its body."""
    Ballot.objects.filter(pk=ballot.pk).update(rule={**ballot.rule, **changes})
    return Ballot.objects.get(pk=ballot.pk)


def test_chair_who_votes_if_decisive_is_waited_for(model):
    ballot = with_rule(committee_ballot(model), chair_votes="if_decisive")
    cast(ballot, "", "approve", "approve", "decline", "decline")
    with pytest.raises(Refused) as caught:
        close(ballot)
    assert refusal(caught) == [
        ("MU-9", "The chair's vote would decide this ballot. Vote or abstain, then close it.")
    ]
    ballots.vote(ballot=ballot, choice="approve", by=voters(ballot)[0])
    closed = close(ballot)
    assert (closed.outcome, closed.tally["chair_decided"]) == ("approve", True)


def test_chair_who_never_votes_is_refused(model):
    ballot = with_rule(committee_ballot(model), chair_votes="never")
    with pytest.raises(Refused) as caught:
        ballots.vote(ballot=ballot, choice="approve", by=voters(ballot)[0])
    assert refusal(caught) == [("MU-10", "The chair of this body has no vote.")]
    assert not Ballot.objects.waiting_for(voters(ballot)[0]).exists()


@pytest.fixture
def secret(model):
    """The committee's ballot as if its pack made it secret."""
    body = model.pack.body("committee")
    rule = body.rule.model_copy(update={"secret": True, "secret_rule": "Standing orders, section 6"})
    step = at_step(model, "committee_ballot")
    opening.void_ballots(step=step, reason="To be held in secret.")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "body_of", lambda step: body.model_copy(update={"rule": rule}))
        return opening.open_ballot(step=step, by=None)


def test_secret_vote_is_stored_without_its_voter(secret):
    cast(secret, "approve", "approve", "decline")
    assert set(Vote.objects.filter(ballot=secret).values_list("choice", "comment")) == {("", "")}
    assert not VoteChange.objects.filter(vote__ballot=secret).exists()
    counts = {"approve": 2, "approve_with_conditions": 0, "request_changes": 0, "decline": 1, "abstain": 0}
    secret.box.refresh_from_db()
    assert secret.box.counts == counts


def test_secret_ballot_is_counted_like_any(secret):
    cast(secret, "approve", "approve", "decline", "abstain")
    ballots.recuse(ballot=secret, by=voters(secret)[4])
    tally = close(secret).tally
    assert (tally["yes"], tally["no"], tally["abstain"], tally["recused"], tally["outcome"]) == (
        2,
        1,
        1,
        1,
        "approve",
    )


def test_record_of_a_secret_ballot_holds_participation_only(secret):
    cast(secret, "approve", "approve", "decline")
    close(secret)
    for entry in Entry.objects.filter(act__in=["vote_cast", "recused"]):
        assert "choice" not in entry.detail
    closing = Entry.objects.get(act="ballot_closed")
    assert [set(vote) for vote in closing.detail["votes"]] == [{"seat", "person"}] * 3


@pytest.mark.parametrize("extra", [{"comment": "I say no"}, {"rubric": {"It serves a need.": 1}}])
def test_secret_vote_carries_nothing_else(secret, extra):
    with pytest.raises(Refused) as caught:
        ballots.vote(ballot=secret, choice="approve", by=voters(secret)[1], **extra)
    assert refusal(caught) == [
        ("", "A secret vote carries no comment or scores: they could tell whose it is.")
    ]


def test_secret_vote_can_be_neither_changed_nor_taken_out(secret):
    member = voters(secret)[1]
    ballots.vote(ballot=secret, choice="approve", by=member)
    for again in (
        lambda: ballots.vote(ballot=secret, choice="decline", by=member),
        lambda: ballots.recuse(ballot=secret, by=member),
    ):
        with pytest.raises(Refused):
            again()
    secret.box.refresh_from_db()
    assert sum(secret.box.counts.values()) == 1


def test_seats_of_a_closed_ballot_name_nobody_twice(model):
    ballot = committee_ballot(model)
    person = voters(ballot)[0]
    with pytest.raises(DatabaseError), transaction.atomic():
        BallotSeat.objects.create(ballot=ballot, seat="students", title="Students", person=person)


def test_ballots_of_other_bodies_are_not_mine(model):
    committee_ballot(model)
    assert not Ballot.objects.visible_to(model.stranger).exists()
    assert not Ballot.objects.visible_to(model.learner).exists()
    assert Ballot.objects.visible_to(model.proposer).count() == 1
    assert not Ballot.objects.filter(pk=uuid.uuid4()).visible_to(model.programme_manager).exists()
