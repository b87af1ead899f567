"""CU Boulder in the browser: from an intent to a credential in the catalogue, by the people whose turn it is."""

import pytest
from django.test import Client

from proposals.models import Proposal
from reviews.models import Ballot
from tests.journeys.hands import Hand
from tests.policies.examples import words

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def boulder(campus):
    return campus("cu_boulder")


@pytest.fixture
def hand(browser, live_server):
    """hand(person) is that person's browser; all are closed at the end."""
    opened = []

    def open_one(person=None):
        opened.append(Hand(browser, live_server.url, person))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


def file_intent(proposer, campus):
    proposer.go("/proposals/start/")
    proposer.page.select_option("select[name=unit]", label=str(campus.unit))
    proposer.choose("type", "badge")
    proposer.press("Begin the draft")
    proposer.fill(title="Inclusive facilitation", summary=words(20))
    proposer.choose("audience", "students")
    proposer.choose("credit", "noncredit")
    proposer.press("Save and go on")
    proposal = Proposal.objects.get()
    proposer.go(f"/proposals/{proposal.pk}/")
    proposer.press("Submit")
    proposer.reads("What will change", "Who will be told")
    proposer.press("Submit")
    return proposal


def write_proposal(proposer, proposal):
    proposer.go(f"/proposals/{proposal.pk}/edit/about/")
    proposer.reads("What is still missing", "CUB-1")
    proposer.choose("relation", "stand_alone")
    proposer.fill(time_frame="30 hours within a term", focus="Leading a discussion in which everyone takes part.")
    proposer.press("Save and go on")
    proposer.fill(
        objectives__0__objective="Plan a session",
        objectives__0__assessment="Session plan",
        requirements="Lead three sessions and hand in a portfolio.",
        skills="Facilitation, listening, session design",
    )
    proposer.press("Save and go on")
    proposer.fill(consistency="It fits.", meaningfulness="Employers asked.", worthiness="It is rigorous.")
    proposer.press("Save and go on")
    proposer.press("Save and read it whole")


def cast_votes(hand, campus, proposal, choice):
    """Everybody finds the ballot on the dashboard's front page and votes; the chair closes it."""
    ballot = Ballot.objects.get(proposal=proposal, state="open")
    members = [*campus.members("mac"), campus.chair("mac")]
    for n, member in enumerate(members):
        voter = hand(member)
        voter.go("/admin/")
        voter.reads("Inclusive facilitation")
        voter.go(f"/admin/ballots/{ballot.pk}/")
        voter.choose("choice", choice)
        voter.fill(comment=f"Comment {n}")
        voter.press("Cast my vote")
    chair = voter
    chair.go(f"/admin/ballots/{ballot.pk}/close/")
    chair.press("Close")
    chair.go(f"/admin/ballots/{ballot.pk}/")
    chair.reads("seats took part")


def test_boulder_from_intent_to_catalogue(boulder, hand, live_server):
    proposer, manager = hand(boulder.proposer), hand(boulder.programme_manager)
    proposal = file_intent(proposer, boulder)
    manager.go(f"/proposals/{proposal.pk}/open_proposal/")
    manager.reads("This cannot be done now", "CUB-7")
    manager.go("/admin/")
    manager.reads("Inclusive facilitation")
    step = proposal.steps.get(status="open")
    manager.go(f"/admin/steps/{step.pk}/")
    manager.fill(note="Talked through scope and assessment.")
    manager.press("Record my answer")
    manager.go(f"/proposals/{proposal.pk}/open_proposal/")
    manager.press("Open the proposal form")
    write_proposal(proposer, proposal)
    proposer.reads("6 of 6 met")
    proposer.press("Submit")
    proposer.press("Submit")
    proposer.reads("With the committee")
    cast_votes(hand, boulder, proposal, "request_changes")
    proposer.go(f"/proposals/{proposal.pk}/")
    proposer.reads("sent back to you")
    proposer.go(f"/proposals/{proposal.pk}/edit/about/")
    proposer.fill(time_frame="20 hours within a term")
    proposer.press("Save and go on")
    proposer.go(f"/proposals/{proposal.pk}/resubmit/")
    proposer.press("Submit again")
    cast_votes(hand, boulder, proposal, "approve")
    assert b"Inclusive facilitation" not in Client().get("/catalogue/").content
    head = hand(boulder.section_head)
    head.go("/admin/")
    head.reads("Inclusive facilitation")
    step = proposal.steps.get(status="open")
    head.go(f"/admin/steps/{step.pk}/")
    head.choose("outcome", "approve")
    head.press("Record my answer")
    stranger = hand()
    stranger.go("/catalogue/")
    stranger.reads("Inclusive facilitation")
    stranger.press("Inclusive facilitation")
    stranger.reads("Who approved it", "What you will be able to do")
