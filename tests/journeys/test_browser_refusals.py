"""What people are told when something cannot be done, and what still works without JavaScript, room or Redis."""

import pytest

from proposals.models import Proposal
from reviews.actions import ballots
from reviews.models import Ballot, Vote
from tests.factories import RoleGrantFactory
from tests.journeys import deeds
from tests.journeys.hands import NARROW
from tests.proposals import walking

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Technical writing"


@pytest.fixture
def model(campus):
    return campus("model")


def test_a_vote_that_does_not_count(model, hand):
    """An author has none; a second one replaces the first; none is taken after closing, though the page was open."""
    member, author = model.members("committee")[:2]
    RoleGrantFactory(institution=model.institution, person=author)
    proposal = walking.start(model, walking.MODEL_INTENT, proposers=[author])
    walking.move(proposal, "submit", model.proposer)
    walking.finish(model, proposal, "intent_acknowledged", "acknowledged")
    walking.save(proposal, walking.MODEL, model.proposer)
    walking.move(proposal, "submit", model.proposer)
    ballot = Ballot.objects.get(proposal=proposal)
    writer = hand(author)
    writer.go(f"/admin/ballots/{ballot.pk}/")
    writer.reads("You propose this credential, so you have no vote on it.", "MU-10")
    assert writer.page.get_by_role("button", name="Cast my vote").count() == 0
    voter = hand(member)
    deeds.vote(voter, TITLE, "approve", "Good.")
    voter.choose("choice", "decline")
    voter.press("Change my vote")
    assert [vote.choice for vote in Vote.objects.filter(ballot=ballot)] == ["decline"]
    for other in model.members("committee")[2:]:
        ballots.vote(ballot=ballot, choice="approve", comment="", by=other)
    ballots.vote(ballot=ballot, choice="approve", comment="", by=model.chair("committee"))
    ballots.close(ballot=ballot, by=model.chair("committee"))
    voter.choose("choice", "approve")
    voter.press("Change my vote")
    voter.reads("closed this ballot on")
    assert Vote.objects.filter(ballot=ballot, choice="decline").count() == 1
    what_was_decided_is_taken_up(voter, hand(model.chair("committee"), size=NARROW), ballot)


def what_was_decided_is_taken_up(member, chair, ballot):
    """A member moves to rescind it, the chair opens the vote on that, and stops it: the decision stands."""
    member.go(f"/admin/ballots/{ballot.pk}/")
    member.press("Move to rescind it")
    member.reads("a majority of all members")
    member.press("Move to rescind it")  # without a reason
    member.reads("Not done yet: please look at this")
    member.fill(reason="The budget was misread.")
    member.press("Move to rescind it")
    member.reads("the body has notice of it", "The budget was misread.")
    chair.go(f"/admin/ballots/{ballot.pk}/")
    chair.press("Open the vote on rescinding")
    chair.press("Open the vote")
    chair.reads("Any one of three: at least two thirds of the votes cast", "The budget was misread.")
    chair.choose("choice", "keep")
    chair.press("Cast my vote")
    chair.press("Stop the vote")
    chair.fill(reason="It waits for the autumn.")
    chair.press("Stop the vote")
    chair.reads("This ballot is void", "It waits for the autumn.")
    assert Ballot.objects.filter(state="open").count() == 0


def test_somebody_elses_proposal_is_not_there(model, hand):
    proposal = walking.model_draft(model)
    other = hand(model.second_proposer)
    other.go(f"/proposals/{proposal.pk}/", status=404)
    other.reads("There is no such page")
    abroad = hand(model.stranger)
    walking.move(proposal, "submit", model.proposer)
    abroad.go(f"/proposals/{proposal.pk}/", status=404)
    abroad.go(f"/admin/steps/{proposal.steps.get(status='open').pk}/", status=404)


def test_without_javascript_an_intent_is_filed_and_a_vote_cast(model, hand):
    proposer = hand(model.proposer, script=False, door=True)
    proposal = deeds.begin(proposer, model)
    deeds.write(proposer, proposal, walking.MODEL_INTENT)
    deeds.move(proposer, proposal, "Submit")
    assert Proposal.objects.get().revisions.count() == 1
    walking.finish(model, proposal, "intent_acknowledged", "acknowledged")
    walking.save(proposal, walking.MODEL, model.proposer)
    walking.move(proposal, "submit", model.proposer)
    member = hand(model.members("committee")[0], script=False)
    deeds.vote(member, TITLE, "approve", "Without a script.")
    assert Vote.objects.get().comment == "Without a script."


def test_a_narrow_screen(model, hand):
    """320 pixels: nothing has to be scrolled sideways."""
    proposal = walking.model_committee_review(model)
    ballot = Ballot.objects.get(proposal=proposal)
    stranger = hand(size=NARROW)
    for path in ("/", "/catalogue/", "/verify/", "/accounts/login/", "/accounts/password/reset/"):
        stranger.go(path)
    proposer = hand(model.proposer, size=NARROW)
    draft = walking.model_draft(model)
    addresses = [
        "", "start/model/", f"{proposal.pk}/", f"{proposal.pk}/withdraw/", f"{draft.pk}/", f"{draft.pk}/edit/idea/",
    ]  # fmt: skip
    for path in addresses:
        proposer.go(f"/proposals/{path}")
    for path in ("/profile/", "/notices/", "/wallet/", "/offerings/"):
        proposer.go(path)
    member = hand(model.chair("committee"), size=NARROW)
    for path in ("/admin/", f"/admin/ballots/{ballot.pk}/", f"/admin/ballots/{ballot.pk}/close/"):
        member.go(path)


@pytest.mark.usefixtures("redis_away")
def test_redis_is_away(model, hand):
    """People still sign in, file and vote."""
    proposer = hand(model.proposer, door=True)
    proposal = deeds.begin(proposer, model)
    deeds.write(proposer, proposal, walking.MODEL_INTENT)
    deeds.move(proposer, proposal, "Submit")
    deeds.sign(hand(model.programme_manager), proposal, TITLE)
    deeds.write(proposer, proposal, walking.MODEL)
    deeds.move(proposer, proposal, "Submit")
    deeds.vote(hand(model.members("committee")[0], door=True), TITLE, "approve")
    assert Vote.objects.get().choice == "approve"
    hand().go("/catalogue/")
