"""What a step records beside its outcome: asked in words, judged by clause, shown to whom it concerns."""

import datetime as dt
import html

import pytest
from django.urls import reverse

from tests.policies.examples_riverside_fiu import APPLICATION, CONSULTATION
from tests.proposals import walking
from tests.support import site_for


@pytest.fixture
def fiu(campus):
    return campus("florida_international")


@pytest.fixture
def step(fiu):
    proposal = walking.move(walking.start(fiu, APPLICATION), "submit", fiu.proposer)
    return walking.open_step(proposal, "asa_consultation")


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def complete(fiu, step, **answers):
    address = reverse("step_complete", args=[step.pk])
    return site_for(fiu.offices["asa"]).post(address, {"note": "", **answers})


@pytest.mark.clause("FIU-2")
def test_questions_of_a_step_are_asked_as_the_policy_words_them(fiu, step):
    page = read(site_for(fiu.offices["asa"]), reverse("step", args=[step.pk]))
    for field in fiu.pack.step("asa_consultation").fields:
        assert field.label in page
    assert 'type="date"' in page


@pytest.mark.clause("FIU-2")
def test_an_answer_that_is_missing_is_said_with_its_clause(fiu, step):
    answer = complete(fiu, step, outcome="done", **{**CONSULTATION, "rigour": ""})
    page = html.unescape(answer.content.decode())
    assert "“Level of rigour agreed” is still missing." in page
    assert "FIU-2" in page
    step.refresh_from_db()
    assert step.status == "open"


@pytest.mark.clause("FIU-2")
def test_a_consultation_that_is_to_come_is_refused(fiu, step):
    ahead = (fiu.institution.today() + dt.timedelta(days=1)).isoformat()
    answer = complete(fiu, step, outcome="done", **{**CONSULTATION, "held_on": ahead})
    assert "“Day of the consultation” lies in the future." in html.unescape(answer.content.decode())
    step.refresh_from_db()
    assert step.status == "open"


@pytest.mark.clause("FIU-2")
def test_a_choice_that_does_not_exist_is_refused(fiu, step):
    complete(fiu, step, outcome="done", **{**CONSULTATION, "rigour": "sublime"})
    step.refresh_from_db()
    assert step.status == "open"


@pytest.mark.clause("FIU-2")
def test_what_was_recorded_is_shown_to_office_and_proposers(fiu, step):
    assert complete(fiu, step, outcome="done", **CONSULTATION).status_code == 302
    for person, address in (
        (fiu.offices["asa"], reverse("step", args=[step.pk])),
        (fiu.proposer, reverse("proposal", args=[step.proposal_id])),
    ):
        page = read(site_for(person), address)
        assert "2 March 2020" in page
        assert "Applied: uses it in known situations" in page
        assert "Put the picture test first." in page


def test_sending_back_asks_for_a_note_alone(fiu, step):
    answer = complete(fiu, step, outcome="request_changes", note="Say more about the field course.")
    assert answer.status_code == 302
    step.refresh_from_db()
    assert (step.outcome, step.answers) == ("request_changes", {})
