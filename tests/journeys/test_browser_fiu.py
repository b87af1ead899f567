"""Florida International University in the browser: application, senate, consultation, design, approval by ASA."""

import pytest

from tests.journeys import deeds
from tests.policies.examples import changed
from tests.policies.examples_riverside_fiu import APPLICATION, CONSULTATION, DESIGN, SENATE

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Coral reef monitoring"


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


@pytest.mark.clause("FIU-2", "FIU-9", "FIU-16", "FIU-17")
def test_fiu_from_application_to_catalogue(fiu, hand):
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
