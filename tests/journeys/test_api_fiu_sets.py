"""Florida International University by the API: a micro-certificate, from its consultation to all of its set earned."""

import pytest

from credentials.models import Award
from tests.journeys.fiu import applied, approved, earn
from tests.journeys.walk import clauses, make_badge, release, request_for, verified
from tests.policies.examples_riverside_fiu import CONSULTATION, SET_APPLICATION, SET_CONSULTATION, SET_DESIGN

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def fiu(campus):
    return campus("florida_international")


def approved_set(fiu):
    """The micro-certificate, approved by ASA; its parts are not linked yet."""
    walk, asa = applied(fiu, SET_APPLICATION, "micro_certificate"), fiu.offices["asa"]
    walk.sign(asa, "done", CONSULTATION)
    assert clauses(walk.move(fiu.proposer, "open_proposal", 409)) == {"FIU-11"}
    without = walk.sign(asa, "done", {**SET_CONSULTATION, "goal": ""}, 409)
    assert [(r["clause"], r["field"]) for r in without["reasons"]] == [("FIU-11", "goal")]
    walk.sign(asa, "done", SET_CONSULTATION)
    walk.write(fiu.proposer, SET_DESIGN)
    walk.move(fiu.proposer, "submit")
    walk.sign(asa)
    definition = walk.get(fiu.proposer)["definition"]
    make_badge(definition, asa)
    return walk, definition


@pytest.mark.clause("FIU-11", "FIU-12")
def test_a_micro_certificate_waits_for_all_of_its_set(fiu):
    asa, learners = fiu.offices["asa"], [fiu.learner]
    walk, monitoring = approved(fiu)
    _, repair = approved(fiu, "Reef repair")
    walk, whole = approved_set(fiu)
    assert clauses(request_for(walk, whole, learners, 409)) == {"FIU-12"}  # what it is made of is not settled
    path = f"definitions/{whole}/parts/"
    walk.call(fiu.issuer, "post", path, {"parts": [monitoring, repair]}, 403)
    assert clauses(walk.call(asa, "post", path, {"parts": [monitoring]}, 409)) == {"FIU-12"}
    linked = walk.call(asa, "post", path, {"parts": [monitoring, repair]})
    assert [row["line"] for row in linked] == ["Coral reef monitoring", "Reef repair"]
    assert clauses(request_for(walk, whole, learners, 409)) == {"FIU-12"}
    first = earn(walk, monitoring)
    [reason] = request_for(walk, whole, learners, 409)["reasons"]
    assert reason["clause"] == "FIU-12"
    assert "Reef repair" in reason["text"]
    assert "Coral" not in reason["text"]
    earn(walk, repair)
    walk.call(asa, "post", f"awards/{first}/revoke/", {"reason": "The reports were not the learner's own."})
    [reason] = request_for(walk, whole, learners, 409)["reasons"]
    assert "Coral reef monitoring" in reason["text"]
    again = request_for(walk, monitoring, learners)
    release(walk, again, asa)
    award = release(walk, request_for(walk, whole, learners), asa)
    assert verified(award)["credentialSubject"]["achievement"]["name"] == "Reef steward"


@pytest.mark.clause("FIU-12")
def test_a_part_that_is_revoked_before_the_release_stops_it(fiu):
    asa, learners = fiu.offices["asa"], [fiu.learner]
    walk, monitoring = approved(fiu)
    _, repair = approved(fiu, "Reef repair")
    walk, whole = approved_set(fiu)
    walk.call(asa, "post", f"definitions/{whole}/parts/", {"parts": [monitoring, repair]})
    first = earn(walk, monitoring)
    earn(walk, repair)
    request = request_for(walk, whole, learners)
    walk.call(asa, "post", f"awards/{first}/revoke/", {"reason": "Issued by mistake."})
    refused = walk.call(asa, "post", f"issuance-requests/{request['id']}/approve/", {}, 409)
    assert clauses(refused) == {"FIU-12"}
    assert not Award.objects.filter(definition=whole).exists()
