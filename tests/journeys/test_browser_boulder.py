"""CU Boulder in the browser: from an intent to a credential in the catalogue, by the people whose turn it is."""

import pytest
from django.test import Client

from reviews.models import Ballot
from tests.journeys import deeds
from tests.policies.examples import BOULDER, BOULDER_INTENT

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Inclusive facilitation"


@pytest.fixture
def boulder(campus):
    return campus("cu_boulder")


def consult(hand, boulder, proposal):
    """The form opens only after the conversation has been recorded."""
    manager = hand(boulder.programme_manager, door=True)
    manager.go(f"/proposals/{proposal.pk}/open_proposal/")
    manager.reads("This cannot be done now", "CUB-7")
    deeds.sign(manager, proposal, TITLE, note="Talked through scope and assessment.")
    deeds.move(manager, proposal, "Open the proposal form")


def submit_whole(proposer, proposal):
    """Nothing goes out while something is missing; the list beside the form says what."""
    proposer.go(f"/proposals/{proposal.pk}/edit/about/")
    proposer.reads("What is still missing", "CUB-1")
    proposer.go(f"/proposals/{proposal.pk}/submit/")
    proposer.reads("This cannot be done now", "CUB-5")
    deeds.write(proposer, proposal, BOULDER)
    proposer.go(f"/proposals/{proposal.pk}/")
    proposer.reads("5 of 6 met")
    deeds.move(proposer, proposal, "Submit")
    proposer.reads("With the committee")


def first_round(hand, boulder, proposal):
    """One asks for changes, one abstains, one steps aside, four more ask for changes, and so does the chair."""
    ballot = Ballot.objects.get(proposal=proposal, state="open")
    one, two, three, *others = boulder.members("mac")
    voter = hand(one)
    deeds.open_waiting(voter, TITLE)
    voter.reads("Not shown yet")
    deeds.vote(voter, TITLE, "request_changes", "Say how long it takes.")
    deeds.vote(hand(two), TITLE, "abstain")
    voter.go(f"/admin/ballots/{ballot.pk}/")
    voter.reads("Abstain", "Say how long it takes.")
    deeds.step_aside(hand(three), TITLE, "I will teach in it.")
    deeds.vote_for_the_rest(boulder, proposal, others, "request_changes", "More on the length.")
    chair = hand(boulder.chair("mac"))
    deeds.open_waiting(chair, TITLE)
    chair.reads("Who has not voted")
    deeds.vote(chair, TITLE, "request_changes", "Please revise the length.")
    deeds.close(chair, TITLE, ballot)
    chair.reads("8 of 8 seats took part; 5 are needed.", "Of 6 votes cast 6 ask for changes")
    chair.reads("1 member is recused, counted towards the quorum.", "Sent back for changes")


def second_round(hand, boulder, proposal):
    ballot = Ballot.objects.get(proposal=proposal, state="open")
    one, *others = boulder.members("mac")
    deeds.vote(hand(one), TITLE, "approve", "Clear now.")
    deeds.vote_for_the_rest(boulder, proposal, others, "approve")
    chair = hand(boulder.chair("mac"))
    deeds.vote(chair, TITLE, "approve")
    deeds.close(chair, TITLE, ballot)
    chair.reads("8 of 8 seats took part", "Approved")


def test_boulder_from_intent_to_catalogue(boulder, hand):
    proposer = hand(boulder.proposer, door=True)
    proposal = deeds.begin(proposer, boulder)
    deeds.write(proposer, proposal, BOULDER_INTENT)
    deeds.move(proposer, proposal, "Submit")
    consult(hand, boulder, proposal)
    submit_whole(proposer, proposal)
    first_round(hand, boulder, proposal)
    proposer.go(f"/proposals/{proposal.pk}/")
    proposer.reads("sent back to you", "Please revise the length.")
    proposer.reads("More on the length.")
    said = proposer.page.locator("blockquote", has_text="More on the length.").first.inner_text()
    assert "Test mac" not in said  # comments reach the proposers without names
    deeds.write(proposer, proposal, {"about": {"time_frame": "20 hours within a term"}})
    deeds.move(proposer, proposal, "Submit again")
    second_round(hand, boulder, proposal)
    assert TITLE.encode() not in Client().get("/catalogue/").content
    deeds.sign(hand(boulder.section_head), proposal, TITLE)
    stranger = hand()
    stranger.follow("/catalogue/", TITLE)
    stranger.reads("Who approved it", "What you will be able to do")
