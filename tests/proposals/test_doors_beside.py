"""The doors of what goes beside the route: pages and API of undoing, adding, stopping, by role and campus."""

import pytest

from proposals.models import Step
from tests.proposals import walking
from tests.proposals.walking import finish, fresh, move, open_keys
from tests.support import api_for, site_for


def signed(at):
    proposal = move(walking.montana_draft(at), "submit", at.proposer)
    finish(at, proposal, "supervisor_signoff")
    return fresh(proposal), Step.objects.get(proposal=proposal, key="supervisor_signoff")


def test_undo_by_page_and_api(campus):
    at = campus("montana")
    proposal, step = signed(at)
    page = site_for(at.supervisor).get(f"/proposals/{proposal.pk}/")
    assert f"/proposals/steps/{step.pk}/undo/" in page.content.decode()
    assert "undo" not in site_for(at.section_head).get(f"/proposals/{proposal.pk}/").content.decode()
    assert site_for(at.supervisor).get(f"/proposals/steps/{step.pk}/undo/").status_code == 405
    assert site_for(at.supervisor).post(f"/proposals/steps/{step.pk}/undo/").status_code == 302
    assert open_keys(proposal) == ["supervisor_signoff"]
    finish(at, proposal, "supervisor_signoff")
    answer = api_for(at.supervisor).post(f"/api/v1/steps/{step.pk}/undo/")
    assert answer.status_code == 200
    assert open_keys(proposal) == ["supervisor_signoff"]
    again = api_for(at.supervisor).post(f"/api/v1/steps/{step.pk}/undo/")
    assert again.status_code == 409  # it is open already


ANSWERS = {
    "proposer": 403,
    "section_head": 403,
    "programme_manager": 403,
    "administrator": 403,
    "second_proposer": 403,
    "stranger": 404,
    "nobody": 404,
    "learner": 404,
}


@pytest.mark.parametrize(("who", "code"), ANSWERS.items())
def test_undo_is_nobody_elses(campus, who, code):
    at = campus("montana")
    proposal, step = signed(at)
    person = getattr(at, who)
    assert api_for(person).post(f"/api/v1/steps/{step.pk}/undo/").status_code == code
    assert site_for(person).post(f"/proposals/steps/{step.pk}/undo/").status_code == code
    assert open_keys(proposal) == ["section_head_signoff"]


def test_a_late_undo_is_told_with_its_reason(campus):
    at = campus("montana")
    proposal, step = signed(at)
    finish(at, proposal, "section_head_signoff")
    answer = api_for(at.supervisor).post(f"/api/v1/steps/{step.pk}/undo/")
    assert answer.status_code == 409
    assert answer.json()["reasons"][0]["text"].startswith("Somebody has acted on it since")
    page = site_for(at.supervisor).post(f"/proposals/steps/{step.pk}/undo/", follow=True)
    assert "Somebody has acted on it since" in page.content.decode()


def test_a_step_is_added_and_taken_away_by_page(campus):
    at = campus("montana")
    proposal, _step = signed(at)
    client, address = site_for(at.programme_manager), f"/proposals/{proposal.pk}/steps/add/"
    assert address in client.get(f"/proposals/{proposal.pk}/").content.decode()
    assert client.get(address).status_code == 200
    given = {"version": proposal.version, "kind": "signoff", "title": "The library", "reason": "Journals."}
    assert client.post(address, given | {"email": "who@nowhere.example"}).status_code == 409
    assert client.post(address, given | {"email": at.nobody.email}).status_code == 302
    assert open_keys(proposal) == ["added-1", "section_head_signoff"]
    stale = client.post(address, given | {"email": at.nobody.email})
    assert (stale.status_code, "Somebody changed this" in stale.content.decode()) == (409, True)
    added = Step.objects.get(ad_hoc=True)
    page = site_for(at.nobody).get(f"/proposals/{proposal.pk}/")
    assert "The library" in page.content.decode()
    address = f"/proposals/steps/{added.pk}/cancel/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": ""}).status_code == 409
    assert client.post(address, {"reason": "Not needed."}).status_code == 302
    assert open_keys(proposal) == ["section_head_signoff"]


def test_a_step_is_added_and_taken_away_by_api(campus):
    at = campus("montana")
    proposal, _step = signed(at)
    api, address = api_for(at.programme_manager), f"/api/v1/proposals/{proposal.pk}/steps/"
    given = {"kind": "consultation", "title": "The library", "reason": "Journals."}
    assert api.post(address, given | {"person": "who@nowhere.example"}).status_code == 409
    answer = api.post(address, given | {"actor": "office:um_online"})
    assert answer.status_code == 201
    key = next(step["id"] for step in answer.json()["steps"] if step["key"] == "added-1")
    assert api.post(f"/api/v1/steps/{key}/cancel/", {"reason": "Not needed."}).status_code == 200
    assert api.post(f"/api/v1/steps/{key}/cancel/", {"reason": "Not needed."}).status_code == 409


@pytest.mark.parametrize(("who", "code"), {**ANSWERS, "supervisor": 403, "programme_manager": 200}.items())
def test_adding_is_the_offices_alone(campus, who, code):
    at = campus("montana")
    proposal, _step = signed(at)
    person = getattr(at, who)
    assert site_for(person).get(f"/proposals/{proposal.pk}/steps/add/").status_code == code
    given = {"kind": "signoff", "title": "T", "reason": "R", "person": at.nobody.email}
    answer = api_for(person).post(f"/api/v1/proposals/{proposal.pk}/steps/", given)
    assert answer.status_code == {200: 201}.get(code, code)
