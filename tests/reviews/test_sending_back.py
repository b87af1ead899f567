"""Sent back to an earlier step and done again, with real ballots: by page and by API."""

from proposals.models import Step
from tests.reviews.support import at_step
from tests.support import api_for, site_for


def dean_has_it(model):
    """The dean has it, and the committee's vote lies behind."""
    ballot_step = at_step(model, "committee_ballot")
    ballot = ballot_step.ballots.get()
    api = api_for(model.chair("committee"))
    for person in (*model.members("committee"), model.chair("committee")):
        answer = api_for(person).post(f"/api/v1/ballots/{ballot.pk}/vote/", {"choice": "approve"})
        assert answer.status_code == 200, answer.json()
    assert api.post(f"/api/v1/ballots/{ballot.pk}/close/").status_code == 200
    return ballot_step, Step.objects.get(proposal=ballot_step.proposal, key="dean_signoff", status="open")


def opened(proposal):
    return list(Step.objects.filter(proposal=proposal, status="open").values_list("key", "round"))


def test_the_page_offers_the_earlier_steps_and_the_committee_votes_again(model):
    done, step = dean_has_it(model)
    client = site_for(model.section_head)
    page = client.get(f"/admin/steps/{step.pk}/").content.decode()
    assert "The committee decides" in page
    assert f'value="{done.pk}"' in page
    sent = {"outcome": "request_changes", "note": "Look at the hours.", "back_to": str(done.pk)}
    assert client.post(f"/admin/steps/{step.pk}/complete/", sent).status_code == 302
    assert opened(step.proposal) == [("committee_ballot", 2)]
    again = Step.objects.get(proposal=step.proposal, key="committee_ballot", round=2)
    assert again.ballots.get().state == "open"
    refused = client.post(f"/proposals/steps/{step.pk}/undo/", follow=True).content.decode()
    assert "A vote was opened with it" in refused


def test_the_api_takes_the_step_and_refuses_another(model):
    done, step = dean_has_it(model)
    api, address = api_for(model.section_head), f"/api/v1/steps/{step.pk}/complete/"
    sent = {"outcome": "request_changes", "note": "Look at the hours.", "back_to": str(step.pk)}
    answer = api.post(address, sent, format="json")
    assert (answer.status_code, answer.json()["reasons"][0]["field"]) == (409, "back_to")
    answer = api.post(address, sent | {"back_to": str(done.pk)}, format="json")
    assert answer.status_code == 200
    assert opened(step.proposal) == [("committee_ballot", 2)]


def test_a_stopped_vote_counts_for_nothing_and_is_held_anew(model):
    step = at_step(model, "committee_ballot")
    ballot = step.ballots.get()
    api = api_for(model.programme_manager)
    voter = model.members("committee")[0]
    assert api_for(voter).post(f"/api/v1/ballots/{ballot.pk}/vote/", {"choice": "approve"}).status_code == 200
    for person in (voter, model.proposer, model.administrator):
        answer = api_for(person).post(f"/api/v1/steps/{step.pk}/cancel/", {"reason": "Wrong day."})
        assert answer.status_code == 403
    assert api.post(f"/api/v1/steps/{step.pk}/cancel/", {"reason": ""}).status_code == 400
    assert api.post(f"/api/v1/steps/{step.pk}/cancel/", {"reason": "Wrong day."}).status_code == 200
    ballot.refresh_from_db()
    assert (ballot.state, ballot.void_reason) == ("void", "Wrong day.")
    assert opened(step.proposal) == [("committee_ballot", 1)]
    assert api.post(f"/api/v1/steps/{step.pk}/cancel/", {"reason": "Again."}).status_code == 409
    assert site_for(model.chair("committee")).post(f"/admin/steps/{step.pk}/vote/").status_code == 302
    assert step.ballots.filter(state="open").count() == 1


def test_a_person_asked_by_name_answers_in_the_dashboard(model):
    step = at_step(model, "dean_signoff")
    given = {
        "kind": "consultation",
        "title": "The library",
        "reason": "Journals.",
        "person": model.nobody.email,
    }
    api = api_for(model.programme_manager)
    assert api.post(f"/api/v1/proposals/{step.proposal_id}/steps/", given).status_code == 201
    added = Step.objects.get(ad_hoc=True)
    client = site_for(model.nobody)
    assert f"/admin/steps/{added.pk}/" in client.get("/").content.decode()
    page = client.get(f"/admin/steps/{added.pk}/")
    assert (page.status_code, "Journals." in page.content.decode()) == (200, True)
    sent = {"outcome": "done", "note": "We have them."}
    assert client.post(f"/admin/steps/{added.pk}/complete/", sent).status_code == 302
    added.refresh_from_db()
    assert (added.outcome, added.completed_by) == ("done", model.nobody)
    assert "Undo" in client.get(f"/admin/steps/{added.pk}/").content.decode()
