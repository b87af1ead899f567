"""CU Boulder in the browser: from the approved credential to badges at the platform and in a learner's wallet."""

import re

import pytest

from credentials.models import Award
from issuance.models import Delivery, IssuanceRequest
from journal.models import Mail
from proposals.models import Proposal
from tests.journeys import deeds
from tests.journeys.hands import PHONE
from tests.journeys.walk import png, verified, work
from tests.proposals import walking

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Inclusive facilitation"
LEARNERS = [("Learner one", "one@learners.example"), ("Learner two", "two@learners.example")]


@pytest.fixture
def boulder(campus):
    return campus("cu_boulder")


@pytest.fixture
def definition(boulder, platforms):
    """The credential as the other journey approves it."""
    proposal = walking.boulder_committee_review(boulder)
    for step in proposal.steps.filter(kind="ballot", status="open"):
        walking.finish(boulder, proposal, step.key)
    for step in proposal.steps.filter(status="open"):
        walking.finish(boulder, proposal, step.key)
    return Proposal.objects.get(pk=proposal.pk).definition


def set_up(hand, boulder, definition):
    """The programme manager gives the badge its image and marks the issuer as trained."""
    manager = hand(boulder.programme_manager)
    manager.go("/issuance/")
    manager.reads("Issue badges", "has no image yet")
    manager.press(TITLE)
    manager.unfold("Upload a file instead")
    deeds.upload(manager, "file", "badge.png", "image/png", png().read())
    manager.fill(alt="A blue seal")
    manager.press("Set the image")
    manager.reads("The badge has its image.")
    manager.press("Mark as trained")
    manager.reads(f"{boulder.untrained_issuer} is marked as trained.")


def open_offering(issuer, boulder, definition):
    issuer.follow("/offerings/", TITLE)
    issuer.fill(title="First run", starts_on="2020-01-01")
    issuer.choose("assessors", boulder.assessor.pk)
    issuer.press("Open the offering")
    issuer.reads("First run", "Nobody yet")


def record_completions(assessor):
    assessor.follow("/offerings/", "First run")
    for name, address in LEARNERS:
        assessor.fill(name=name, email=address, completed_on="2020-02-01", evidence="A portfolio")
        assessor.press("Record it")
        assessor.reads(name)


def request_one(issuer, definition):
    """By the form; a learner who has not completed is refused by clause."""
    issuer.go(f"/issuance/new/{definition.pk}/")
    issuer.fill(name="Somebody else", email="else@learners.example")
    issuer.press("Send the request")
    issuer.reads("CUB-18")
    name, address = LEARNERS[0]
    issuer.fill(name=name, email=address.upper())
    issuer.press("Send the request")
    issuer.reads("Your request is with")


def request_list(issuer, definition):
    """By a list: the dry run names the bad line and nothing is written; the mended list is filed."""
    bad = "name;email\r\nNo address;\r\nLearner two;two@learners.example\r\n"
    issuer.go(f"/issuance/new/{definition.pk}/")
    deeds.upload(issuer, "file", "list.csv", "text/csv", bad.encode("utf-8-sig"))
    issuer.press("Check the list")
    issuer.reads("1 line is in order; 1 needs mending")
    line = issuer.page.get_by_role("region", name="Every line").locator("tbody tr").inner_text().split()
    assert line[0] == "2"
    assert "email:" in line
    assert IssuanceRequest.objects.count() == 1
    issuer.page.fill("[name=text]", "name;email\nLearner two;two@learners.example\n")
    issuer.press("Check again")
    issuer.reads("The list is in order")
    issuer.press("Send")
    issuer.reads("Your request is with")
    assert IssuanceRequest.objects.count() == 2


def release(registrar):
    """The registrar finds the requests on the front page of the dashboard and releases them."""
    for _request in range(2):
        deeds.open_waiting(registrar, TITLE)
        assert "Doubtful" not in registrar.words() and "another request" not in registrar.words()
        registrar.press("Release")
        registrar.press("Release")
        registrar.reads("Released")
    work()


def test_boulder_from_image_to_wallet(boulder, definition, hand):
    set_up(hand, boulder, definition)
    issuer = hand(boulder.untrained_issuer, door=True)
    open_offering(issuer, boulder, definition)
    record_completions(hand(boulder.assessor))
    request_one(issuer, definition)
    request_list(issuer, definition)
    release(hand(boulder.registrar))
    assert Award.objects.count() == 2
    assert {delivery.state for delivery in Delivery.objects.all()} == {"delivered"}
    issuer.go("/issuance/")
    issuer.reads(TITLE)
    learner = hand(size=PHONE)
    text = Mail.objects.get(to=LEARNERS[1][1], kind="badge_awarded").text
    learner.go(re.search(r"http\S+/claim/\S+/", text).group())
    learner.fill(password="a passphrase of my own")
    learner.press("Accept it")
    learner.reads(TITLE)
    award = Award.objects.get(holder__email=LEARNERS[1][1])
    assert verified(award.pk)["credentialSubject"]["achievement"]["name"] == TITLE
