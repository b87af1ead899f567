"""The model university in the browser: every state of the whole route entered, then the ways aside."""

import pytest

from proposals.models import Proposal
from reviews.models import Ballot
from tests.journeys import deeds
from tests.policies.examples import MODEL
from tests.proposals import walking

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Technical writing"


@pytest.fixture
def model(campus):
    return campus("model")


def decide(hand, model, proposal, choice="approve"):
    """One member and the chair vote in the browser, the others by the API; the chair closes."""
    ballot = Ballot.objects.get(proposal=proposal, state="open")
    one, *others = model.members("committee")
    deeds.vote(hand(one), TITLE, choice, "As discussed.")
    deeds.vote_for_the_rest(model, proposal, others, choice)
    chair = hand(model.chair("committee"))
    deeds.vote(chair, TITLE, choice, "As discussed.")
    deeds.close(chair, TITLE, ballot)
    return chair


def state_of(proposal):
    return Proposal.objects.get(pk=proposal.pk).state


def test_model_university_through_every_state(model, hand):
    proposer = hand(model.proposer, door=True)
    proposal = deeds.begin(proposer, model)
    deeds.write(proposer, proposal, walking.MODEL_INTENT)
    deeds.move(proposer, proposal, "Submit")
    proposer.reads("Your intent is with the programme manager.")
    assert state_of(proposal) == "intent"
    manager = hand(model.programme_manager)
    deeds.sign(manager, proposal, TITLE, note="Go on.")
    assert state_of(proposal) == "proposal"
    deeds.write(proposer, proposal, MODEL)
    deeds.move(proposer, proposal, "Submit")
    assert state_of(proposal) == "committee_review"
    decide(hand, model, proposal).reads("Approved")
    assert state_of(proposal) == "unit_approval"
    dean = hand(model.section_head)
    deeds.open_waiting(dean, TITLE)
    dean.reads("Our school has the people and the means to offer this")
    deeds.sign(dean, proposal, TITLE)
    assert state_of(proposal) == "pilot"
    proposer.go(f"/proposals/{proposal.pk}/")
    proposer.reads("has been in its pilot since", "The full proposal is due", "Revision 2")
    deeds.write(proposer, proposal, walking.MODEL_FULL)
    deeds.move(proposer, proposal, "File the full proposal")
    assert state_of(proposal) == "full_approval"
    decide(hand, model, proposal, "approve_with_conditions").reads("Approved with conditions")
    deeds.sign(hand(model.offices["provost"]), proposal, TITLE)
    assert state_of(proposal) == "established"
    proposer.go(f"/proposals/{proposal.pk}/")
    proposer.reads("It is established", "What was decided")


def test_held_resumed_declined_and_withdrawn(model, hand):
    proposal = walking.model_committee_review(model)
    manager, proposer = hand(model.programme_manager), hand(model.proposer)
    deeds.move(manager, proposal, "Put on hold", note="The registrar is away.")
    proposer.go(f"/proposals/{proposal.pk}/")
    proposer.reads("has been on hold since", "The registrar is away.")
    ballot = Ballot.objects.get(proposal=proposal)
    member = hand(model.members("committee")[0])
    member.go(f"/admin/ballots/{ballot.pk}/")
    member.reads("The proposal is on hold.")
    deeds.move(manager, proposal, "Resume")
    proposer.go(f"/proposals/{proposal.pk}/")
    proposer.reads("With the committee")
    decide(hand, model, proposal, "decline").reads("Declined")
    proposer.go(f"/proposals/{proposal.pk}/")
    proposer.reads("declined")
    other = walking.model_committee_review(model)
    deeds.move(proposer, other, "Withdraw", note="We think again.")
    proposer.reads("was withdrawn")
    ballot = Ballot.objects.get(proposal=other)
    assert ballot.state == "void"
    member.go("/admin/")
    assert member.page.locator(f"a[href*='{ballot.pk}']").count() == 0
