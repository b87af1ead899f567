"""University of Montana in the browser: a team of two, a statement, a syllabus, signatures, a pilot, the Senate."""

import pytest

from accounts.actions import roles
from accounts.models import RoleGrant
from proposals.models import Proposal
from reviews.models import Ballot
from tests.journeys import deeds
from tests.journeys.walk import Walk
from tests.policies.examples import MONTANA, changed, words
from tests.proposals.walking import MONTANA_FULL, PDF

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Wildfire data analysis"


@pytest.fixture
def montana(campus):
    return campus("montana")


def state_of(proposal):
    return Proposal.objects.get(pk=proposal.pk).state


def refused_by(proposer, proposal, *reasons):
    """The page before the move says what stands in the way, each with its clause; so does pressing the button."""
    proposer.go(f"/proposals/{proposal.pk}/submit/")
    proposer.reads("This cannot be done now", *reasons)
    proposer.press("Submit")
    proposer.reads("This cannot be done now", *reasons)
    assert state_of(proposal) == "proposal"


def write_pilot_proposal(proposer, proposal):
    """499 words are one too few, 12 credits one too many, and a syllabus has to be there."""
    short = changed(MONTANA, "statement.career", words(149))
    deeds.write(proposer, proposal, changed(short, "offering.credits", 12))
    refused_by(proposer, proposal, "499", "UM-11", "12", "UM-4", "Syllabi", "UM-12")
    deeds.write(proposer, proposal, {"offering": {"credits": 11}, "statement": {"career": words(150)}})
    refused_by(proposer, proposal, "UM-12")
    proposer.go(f"/proposals/{proposal.pk}/edit/syllabi/")
    deeds.upload(proposer, "file.files", "syllabus.pdf", "application/pdf", PDF)
    proposer.press("Attach")
    proposer.reads("Attached: syllabus.pdf")


def public_shows_nothing(stranger):
    """UM-14: no listing, no page, nothing by search."""
    for path in ("/catalogue/", "/catalogue/?q=Wildfire"):
        stranger.go(path)
        assert TITLE not in stranger.words()
    stranger.go("/catalogue/wildfire-data-analysis/", status=404)


def sign_pilot(hand, montana, proposal):
    """The supervisor, then someone whom the dean named, for the dean, then UM Online."""
    deeds.sign(hand(montana.supervisor), proposal, TITLE)
    grant = RoleGrant.objects.get(person=montana.section_head, role="section_head")
    today = montana.institution.today()
    roles.delegate(
        grant=grant,
        delegate=montana.nobody,
        by=montana.section_head,
        starts_on=today,
        ends_on=today,
    )
    designee = hand(montana.nobody)
    deeds.open_waiting(designee, TITLE)
    designee.reads(f"you sign for {montana.section_head}")
    deeds.sign(designee, proposal, TITLE)
    public_shows_nothing(hand())
    deeds.sign(hand(montana.offices["um_online"]), proposal, TITLE)


def name_subcommittee(office, montana):
    """First without a student: refused by UM-18, nothing typed is lost; then whole. Gives back its members, chair first."""
    panel = montana.panel("subcommittee")
    deeds.open_waiting(office, TITLE)
    for seat, person, _chair, experienced in panel:
        if seat != "students":
            office.fill(**{f"{seat}_0": person.email})
            if experienced:
                office.page.check(f"input[name='{seat}_0_experienced']")
    office.press("Form it and open the ballot")
    office.reads("UM-18")
    student = next(person for seat, person, *_ in panel if seat == "students")
    office.fill(students_0=student.email)
    office.press("Form it and open the ballot")
    office.reads("is formed, and its ballot is open")
    return sorted((person for _, person, *_ in panel), key=lambda person: person != panel[0][1])


def vote_through(hand, montana, proposal, chair, members):
    """One vote and the closing in the browser, the others by the API."""
    ballot = Ballot.objects.get(proposal=proposal, state="open")
    deeds.vote_for_the_rest(montana, proposal, members, "approve")
    presiding = hand(chair)
    deeds.vote(presiding, TITLE, "approve")
    deeds.close(presiding, TITLE, ballot)
    presiding.reads("Approved")


def test_montana_pilot(montana, hand):
    proposer, second = hand(montana.proposer, door=True), hand(montana.second_proposer)
    proposal = deeds.begin(proposer, montana, "badge_and_notation", others=[montana.second_proposer])
    write_pilot_proposal(proposer, proposal)
    second.go(f"/proposals/{proposal.pk}/")
    second.reads(TITLE, "syllabus.pdf")
    public_shows_nothing(hand())
    deeds.move(second, proposal, "Submit")
    assert state_of(proposal) == "unit_approval"
    sign_pilot(hand, montana, proposal)
    assert state_of(proposal) == "pilot"
    stranger = hand()
    stranger.follow("/catalogue/?q=Wildfire", TITLE)
    stranger.reads("11 credits", "Map the perimeter of a fire")


def test_montana_alone_is_no_team(montana, hand):
    proposer = hand(montana.proposer)
    proposal = deeds.begin(proposer, montana, "badge_and_notation")
    deeds.write(proposer, proposal, {"offering": {"title": TITLE}})
    refused_by(proposer, proposal, "UM-10")


def test_montana_from_pilot_to_established(montana, hand):
    proposal = pilot_by_api(montana)
    proposer = hand(montana.proposer)
    deeds.write(proposer, proposal, MONTANA_FULL)
    deeds.move(proposer, proposal, "File the full proposal")
    deeds.sign(hand(montana.section_head), proposal, TITLE)
    deeds.sign(hand(montana.offices["um_online"]), proposal, TITLE)
    members = name_subcommittee(hand(montana.offices["senate_office"]), montana)
    vote_through(hand, montana, proposal, members[0], members[1:])
    for body in ("ascrc", "faculty_senate"):
        vote_through(hand, montana, proposal, montana.chair(body), montana.members(body))
    proposer.go(f"/proposals/{proposal.pk}/")
    proposer.reads("The Faculty Senate recommends")
    provost = hand(montana.offices["provost"])
    deeds.open_waiting(provost, TITLE)
    provost.reads("I adopt this micro-credential as an established offering of the university.")
    deeds.sign(provost, proposal, TITLE)
    proposer.go(f"/proposals/{proposal.pk}/")
    proposer.reads("It is established")
    assert state_of(proposal) == "established"


def pilot_by_api(montana):
    """The pilot as the other journey reaches it, signed by the API."""
    walk = Walk(montana)
    walk.start(MONTANA, [montana.proposer, montana.second_proposer], "badge_and_notation")
    walk.attach(montana.proposer, "syllabi.files", PDF)
    walk.move(montana.proposer, "submit")
    for signer in (montana.supervisor, montana.section_head, montana.offices["um_online"]):
        walk.sign(signer)
    return Proposal.objects.get(pk=walk.key)
