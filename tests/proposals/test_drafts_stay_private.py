"""A draft is its proposers' own: everybody else reads what was submitted last, on the page and by the API."""

import pytest
from django.urls import reverse

from tests.proposals import walking
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db
DRAFTED = "A sentence that nobody has submitted yet"


@pytest.fixture
def changed(campus):
    """A proposal that came back, and into which its proposer has written since."""
    model = campus("model")
    proposal = walking.model_changes_requested(model)
    walking.save(proposal, {"idea": {"title": DRAFTED}}, model.proposer)
    return model, walking.fresh(proposal)


def heard(person, proposal):
    """(on the page, by the API): whether the drafted sentence stands in the document."""
    page = site_for(person).get(reverse("proposal", args=[proposal.pk])).content.decode()
    answer = api_for(person).get(f"/api/v1/proposals/{proposal.pk}/").json()
    return page.count(DRAFTED), answer["document"]["idea"]["title"] == DRAFTED


def test_a_proposer_reads_the_draft(changed):
    model, proposal = changed
    on_page, by_api = heard(model.proposer, proposal)
    assert on_page
    assert by_api


@pytest.mark.parametrize("who", ["programme_manager", "section_head", "administrator"])
def test_everybody_else_reads_what_was_submitted(changed, who):
    model, proposal = changed
    answer = api_for(getattr(model, who)).get(f"/api/v1/proposals/{proposal.pk}/").json()
    assert answer["document"]["idea"]["title"] != DRAFTED
    assert answer["revision"]["number"] == 2  # the intent and the proposal


def test_a_member_of_the_body_reads_what_it_voted_on(changed):
    model, proposal = changed
    answer = api_for(model.chair("committee")).get(f"/api/v1/proposals/{proposal.pk}/").json()
    assert answer["document"]["idea"]["title"] != DRAFTED


def test_before_the_form_is_submitted_others_read_the_intent(campus):
    model = campus("model")
    proposal = walking.model_proposal(model)
    answer = api_for(model.programme_manager).get(f"/api/v1/proposals/{proposal.pk}/").json()
    assert answer["form"] == "intent"
    assert set(answer["document"]) == {"idea"}
    assert api_for(model.proposer).get(f"/api/v1/proposals/{proposal.pk}/").json()["form"] == "proposal"
