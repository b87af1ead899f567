"""Ballots within the real moves of a proposal: sent back and voted on again, withdrawn, held, decided to the end."""

import pytest

from journal.models import Notice
from proposals.actions import transitions
from proposals.models import Proposal, Step
from reviews.actions import ballots, panels, signoffs
from reviews.models import Ballot, BallotState
from tests.proposals import walking
from tests.reviews.support import acts, close, voters

pytestmark = pytest.mark.django_db


def open_ballot(proposal):
    return Ballot.objects.open().get(proposal=proposal)


def decide(proposal, choice, comment=""):
    """Everyone on the roll votes the same, and the chair closes."""
    ballot = open_ballot(proposal)
    for person in voters(ballot):
        ballots.vote(ballot=ballot, choice=choice, comment=comment, by=person)
    return close(ballot)


def test_vote_is_held_again_on_the_new_revision(model):
    proposal = walking.model_committee_review(model)
    first = decide(proposal, "request_changes", "Say more about the need.")
    assert Proposal.objects.get().state == "changes_requested"
    walking.save(proposal, {"learning": {"need": walking.words(25)}}, model.proposer)
    transitions.perform(
        proposal=walking.fresh(proposal), transition="resubmit", by=model.proposer, note="We did."
    )
    second = open_ballot(proposal)
    assert (second.revision.number, second.votes.count()) == (first.revision.number + 1, 0)
    assert second.step != first.step
    decide(proposal, "approve")
    assert Proposal.objects.get().state == "unit_approval"


def test_withdrawal_voids_the_ballot_and_tells_the_voters(model):
    proposal = walking.model_committee_review(model)
    ballot = open_ballot(proposal)
    ballots.vote(ballot=ballot, choice="approve", by=voters(ballot)[1])
    transitions.perform(proposal=proposal, transition="withdraw", by=model.proposer, note="Not now.")
    ballot.refresh_from_db()
    assert (ballot.state, ballot.void_reason) == (BallotState.VOID, "The proposal was withdrawn.")
    assert Notice.objects.filter(kind="ballot_void").count() == 5
    assert "ballot_void" in acts(proposal)
    assert not Ballot.objects.waiting_for(voters(ballot)[2]).exists()


def test_ballot_rests_while_held_and_goes_on_after(model):
    proposal = walking.model_committee_review(model)
    ballot = open_ballot(proposal)
    member = voters(ballot)[1]
    walking.move(proposal, "hold", model.programme_manager)
    assert not Ballot.objects.waiting_for(member).exists()
    walking.move(walking.fresh(proposal), "resume", model.programme_manager)
    ballots.vote(ballot=ballot, choice="approve", by=member)
    assert open_ballot(proposal) == ballot


def test_committee_declines(model):
    proposal = walking.model_committee_review(model)
    decide(proposal, "decline", "There is no need for it.")
    assert Proposal.objects.get().state == "declined"
    assert Step.objects.get(key="committee_ballot").note.startswith("There is no need for it.")


def test_dean_signs_after_the_vote_and_attests(model):
    proposal = walking.model_committee_review(model)
    decide(proposal, "approve")
    step = Step.objects.get(key="dean_signoff")
    signed = signoffs.complete(step=step, outcome="approve", by=model.section_head)
    assert signed.answers["statement"].startswith("Our school has the people")
    assert walking.fresh(proposal).state == "pilot"


def test_montana_goes_from_the_subcommittee_to_the_provost(campus):
    montana = campus("montana")
    proposal = walking.montana_full_approval(montana)
    sign(montana, proposal, "full_supervisor_signoff", montana.supervisor)
    sign(montana, proposal, "full_um_online_signoff", montana.offices["um_online"])
    panels.form(
        step=Step.objects.get(proposal=proposal, key="subcommittee_ballot"),
        members=montana.panel("subcommittee"),
        by=montana.offices["senate_office"],
    )
    bodies = []
    while Ballot.objects.open().filter(proposal=proposal).exists():
        bodies.append(decide(proposal, "approve").body)
    assert bodies == ["subcommittee", "ascrc", "faculty_senate"]
    sign(montana, proposal, "provost_adoption", montana.offices["provost"])
    assert walking.fresh(proposal).state == "established"


def sign(campus, proposal, key, by):
    step = Step.objects.get(proposal=proposal, key=key)
    signoffs.complete(step=step, outcome="approve", by=by)
