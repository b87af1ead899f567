"""What bodies do stands in a proposal's file of its record for those who manage the campus, else its hashes alone."""

from reviews.actions import ballots
from tests.proposals.test_record_page import chain, check
from tests.reviews.support import at_step
from tests.support import site_for


def test_votes_are_withheld_from_all_but_those_who_manage(model):
    step = at_step(model, "committee_ballot")
    ballot = step.ballots.get()
    ballots.vote(ballot=ballot, choice="approve", by=model.members("committee")[0])
    whole = chain(site_for(model.programme_manager), step.proposal)
    assert check(whole) == len(whole["entries"])
    for person in (model.proposer, model.section_head, model.members("committee")[0]):
        told = chain(site_for(person), step.proposal)
        hidden = [link for link in told["entries"] if link["withheld"]]
        assert len(hidden) == 2  # the ballot's opening with its roll, and the vote
        assert all(set(link) == {"number", "previous", "hash", "withheld"} for link in hidden)
        check(told)
        assert told["head"] == whole["head"]
