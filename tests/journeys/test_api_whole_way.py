"""The whole way by the API alone, on the real routes of three campuses: intent to signed badge at the platform."""

import re

import pytest
from django.test import Client

from tests.journeys.walk import Walk, badge_and_training, delivered, form_panel, issue, verified
from tests.policies.examples import BOULDER, BOULDER_INTENT, MODEL, MONTANA
from tests.proposals.walking import MODEL_FULL, MODEL_INTENT, MONTANA_FULL, PDF

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.clause(
    "CUB-3",
    "CUB-4",
    "CUB-5",
    "CUB-6",
    "CUB-7",
    "CUB-8",
    "CUB-9",
    "CUB-10",
    "CUB-11",
    "CUB-12",
    "CUB-13",
    "CUB-18",
)
def test_boulder_from_intent_to_badge(campus, platforms):
    campus = campus("cu_boulder")
    walk = Walk(campus)
    walk.start(BOULDER_INTENT, [campus.proposer])
    assert walk.get(campus.proposer)["state"] == "intent"
    assert walk.move(campus.proposer, "submit")["state"] == "intent"
    early = walk.move(campus.programme_manager, "open_proposal", 409)
    assert {r["clause"] for r in early["reasons"]} == {"CUB-7"}
    walk.sign(campus.programme_manager, "done")
    assert walk.move(campus.programme_manager, "open_proposal")["state"] == "proposal"
    missing = walk.move(campus.proposer, "submit", 409)
    assert "CUB-5" in {r["clause"] for r in missing["reasons"]}
    walk.write(campus.proposer, BOULDER)
    assert all(line["met"] is not False for line in walk.get(campus.proposer)["checklist"])
    assert walk.move(campus.proposer, "submit")["state"] == "committee_review"
    closed = walk.vote("mac", "request_changes")
    assert closed["outcome"] == "request_changes"
    assert walk.get(campus.proposer)["state"] == "changes_requested"
    walk.write(campus.proposer, {"about": {"title": "Data Storytelling, revised"}})
    assert walk.move(campus.proposer, "resubmit")["state"] == "committee_review"
    assert walk.vote("mac")["outcome"] == "approve"
    assert walk.get(campus.proposer)["state"] == "unit_approval"
    assert Client().get("/catalogue/").content.count(b"revised") == 0
    walk.sign(campus.section_head)
    found = walk.get(campus.proposer)
    assert found["state"] == "established"
    assert b"Data Storytelling, revised" in Client().get("/catalogue/").content
    badge_and_training(walk, found["definition"])
    award = issue(walk, found["definition"], campus.registrar, campus.untrained_issuer)
    delivery = delivered(campus, award)
    assert (delivery.state, delivery.message) == ("delivered", delivery.message)
    assert delivery.claim_url
    assert verified(award)["credentialSubject"]["achievement"]["name"] == "Data Storytelling, revised"


@pytest.mark.clause("MU-1", "MU-2", "MU-8", "MU-10", "MU-11", "MU-15", "MU-16", "MU-18", "MU-19", "MU-20")
def test_model_university_through_every_state(campus, platforms):
    campus = campus("model")
    walk = Walk(campus)
    walk.start(MODEL_INTENT, [campus.proposer])
    walk.move(campus.proposer, "submit")
    walk.sign(campus.programme_manager, "acknowledged")
    assert walk.get(campus.proposer)["state"] == "proposal"
    walk.write(campus.proposer, MODEL)
    assert walk.move(campus.proposer, "submit")["state"] == "committee_review"
    walk.vote("committee")
    assert walk.get(campus.proposer)["state"] == "unit_approval"
    walk.sign(campus.section_head)
    assert walk.get(campus.proposer)["state"] == "pilot"
    definition = walk.get(campus.proposer)["definition"]
    badge_and_training(walk, definition)
    award = issue(walk, definition, campus.registrar)
    assert delivered(campus, award).state == "delivered"
    verified(award)
    walk.write(campus.proposer, MODEL_FULL)
    assert walk.move(campus.proposer, "file_full_proposal")["state"] == "full_approval"
    walk.vote("committee")
    walk.sign(campus.offices["provost"])
    assert walk.get(campus.proposer)["state"] == "established"


@pytest.mark.clause("UM-2", "UM-10", "UM-12", "UM-13", "UM-14", "UM-17", "UM-18", "UM-19", "UM-25")
def test_montana_from_statement_to_established(campus, platforms):
    campus = campus("montana")
    walk = Walk(campus)
    team = [campus.proposer, campus.second_proposer]
    walk.start(MONTANA, team, "badge_and_notation")
    without = walk.move(campus.proposer, "submit", 409)
    assert {r["clause"] for r in without["reasons"]} == {"UM-12"}
    walk.attach(campus.proposer, "syllabi.files", PDF)
    assert walk.move(campus.proposer, "submit")["state"] == "unit_approval"
    walk.sign(campus.supervisor)
    walk.sign(campus.section_head)
    assert walk.get(campus.proposer)["state"] == "unit_approval"
    assert not re.search(r'"/catalogue/[^"?.]+/"', Client().get("/catalogue/").content.decode())
    walk.sign(campus.offices["um_online"])
    found = walk.get(campus.proposer)
    assert found["state"] == "pilot"
    badge_and_training(walk, found["definition"])
    code = {"code": "AE-101", "body": "ASCRC", "approved_on": "2026-01-15"}
    walk.call(campus.registrar, "post", f"definitions/{found['definition']}/event-code/", code, 201)
    award = issue(walk, found["definition"], campus.registrar)
    assert delivered(campus, award).state == "delivered"
    verified(award)
    walk.write(campus.proposer, MONTANA_FULL)
    assert walk.move(campus.second_proposer, "file_full_proposal")["state"] == "full_approval"
    walk.sign(campus.section_head)
    walk.sign(campus.offices["um_online"])
    members = form_panel(walk)
    walk.vote_all(members)
    walk.vote("ascrc")
    walk.vote("faculty_senate")
    walk.sign(campus.offices["provost"])
    assert walk.get(campus.proposer)["state"] == "established"
