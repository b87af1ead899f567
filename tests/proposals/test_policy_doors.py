"""The revision of a proposal's policy at its doors: the API, the proposal's page, the page before it is moved."""

import pytest

from tests.proposals import packs
from tests.proposals.walking import fresh, model_committee_review, model_proposal, start
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(campus):
    return campus("model")


def nothing(data):
    """Only the revision differs."""


def test_the_api_moves_it_and_says_under_which_revision_it_is(model):
    proposal = model_committee_review(model)
    path = f"/api/v1/proposals/{proposal.pk}/policy/"
    packs.ruled(model, nothing)
    given = {"revision": model.pack.policy.revision, "note": "Decided.", "version": fresh(proposal).version}
    assert api_for(model.stranger).post(path, given, format="json").status_code == 404
    assert api_for(model.proposer).post(path, given, format="json").status_code == 403
    manager = api_for(model.programme_manager)
    refused = manager.post(path, given | {"revision": "none"}, format="json")
    assert refused.status_code == 409 and refused.json()["reasons"][0]["field"] == "revision"
    before = manager.get(f"/api/v1/proposals/{proposal.pk}/").json()["policy"]
    assert before["in_force"] is False and before["url"] == f"/policies/model/{proposal.policy.revision}/"
    answer = manager.post(path, given, format="json")
    assert answer.status_code == 200
    assert answer.json()["policy"] == {
        "number": model.pack.policy.number,
        "revision": model.pack.policy.revision,
        "in_force": True,
        "url": "/policies/model/",
    }


def test_checklist_and_refusals_of_the_api_lead_to_the_clause(campus):
    model = campus("model", name="Another University")
    proposal = model_proposal(model)
    client = api_for(model.proposer)
    lines = client.get(f"/api/v1/proposals/{proposal.pk}/").json()["checklist"]
    assert {line["url"] for line in lines if line["clause"] == "MU-3"} == {
        "/policies/another-university/#MU-3"
    }
    empty = start(model)
    answer = client.post(f"/api/v1/proposals/{empty.pk}/submit/", {}, format="json")
    assert answer.status_code == 409
    addresses = {row["clause"]: row.get("url") for row in answer.json()["reasons"] if row["clause"]}
    assert addresses
    assert all(url == f"/policies/another-university/#{clause}" for clause, url in addresses.items())


def test_the_proposals_page_says_which_revision_and_the_manager_moves_it(model):
    proposal = model_committee_review(model)
    page, form = f"/proposals/{proposal.pk}/", f"/proposals/{proposal.pk}/policy/"
    assert "which is in force" in site_for(model.proposer).get(page).content.decode()
    packs.ruled(model, nothing)
    assert (
        f'href="/policies/model/{proposal.policy.revision}/"'
        in site_for(model.proposer).get(page).content.decode()
    )
    assert form not in site_for(model.proposer).get(page).content.decode()
    assert site_for(model.proposer).get(form).status_code == 403
    assert site_for(model.stranger).get(form).status_code == 404
    manager = site_for(model.programme_manager)
    assert form in manager.get(page).content.decode()
    assert "What will change" in manager.get(form).content.decode()
    given = {"revision": model.pack.policy.revision, "version": fresh(proposal).version, "note": ""}
    assert manager.post(form, given).status_code == 409
    assert fresh(proposal).policy == proposal.policy
    assert manager.post(form, given | {"note": "Decided."}).status_code == 302
    assert fresh(proposal).policy.revision == model.pack.policy.revision


def test_the_page_says_why_a_revision_does_not_fit(model):
    proposal = model_committee_review(model)
    packs.ruled(model, lambda data: packs.step(data, "committee_ballot").update(id="other_ballot"))
    said = site_for(model.programme_manager).get(f"/proposals/{proposal.pk}/policy/").content.decode()
    assert "It cannot be moved there:" in said
    assert "Move it</button>" not in " ".join(said.split())
