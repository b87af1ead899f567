"""The report on a badge for programs."""

import json

import pytest
from django.test import Client

from credentials.actions import awards, wallet
from tests.credentials.support import award, definition
from tests.factories import PersonFactory

JSON = {"accept": "application/json"}
CHECKS = ["document", "issuer", "signature", "dates", "status", "endorsements"]


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def held(model):
    return award(definition(model), PersonFactory(name="Test learner", email="fires@learner.example"))


def test_own_award_is_reported_as_on_its_page(model, held):
    found = Client().get(f"/verify/{held.pk}/", headers=JSON)
    assert (found.status_code, found["Content-Type"], found["Cache-Control"]) == (
        200,
        "application/json",
        "private, no-store",
    )
    assert "Accept" in found["Vary"]
    said = found.json()
    assert said["answer"] == "yes"
    assert said["badge"] == {
        "Badge": "Reading fire data",
        "Issuer": "Model University",
        "Holder": "Test learner",
        "Awarded on": str(held.awarded_on),
    }
    assert [(one["check"], one["answer"]) for one in said["checks"]] == [(name, "yes") for name in CHECKS]
    typed = Client().post(f"/verify/{held.pk}/", {"email": "other@learner.example"}, headers=JSON).json()
    assert (typed["answer"], typed["checks"][-1]["check"], typed["checks"][-1]["answer"]) == (
        "no",
        "recipient",
        "no",
    )
    assert typed["checks"][-1]["advice"].startswith("Ask the person for the address")
    assert Client().post(f"/verify/{held.pk}/", {"email": "nonsense"}, headers=JSON).status_code == 400


def test_programs_are_told_no_more_of_the_holder_than_people(held):
    wallet.show(award=held, visibility="private", by=held.holder)
    said = Client().get(f"/verify/{held.pk}/", headers=JSON)
    assert "Test learner" not in said.content.decode()
    assert said.json()["answer"] == "yes"


def test_what_is_not_in_force_is_told_with_the_status_of_its_page(model, held):
    awards.revoke(award=held, reason="A mistake.", by=model.programme_manager)
    found = Client().get(f"/verify/{held.pk}/", headers=JSON)
    assert (found.status_code, found.json()["answer"]) == (410, "no")
    assert "A mistake" not in found.content.decode()
    for key, status in (("nonsense", 400), ("00000000-0000-0000-0000-000000000007", 404)):
        found = Client().get(f"/verify/{key}/", headers=JSON)
        assert (found.status_code, set(found.json())) == (status, {"detail", "reasons"})


def test_notation_is_reported_by_how_it_stands(model):
    held = award(definition(model, badge=False))
    said = Client().get(f"/verify/{held.pk}/", headers=JSON).json()
    assert [(one["check"], one["answer"]) for one in said["checks"]] == [("status", "yes")]


@pytest.mark.parametrize(
    "kind", ["application/json", "application/vc+ld+json", "text/plain", "application/octet-stream"]
)
def test_badge_itself_may_be_the_body(held, kind):
    found = Client().post("/verify/", held.document.encode(), content_type=kind, headers=JSON)
    assert [(one["check"], one["answer"]) for one in found.json()["checks"]] == [
        (name, "yes") for name in CHECKS
    ]
    assert found.json()["badge"]["Issuer"] == "Model University"


def test_what_is_wrong_with_a_request_is_told_as_everywhere(db):
    found = Client().post("/verify/", {"text": ""}, headers=JSON)
    assert found.status_code == 400
    assert found.json() == {
        "detail": "Choose a file, or paste a text below.",
        "reasons": [{"clause": "", "text": "Choose a file, or paste a text below.", "field": "file"}],
    }
    large = {"content-length": str(50 * 1024 * 1024), **JSON}
    assert Client().post("/verify/", b"x", content_type="image/png", headers=large).status_code == 413
    assert Client().post("/verify/", b"", content_type="application/json", headers=JSON).status_code == 400
    broken = Client().post("/verify/", b"{", content_type="application/json", headers=JSON)
    assert (broken.status_code, broken.json()["answer"]) == (200, "no")


def test_own_address_leads_to_the_report(held):
    found = Client().post(
        "/verify/", {"text": f"http://testserver/verify/{held.pk}/"}, headers=JSON, follow=True
    )
    assert json.loads(found.content)["answer"] == "yes"


@pytest.mark.parametrize("accept", ["text/html,application/xhtml+xml,*/*;q=0.8", "*/*", ""])
def test_browsers_get_the_page(held, accept):
    assert (
        Client()
        .get(f"/verify/{held.pk}/", headers={"accept": accept})["Content-Type"]
        .startswith("text/html")
    )
