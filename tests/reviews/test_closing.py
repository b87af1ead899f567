"""Stepping aside, closing and its consequences, holding the vote again, the last day."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from journal.models import Entry, Mail, Notice
from policies.reasons import Refused
from proposals.models import Proposal, Step
from reviews.actions import ballots
from reviews.models import Ballot
from tests.reviews.support import (
    OUTSIDERS,
    acts,
    cast,
    close,
    committee_ballot,
    hold,
    refusal,
    voters,
)

pytestmark = pytest.mark.django_db


def test_recusal_takes_a_cast_vote_out_of_the_count(model):
    ballot = committee_ballot(model)
    cast(ballot, "approve", "approve", "decline", "decline", "decline")
    ballots.recuse(ballot=ballot, by=voters(ballot)[4])
    tally = close(ballot).tally
    assert (tally["yes"], tally["no"], tally["recused"], tally["present"]) == (2, 2, 1, 5)


def test_recusal_twice_is_refused(model):
    ballot = committee_ballot(model)
    ballots.recuse(ballot=ballot, by=voters(ballot)[1])
    with pytest.raises(Refused) as caught:
        ballots.recuse(ballot=ballot, by=voters(ballot)[1])
    assert refusal(caught) == [("MU-10", "You are recused from this ballot already.")]


def test_recusal_by_who_is_not_on_the_roll_is_denied(model):
    with pytest.raises(PermissionDenied):
        ballots.recuse(ballot=committee_ballot(model), by=model.programme_manager)


def test_programme_manager_closes_when_the_chair_is_recused(model):
    ballot = committee_ballot(model)
    chair = voters(ballot)[0]
    ballots.recuse(ballot=ballot, by=chair)
    with pytest.raises(PermissionDenied):
        ballots.close(ballot=ballot, by=chair)
    assert ballots.close(ballot=ballot, by=model.programme_manager).state == "closed"


def test_decision_completes_the_step_and_moves_the_proposal(model):
    ballot = committee_ballot(model)
    cast(ballot, "approve", "approve", "approve", "request_changes", "abstain")
    closed = close(ballot)
    assert closed.tally["sentence"] == (
        "5 of 5 seats took part; 3 are needed. Of 4 votes cast 3 are yes; more than half is needed. Carried."
    )
    step = Step.objects.get(pk=ballot.step_id)
    assert (step.status, step.outcome, step.counts["yes"]) == ("complete", "approve", 3)
    assert Proposal.objects.get(pk=ballot.proposal_id).state == "unit_approval"
    assert Step.objects.get(key="dean_signoff").status == "open"


def test_closing_is_recorded_with_every_choice(model):
    ballot = committee_ballot(model)
    cast(ballot, "approve", "approve", "approve")
    close(ballot)
    entry = Entry.objects.get(act="ballot_closed")
    assert entry.detail["outcome"] == "approve"
    assert [(v["seat"], v["choice"]) for v in entry.detail["votes"]] == [
        ("chair", "approve"), ("registrar", "approve"), ("faculty", "approve")
    ]  # fmt: skip
    assert acts(ballot.proposal).index("ballot_closed") < acts(ballot.proposal).index("step")


def test_request_for_changes_sends_it_back_with_what_the_members_wrote(model):
    ballot = committee_ballot(model)
    chair, second, third = voters(ballot)[:3]
    ballots.vote(ballot=ballot, choice="request_changes", comment="Name the assessor.", by=second)
    ballots.vote(ballot=ballot, choice="request_changes", comment="Fewer hours.", by=third)
    ballots.vote(ballot=ballot, choice="approve", comment="Fine with me.", by=chair)
    close(ballot, note="We meet again in May.")
    assert Proposal.objects.get(pk=ballot.proposal_id).state == "changes_requested"
    step = Step.objects.get(pk=ballot.step_id)
    assert (step.outcome, step.note) == (
        "request_changes",
        "We meet again in May.\n\nName the assessor.\n\nFewer hours.",
    )


@pytest.mark.parametrize(
    ("choices", "outcome"),
    [(("approve", "approve"), "inquorate"), (("approve", "approve", "decline", "decline"), "no_decision")],
)
def test_without_quorum_or_decision_nothing_moves(model, choices, outcome):
    ballot = committee_ballot(model)
    cast(ballot, *choices)
    assert close(ballot).outcome == outcome
    assert Step.objects.get(pk=ballot.step_id).status == "open"
    assert Proposal.objects.get(pk=ballot.proposal_id).state == "committee_review"


def test_vote_is_held_again_without_the_earlier_votes(model):
    ballot = committee_ballot(model)
    cast(ballot, "approve", "approve")
    close(ballot)
    again = ballots.rerun(step=ballot.step, by=voters(ballot)[0])
    assert (again.state, again.votes.count(), again.revision) == ("open", 0, ballot.revision)


def test_vote_is_not_held_twice_at_once(model):
    ballot = committee_ballot(model)
    with pytest.raises(Refused) as caught:
        ballots.rerun(step=ballot.step, by=voters(ballot)[0])
    assert refusal(caught) == [("MU-10", "A ballot of this step is open already.")]


def test_vote_is_not_held_again_once_decided(model):
    ballot = committee_ballot(model)
    cast(ballot, "approve", "approve", "approve")
    close(ballot)
    with pytest.raises(Refused) as caught:
        ballots.rerun(step=ballot.step, by=voters(ballot)[0])
    assert refusal(caught) == [("MU-10", "This step is not open, so there is nothing to vote on.")]


@pytest.mark.parametrize("role", [*OUTSIDERS, "proposer"])
def test_closing_and_rerunning_by_others_is_denied(model, role):
    ballot = committee_ballot(model)
    person = getattr(model, role)
    with pytest.raises(PermissionDenied):
        ballots.close(ballot=ballot, by=person)
    if role != "programme_manager":
        with pytest.raises(PermissionDenied):
            ballots.rerun(step=ballot.step, by=person)


def test_closing_by_a_member_who_does_not_chair_is_denied(model):
    ballot = committee_ballot(model)
    with pytest.raises(PermissionDenied):
        ballots.close(ballot=ballot, by=voters(ballot)[1])


def test_second_closing_is_told_who_was_faster(model):
    ballot = committee_ballot(model)
    close(ballot)
    with pytest.raises(Refused) as caught:
        close(ballot)
    assert refusal(caught)[0][1].startswith(f"{voters(ballot)[0]} closed this ballot on ")
    assert acts(ballot.proposal).count("ballot_closed") == 1


def test_closing_on_hold_is_refused(model):
    ballot = committee_ballot(model)
    hold(ballot.proposal)
    with pytest.raises(Refused) as caught:
        close(ballot)
    assert refusal(caught) == [("MU-10", "The proposal is on hold. The ballot goes on once it is resumed.")]


def test_closed_ballot_cannot_be_changed_by_sql(model):
    ballot = close(committee_ballot(model))
    with pytest.raises(DatabaseError), transaction.atomic():
        Ballot.objects.filter(pk=ballot.pk).update(outcome="approve")


def test_body_is_told_of_the_result(model):
    ballot = close(committee_ballot(model))
    assert Notice.objects.filter(kind="ballot_closed").count() == 5
    assert Mail.objects.filter(kind="ballot_closed", key__contains=str(ballot.pk)).count() == 5


def test_last_day_can_be_moved_back_only(model):
    ballot = committee_ballot(model)
    chair = voters(ballot)[0]
    day = ballot.closes_at.astimezone(ZoneInfo("America/Chicago")).date()
    with pytest.raises(Refused):
        ballots.extend(ballot=ballot, until=day, by=chair)
    cast(ballot, "approve")
    longer = ballots.extend(ballot=ballot, until=day + dt.timedelta(days=7), by=chair)
    assert longer.closes_at == ballot.closes_at + dt.timedelta(days=7)
    assert Notice.objects.filter(kind="ballot_extended").count() == 4


def test_body_without_a_rule_for_it_has_no_last_day(model):
    ballot = committee_ballot(model)
    Ballot.objects.filter(pk=ballot.pk).update(closes_at=None)
    with pytest.raises(Refused) as caught:
        ballots.extend(ballot=ballot, until=dt.date(2099, 1, 1), by=voters(ballot)[0])
    assert refusal(caught)[0][0] == "MU-9"
    assert refusal(caught)[0][1].startswith("No rule of this body allows a vote over days")
