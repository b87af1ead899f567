"""CU Denver in the browser: a programme turned away, the one form, two signatures, and a badge that expires."""

import pytest
from django.test import Client

from credentials.models import Award
from proposals.models import Proposal
from tests.journeys import deeds
from tests.journeys.walk import png, verified, work
from tests.policies.examples import DENVER

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Reading a city plan"


@pytest.fixture
def denver(campus):
    return campus("cu_denver")


def refused_type(proposer, denver):
    """A programme is larger: the page says where to go."""
    proposer.follow("/proposals/", "Start a proposal")
    proposer.page.select_option("select[name=unit]", label=str(denver.unit))
    proposer.choose("type", "programme")
    proposer.press("Begin the draft")
    proposer.reads("programme development", "CUD-1")


def approved(hand, denver, proposal):
    """The head of the unit, then the division; nothing is public in between."""
    deeds.sign(hand(denver.section_head), proposal, TITLE)
    assert TITLE.encode() not in Client().get("/catalogue/").content
    division = hand(denver.offices["tips"])
    deeds.sign(division, proposal, TITLE)
    return division


def made_and_released(hand, denver, definition, division):
    """Image, offering, completion, request, release: each by whose it is, each at its page."""
    manager = hand(denver.programme_manager)
    manager.follow("/issuance/", TITLE)
    manager.unfold("Upload a file instead")
    deeds.upload(manager, "file", "badge.png", "image/png", png().read())
    manager.fill(alt="A seal")
    manager.press("Set the image")
    issuer = hand(denver.issuer)
    issuer.follow("/offerings/", TITLE)
    issuer.fill(title="First run", starts_on="2020-01-01")
    issuer.choose("assessors", denver.assessor.pk)
    issuer.press("Open the offering")
    assessor = hand(denver.assessor)
    assessor.follow("/offerings/", "First run")
    who = {"name": "Learner one", "email": "one@learners.example"}
    assessor.fill(**who, completed_on="2020-02-01", evidence="An annotated map")
    assessor.press("Record it")
    issuer.go(f"/issuance/new/{definition.pk}/")
    issuer.fill(**who)
    issuer.press("Send the request")
    issuer.reads("Your request is with")
    deeds.open_waiting(division, TITLE)
    division.press("Release")
    division.press("Release")
    division.reads("Released")
    work()


@pytest.mark.clause("CUD-1", "CUD-2", "CUD-3", "CUD-4", "CUD-10", "CUD-13")
def test_denver_from_the_form_to_the_badge(denver, hand):
    proposer = hand(denver.proposer, door=True)
    refused_type(proposer, denver)
    proposal = deeds.begin(proposer, denver)
    proposer.go(f"/proposals/{proposal.pk}/submit/")
    proposer.reads("This cannot be done now", "CUD-1", "CUD-2", "CUD-3", "CUD-4")
    deeds.write(proposer, proposal, DENVER)
    proposer.go(f"/proposals/{proposal.pk}/edit/standard/")
    proposer.reads("Workload in hours", "Language it is taught in")
    deeds.write(proposer, proposal, {"standard": {"hours": 40, "participation": "hybrid"}})
    deeds.move(proposer, proposal, "Submit")
    proposer.reads("first by the head of your unit, then by the division")
    division = approved(hand, denver, proposal)
    definition = Proposal.objects.get(pk=proposal.pk).definition
    stranger = hand()
    stranger.follow("/catalogue/", TITLE)
    stranger.reads("Who approved it", "40 hours", "Bachelor of arts in geography")
    described = stranger.page.request.get(f"{stranger.base}/catalogue/{definition.slug}.jsonld").json()
    assert described["ceterms:estimatedDuration"][0]["ceterms:exactDuration"] == "PT40H"
    made_and_released(hand, denver, definition, division)
    award = Award.objects.get(holder__email="one@learners.example")
    badge = verified(award.pk)
    assert badge["evidence"][0]["narrative"] == "An annotated map"
    assert badge["validUntil"]
