"""Writing together over HTTP: single answers, both texts of a clash, the choice, and what is no document."""

import pytest
from django.urls import reverse

from proposals.actions import drafting
from proposals.merging import digest
from proposals.models import Document, KeptAnswer
from tests.proposals import walking
from tests.proposals.walking import save
from tests.support import api_for

pytestmark = pytest.mark.django_db
IDEA = walking.MODEL_INTENT["idea"]


@pytest.fixture
def at(campus):
    return campus("model")


@pytest.fixture
def shared(at):
    return walking.start(at, walking.MODEL_INTENT, proposers=[at.second_proposer])


@pytest.fixture
def kept(at, shared):
    save(shared, {"idea": {"summary": "Theirs are these words."}}, at.second_proposer)
    seen = {"idea.summary": digest(IDEA["summary"])}
    mine = {"idea": {"summary": "Mine are these words."}}
    return drafting.write(proposal=shared, answers=mine, seen=seen, by=at.proposer).kept[0]


def answers(proposal):
    return Document.objects.get(proposal=proposal).answers["idea"]


def test_the_api_merges_single_answers_and_tells_both_texts_of_a_clash(at, shared):
    address = f"/api/v1/proposals/{shared.pk}/"
    save(shared, {"idea": {"summary": "Theirs."}}, at.second_proposer)
    api = api_for(at.proposer)
    found = api.patch(address, {"version": 1, "document": {"idea": {"title": "Plain"}}}, format="json")
    assert (found.status_code, found.json()["document"]["idea"]["summary"]) == (200, "Theirs.")
    found = api.patch(address, {"version": 1, "document": {"idea": {"summary": "Mine."}}}, format="json")
    body = found.json()
    assert found.status_code == 409
    assert [reason["field"] for reason in body["reasons"]] == ["idea.summary"]
    at_time = body["conflicts"][0].pop("at")
    assert at_time and body["conflicts"] == [
        {"field": "idea.summary", "yours": "Mine.", "theirs": "Theirs.", "by": str(at.second_proposer)}
    ]
    assert not KeptAnswer.objects.exists()


ODD = {
    "no UTF-8": (b'{"version": 1, "document": {"idea": {"title": "caf\xff"}}}', 400),
    "endless": (b"[" * 5_000, 400),
    "deep": (b'{"version": 1, "document": {"idea": {"title": ' + b"[" * 300 + b"]" * 300 + b"}}}", 409),
    "huge": (b'{"version": 1, "document": {"idea": {"summary": "' + b"x" * 500_000 + b'"}}}', 409),
    "null sign": (b'{"version": 1, "document": {"idea": {"title": "\\u0000"}}}', 409),
    "list of answers": (b'{"version": 1, "document": {"idea": []}}', 400),
    "list of sections": (b'{"version": 1, "document": []}', 400),
    "no version": (b'{"version": 0, "document": {}}', 400),
    "version to come": (b'{"version": 99999999999999999999, "document": {}}', 409),
    "nothing": (b"null", 400),
}


def test_what_is_no_document_is_refused_in_words(at, shared):
    found = {}
    for name, (body, _code) in ODD.items():
        answer = api_for(at.proposer).patch(
            f"/api/v1/proposals/{shared.pk}/", body, content_type="application/json"
        )
        found[name] = answer.status_code if answer.json()["detail"] else "no words"
    assert found == {name: code for name, (_body, code) in ODD.items()}
    assert answers(shared) == IDEA


def test_the_api_lists_texts_and_chooses(at, shared, kept):
    (row,) = api_for(at.proposer).get(f"/api/v1/proposals/{shared.pk}/texts/").json()["results"]
    assert (row["field"], row["mine"], row["theirs"]) == (
        "idea.summary", "Mine are these words.", "Theirs are these words.",
    )  # fmt: skip
    choose = reverse("api-proposal-text-choose", args=[row["id"]])
    refused = api_for(at.proposer).post(choose, {"take": "mine", "seen": "older"}, format="json")
    assert refused.status_code == 409
    found = api_for(at.proposer).post(choose, {"take": "mine", "seen": row["seen"]}, format="json")
    assert (found.status_code, found.json()["taken"]) == (200, "mine")
    assert answers(shared)["summary"] == "Mine are these words."
    assert api_for(at.stranger).get(f"/api/v1/proposals/{shared.pk}/texts/").status_code == 404
    seen_by_office = api_for(at.programme_manager).get(f"/api/v1/proposals/{shared.pk}/texts/")
    assert seen_by_office.status_code == 404
