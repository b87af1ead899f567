"""Florida International University in the browser: application, senate, consultation, design, approval and award by ASA."""

import pytest

from credentials.models import Award
from issuance.models import Delivery
from proposals.models import Proposal
from tests.journeys import deeds
from tests.journeys.walk import verified
from tests.policies.examples import changed
from tests.policies.examples_riverside_fiu import APPLICATION, CONSULTATION, DESIGN, SENATE

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Coral reef monitoring"
LEARNER = {"name": "Learner one", "email": "one@learners.example"}


@pytest.fixture
def fiu(campus):
    return campus("florida_international")


def apply(proposer, fiu):
    """On a new programme that the senate has to approve first."""
    proposal = deeds.begin(proposer, fiu)
    application = changed(changed(APPLICATION, "basis.ground", "new_senate"), "basis.assessment", None)
    deeds.write(proposer, proposal, application)
    deeds.move(proposer, proposal, "Submit")
    proposer.reads("Faculty Senate Curriculum Committee")
    return proposal


def decided_by_the_senate(senate, proposal):
    """The office records when and where it was decided; without that it is refused by clause."""
    deeds.open_waiting(senate, TITLE)
    senate.choose("outcome", "approve")
    senate.press("Record my answer")
    senate.reads("is still missing", "FIU-9")
    deeds.sign(senate, proposal, TITLE, form=SENATE)


def awarded(hand, fiu, asa, definition):
    """By ASA alone, and not before every competency is recorded as met."""
    deeds.make_badge(asa, TITLE)
    issuer, assessor = hand(fiu.issuer), hand(fiu.assessor)
    deeds.open_offering(issuer, fiu, TITLE)
    deeds.record(assessor, [1], **LEARNER)
    deeds.request(issuer, definition, **LEARNER)
    issuer.reads("Surveys a reef", "FIU-15")
    deeds.record(assessor, [2], **LEARNER, completed_on="2020-02-01")
    deeds.request(issuer, definition, **LEARNER)
    issuer.reads("Your request is with")
    deeds.release(asa, TITLE)


@pytest.mark.clause("FIU-2", "FIU-7", "FIU-9", "FIU-15", "FIU-16", "FIU-17")
def test_fiu_from_application_to_award(fiu, hand):
    proposer = hand(fiu.proposer, door=True)
    proposal = apply(proposer, fiu)
    decided_by_the_senate(hand(fiu.offices["senate_office"]), proposal)
    asa = hand(fiu.offices["asa"])
    deeds.sign(asa, proposal, TITLE, "done", form=CONSULTATION)
    proposer.go(f"/proposals/{proposal.pk}/")
    proposer.reads("Level of rigour agreed", "Applied: uses it in known situations", "Bulletin 4, item 2")
    deeds.write(proposer, proposal, DESIGN)
    deeds.move(proposer, proposal, "Submit")
    deeds.sign(asa, proposal, TITLE)
    stranger = hand()
    stranger.follow("/catalogue/", TITLE)
    stranger.reads("Who approved it", "Academic and Student Affairs", "Identifies reef species")
    awarded(hand, fiu, asa, Proposal.objects.get(pk=proposal.pk).definition)
    award = Award.objects.get(holder__email=LEARNER["email"])
    assert verified(award.pk)["credentialSubject"]["achievement"]["name"] == TITLE
    assert not Delivery.objects.exists()
