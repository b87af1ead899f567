"""What changed since a body or a signer decided last: the link on their pages."""

import pytest
from django.urls import reverse

from reviews.models import Ballot
from tests.policies.examples import MODEL, changed, words
from tests.proposals import walking
from tests.proposals.walking import fresh, move, save
from tests.reviews.support import cast, close, voters
from tests.support import queries_of, site_for

pytestmark = pytest.mark.django_db


def page(person, name, key):
    answer = site_for(person).get(reverse(name, args=[key]))
    assert answer.status_code == 200
    return answer.content.decode()


def sent_back_and_resubmitted(campus, need):
    """The committee asked for changes of revision 2; revision 3 is before it."""
    proposal = walking.model_committee_review(campus)
    first = Ballot.objects.get(proposal=proposal)
    cast(first, *["request_changes"] * len(voters(first)))
    close(first)
    save(proposal, changed(MODEL, "learning.need", need), campus.proposer)
    return move(fresh(proposal), "resubmit", campus.proposer)


def test_the_ballot_leads_to_what_changed_since_the_body_voted_last(model):
    proposal = walking.model_committee_review(model)
    first = Ballot.objects.get(proposal=proposal)
    assert "See what changed since" not in page(voters(first)[1], "ballot", first.pk)
    other = sent_back_and_resubmitted(model, words(25))
    again = Ballot.objects.get(proposal=other, state="open")
    found = page(voters(again)[1], "ballot", again.pk)
    address = reverse("proposal_compare", args=[other.pk, 2, 3])
    assert f"{address}?only=1" in found and "The last decision here was on revision 2." in found
    assert site_for(voters(again)[1]).get(address).status_code == 200
    closed = Ballot.objects.get(proposal=other, state="closed")
    assert "See what changed since" not in page(voters(closed)[1], "ballot", closed.pk)


def test_a_signer_is_led_to_what_changed_since_the_step_was_decided_last(model):
    proposal = walking.model_unit_approval(model)
    step = walking.open_step(proposal, "dean_signoff")
    signer = walking.actor(model, step)
    assert "See what changed since" not in page(signer, "step", step.pk)
    walking.finish(model, proposal, "dean_signoff", "request_changes", "Say more.")
    save(proposal, changed(MODEL, "learning.need", words(30)), model.proposer)
    again = move(fresh(proposal), "resubmit", model.proposer)
    for key in [key for key in walking.open_keys(again) if key != "dean_signoff"]:
        walking.finish(model, again, key)
    step = walking.open_step(again, "dean_signoff")
    found = page(signer, "step", step.pk)
    assert reverse("proposal_compare", args=[proposal.pk, 2, 3]) in found


def test_the_link_costs_one_query_however_often_it_went_round(model):
    proposal = sent_back_and_resubmitted(model, words(25))
    ballot = Ballot.objects.get(proposal=proposal, state="open")
    member = voters(ballot)[1]
    before = queries_of(site_for(member), reverse("ballot", args=[ballot.pk]))
    cast(ballot, *["request_changes"] * len(voters(ballot)))
    close(ballot)
    save(proposal, changed(MODEL, "learning.need", words(30)), model.proposer)
    move(fresh(proposal), "resubmit", model.proposer)
    ballot = Ballot.objects.get(proposal=proposal, state="open")
    assert queries_of(site_for(member), reverse("ballot", args=[ballot.pk])) == before
