"""UC Riverside in the browser: a type that belongs elsewhere, the one form, the committee of six, the badge."""

import pytest
from django.test import Client

from credentials.models import Award
from issuance.models import Delivery
from proposals.models import Proposal
from reviews.models import Ballot
from tests.journeys import deeds
from tests.policies.examples import changed
from tests.policies.examples_riverside_fiu import RIVERSIDE

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Conflict mediation"
LEARNER = {"name": "Learner one", "email": "one@learners.example"}
# Learners take a course that bears credit, so that only eligible students receive the badge.
COURSEWORK = changed(changed(RIVERSIDE, "credit.coursework", "required"), "credit.courses", "Sociology 101")


@pytest.fixture
def riverside(campus):
    return campus("uc_riverside")


def refused_type(proposer, riverside):
    """A degree is no micro-credential: the page says where to go."""
    proposer.follow("/proposals/", "Start a proposal")
    proposer.page.select_option("select[name=unit]", label=str(riverside.unit))
    proposer.choose("type", "degree")
    proposer.press("Begin the draft")
    proposer.reads("Academic Senate", "UCR-9")


def decided(hand, riverside, proposal, choice):
    """One member at the browser, the others by the API, the chair at the browser again."""
    ballot = Ballot.objects.get(proposal=proposal, state="open")
    one, *others = riverside.members("review_committee")
    deeds.vote(hand(one), TITLE, choice, "It is short and useful.")
    deeds.vote_for_the_rest(riverside, proposal, others, choice)
    chair = hand(riverside.chair("review_committee"))
    deeds.vote(chair, TITLE, choice, "So do I.")
    deeds.close(chair, TITLE, ballot)
    chair.reads("6 of 6 seats took part")


def issued(hand, riverside, definition):
    """Not before the learner is confirmed as an eligible student."""
    deeds.make_badge(hand(riverside.programme_manager), TITLE)
    issuer, assessor = hand(riverside.issuer), hand(riverside.assessor)
    deeds.open_offering(issuer, riverside, TITLE)
    deeds.record(assessor, [1, 2], **LEARNER, completed_on="2020-02-01")
    deeds.request(issuer, definition, **LEARNER)
    issuer.reads("eligible enrolled student", "UCR-7")
    assessor.follow("/offerings/", "First run")
    assessor.press("Correct")
    assessor.write({"enrolled": "true", "reason": "Confirmed by the student's college."})
    assessor.press("Correct it")
    deeds.request(issuer, definition, **LEARNER)
    issuer.reads("Your request is with")
    deeds.release(hand(riverside.offices["badge_team"]), TITLE)


@pytest.mark.clause("UCR-6", "UCR-7", "UCR-9", "UCR-10", "UCR-12", "UCR-13", "UCR-14")
def test_riverside_from_the_form_to_the_badge(riverside, hand, platforms):
    proposer = hand(riverside.proposer, door=True)
    refused_type(proposer, riverside)
    proposal = deeds.begin(proposer, riverside)
    proposer.go(f"/proposals/{proposal.pk}/submit/")
    proposer.reads("This cannot be done now", "UCR-1", "UCR-4", "UCR-7")
    deeds.write(proposer, proposal, COURSEWORK)
    deeds.move(proposer, proposal, "Submit")
    proposer.reads("With the review committee")
    decided(hand, riverside, proposal, "request_changes")
    deeds.write(proposer, proposal, {"about": {"length": "30 hours over 5 weeks"}})
    deeds.move(proposer, proposal, "Submit again")
    assert TITLE.encode() not in Client().get("/catalogue/").content
    decided(hand, riverside, proposal, "approve")
    stranger = hand()
    stranger.follow("/catalogue/", TITLE)
    stranger.reads("Who approved it", "30 hours over 5 weeks")
    issued(hand, riverside, Proposal.objects.get(pk=proposal.pk).definition)
    assert Award.objects.get().holder.email == LEARNER["email"]
    assert Delivery.objects.get().state == "delivered"
