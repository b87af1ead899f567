"""Florida International University by the API: application, consultation, design, approval and award by ASA."""

import pytest

from accounts.actions import policies
from accounts.models import Unit
from credentials.models import Award, Definition
from issuance.models import Delivery
from proposals.models import Proposal
from tests.journeys.fiu import applied, approved, earn
from tests.journeys.walk import (
    Walk,
    clauses,
    complete,
    make_badge,
    offer,
    release,
    request_for,
    verified,
)
from tests.policies.examples import changed
from tests.policies.examples_riverside_fiu import (
    APPLICATION,
    CONSULTATION,
    DESIGN,
    SENATE,
)

pytestmark = pytest.mark.django_db(transaction=True)
FIRST, SECOND = "Identifies reef species", "Surveys a reef"


@pytest.fixture
def fiu(campus):
    return campus("florida_international")


@pytest.mark.clause("FIU-2", "FIU-16", "FIU-17")
def test_fiu_from_application_to_award(fiu):
    asa = fiu.offices["asa"]
    walk = Walk(fiu)
    walk.start({"about": APPLICATION["about"]}, [fiu.proposer])
    assert clauses(walk.move(fiu.proposer, "submit", 409)) == {"FIU-9", "FIU-17"}
    walk.write(fiu.proposer, APPLICATION)
    assert walk.move(fiu.proposer, "submit")["state"] == "intent"
    assert clauses(walk.move(fiu.proposer, "open_proposal", 409)) == {"FIU-2"}
    without = walk.sign(asa, "done", {**CONSULTATION, "rigour": ""}, 409)
    assert [(r["clause"], r["field"]) for r in without["reasons"]] == [("FIU-2", "rigour")]
    walk.sign(asa, "done", CONSULTATION)
    found = walk.get(fiu.proposer)
    assert found["state"] == "proposal"
    consultation = next(step for step in found["steps"] if step["key"] == "asa_consultation")
    assert consultation["recorded"] == CONSULTATION
    [told] = [entry["recorded"] for entry in found["record"] if entry["recorded"]]
    assert [(line["term"], line["value"]) for line in told[:2]] == [
        ("Day of the consultation", "2 March 2020"),
        ("Level of rigour agreed", "Applied: uses it in known situations"),
    ]
    missing = clauses(walk.move(fiu.proposer, "submit", 409))
    assert {"FIU-1", "FIU-3", "FIU-4", "FIU-5", "FIU-6", "FIU-11", "FIU-15"} <= missing
    walk.write(fiu.proposer, DESIGN)
    assert walk.move(fiu.proposer, "submit")["state"] == "committee_review"
    assert Definition.objects.count() == 0
    walk.sign(asa, "request_changes")
    walk.write(fiu.proposer, {"outcomes": {"requirements": "Pass the test; hand in both reports in time."}})
    assert walk.move(fiu.proposer, "resubmit")["state"] == "committee_review"
    walk.sign(asa)
    found = walk.get(fiu.proposer)
    assert found["state"] == "established"
    make_badge(found["definition"], asa)
    complete(walk, offer(walk, found["definition"]), fiu.learner, enrolled=False)
    award = release(walk, request_for(walk, found["definition"], [fiu.learner]), asa)
    assert verified(award)["credentialSubject"]["achievement"]["name"] == "Coral reef monitoring"
    assert Award.objects.get(pk=award).version.notation is False
    assert Delivery.objects.count() == 0


@pytest.mark.clause("FIU-2")
def test_the_design_cannot_be_written_or_reviewed_before_the_consultation(fiu):
    walk = applied(fiu)
    version = walk.get(fiu.proposer)["version"]
    body = {"version": version, "document": DESIGN}
    walk.call(fiu.proposer, "patch", f"proposals/{walk.key}/", body, 409)
    for person in (fiu.proposer, fiu.programme_manager, fiu.offices["asa"]):
        for move in ("open_proposal", "advance"):
            assert clauses(walk.move(person, move, 409)) == {"FIU-2"}
    assert walk.get(fiu.proposer)["state"] == "intent"


@pytest.mark.clause("FIU-16")
def test_asa_sends_an_application_back_without_a_consultation(fiu):
    walk = applied(fiu)
    walk.sign(fiu.offices["asa"], "request_changes")
    assert walk.get(fiu.proposer)["state"] == "changes_requested"
    walk.write(fiu.proposer, changed(APPLICATION, "basis.stacking", "outside"))
    assert walk.move(fiu.proposer, "resubmit")["state"] == "intent"
    assert clauses(walk.move(fiu.proposer, "open_proposal", 409)) == {"FIU-9"}  # the new answer asks for it


@pytest.mark.clause("FIU-9")
@pytest.mark.parametrize(
    ("path", "value", "approvals"),
    [
        (("basis.ground",), ("new_senate",), 1),
        (("basis.stacking",), ("outside",), 1),
        (("basis.ground", "basis.stacking"), ("new_senate", "outside"), 2),
    ],
)
def test_the_senates_approval_is_recorded_before_design(fiu, path, value, approvals):
    application = APPLICATION
    for one, answer in zip(path, value, strict=True):
        application = changed(application, one, answer)
    walk, asa, senate = applied(fiu, application), fiu.offices["asa"], fiu.offices["senate_office"]
    for _ in range(approvals):
        assert walk.call(asa, "get", "steps/?waiting=me")["results"] == []
        assert clauses(walk.move(fiu.proposer, "open_proposal", 409)) == {"FIU-9"}
        without = walk.sign(senate, "approve", {"decided_on": SENATE["decided_on"]}, 409)
        assert [(r["clause"], r["field"]) for r in without["reasons"]] == [("FIU-9", "minute")]
        walk.sign(senate, "approve", SENATE)
    assert clauses(walk.move(fiu.proposer, "open_proposal", 409)) == {"FIU-2"}
    walk.sign(asa, "done", CONSULTATION)
    walk.write(fiu.proposer, DESIGN)
    walk.move(fiu.proposer, "submit")
    walk.sign(asa)
    chain = Definition.objects.get().current.approvals
    assert [decision["clause"] for decision in chain] == ["FIU-9"] * approvals + ["FIU-16"]


@pytest.mark.clause("FIU-9")
def test_what_the_senate_declines_is_never_designed(fiu):
    walk = applied(fiu, changed(APPLICATION, "basis.ground", "new_senate"))
    walk.sign(fiu.offices["senate_office"], "decline")
    assert walk.get(fiu.proposer)["state"] == "declined"


@pytest.mark.clause("FIU-7", "FIU-16")
def test_only_asa_approves_and_only_asa_releases(fiu):
    walk, asa = applied(fiu), fiu.offices["asa"]
    others = [fiu.programme_manager, fiu.section_head, fiu.registrar, fiu.offices["senate_office"]]
    consultation = walk.step_of(asa)
    walk.sign(asa, "done", CONSULTATION)
    walk.write(fiu.proposer, DESIGN)
    walk.move(fiu.proposer, "submit")
    approval = walk.step_of(asa)
    assert approval != consultation
    for person in others:
        body = {"outcome": "approve", "note": "", "form": {}}
        answer = walk.call(person, "post", f"steps/{approval}/complete/", body, 403)
        assert answer["detail"]
    walk.sign(asa)
    definition = walk.get(fiu.proposer)["definition"]
    make_badge(definition, asa)
    complete(walk, offer(walk, definition), fiu.learner)
    request = request_for(walk, definition, [fiu.learner])
    assert request["certifier"] == "asa"
    for person in (fiu.programme_manager, fiu.issuer):
        said = walk.call(person, "post", f"issuance-requests/{request['id']}/approve/", {}, 403)
        assert "Academic and Student Affairs (ASA) (FIU-7)" in said["detail"]
    walk.call(fiu.registrar, "post", f"issuance-requests/{request['id']}/approve/", {}, 404)
    assert not Award.objects.exists()
    assert release(walk, request, asa)


@pytest.mark.clause("FIU-15")
def test_every_competency_is_recorded_before_a_badge(fiu):
    walk, definition = approved(fiu)
    assert clauses(request_for(walk, definition, [fiu.learner], 409)) == {"FIU-15"}
    complete(walk, offer(walk, definition), fiu.learner, competencies=[FIRST])
    refused = request_for(walk, definition, [fiu.learner], 409)
    [reason] = refused["reasons"]
    assert reason["clause"] == "FIU-15"
    assert SECOND in reason["text"]
    assert FIRST not in reason["text"]


@pytest.mark.clause("FIU-8")
@pytest.mark.parametrize(("kind", "answer"), [("club", 409), ("department", 201), ("center", 201), ("", 201)])
def test_units_that_propose(fiu, kind, answer):
    Unit.objects.filter(pk=fiu.unit.pk).update(kind=kind)
    body = {
        "institution": "florida_international",
        "unit": str(fiu.unit.pk),
        "type": "badge",
        "proposers": [fiu.proposer.email],
        "document": APPLICATION,
    }
    said = Walk(fiu).call(fiu.proposer, "post", "proposals/", body, answer)
    if answer == 409:
        assert [(r["clause"], r["field"]) for r in said["reasons"]] == [("FIU-8", "unit")]
    assert Proposal.objects.exists() is (answer == 201)


@pytest.mark.clause("FIU-8")
def test_only_faculty_and_staff_with_that_role_propose(fiu):
    body = {
        "institution": "florida_international",
        "unit": str(fiu.unit.pk),
        "type": "badge",
        "proposers": [fiu.proposer.email, fiu.learner.email],
        "document": APPLICATION,
    }
    said = Walk(fiu).call(fiu.proposer, "post", "proposals/", body, 409)
    assert [(r["clause"], r["field"]) for r in said["reasons"]] == [("FIU-8", "proposers")]
    body["proposers"] = [fiu.learner.email]
    Walk(fiu).call(fiu.learner, "post", "proposals/", body, 403)


@pytest.mark.clause("FIU-10")
def test_the_registrar_finds_every_students_record(fiu):
    walk, definition = approved(fiu)
    award = earn(walk, definition)
    found = walk.call(fiu.registrar, "get", "records/")["results"]
    assert [row["award"] for row in found] == [award]
    assert walk.call(fiu.registrar, "get", f"records/?person={fiu.learner.pk}")["count"] == 1
    assert walk.call(fiu.registrar, "get", "records/?q=Nobody")["count"] == 0
    asked = {row["award"] for row in walk.call(fiu.offices["asa"], "get", "records/")["results"]}
    assert asked == {award}  # registrar and ASA read the same record
    walk.call(fiu.proposer, "get", "records/", expect=403)


@pytest.mark.clause("FIU-14")
def test_a_proposal_stays_under_its_revision_and_says_which(fiu):
    walk = applied(fiu)
    later = fiu.pack.policy.model_copy(update={"revision": "2026-05"})
    pack = fiu.pack.model_copy(update={"policy": later})
    policies.adopt(institution=fiu.institution, pack=pack, by=fiu.administrator)
    walk.sign(fiu.offices["asa"], "done", CONSULTATION)
    found = walk.get(fiu.proposer)["policy"]
    assert (found["number"], found["revision"], found["in_force"]) == ("380.104", "2024-02-07", False)
    new = Walk(fiu)
    new.start(APPLICATION, [fiu.proposer])
    assert new.get(fiu.proposer)["policy"]["revision"] == "2026-05"
