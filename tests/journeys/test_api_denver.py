"""CU Denver's way by the API alone: from the first form to a signed badge that carries its own data and expires."""

import datetime as dt
import json

import pytest
from django.test import Client

from credentials.models import Award
from tests.journeys.walk import Walk, badge_and_training, issue, verified
from tests.policies.examples import DENVER, changed

pytestmark = pytest.mark.django_db(transaction=True)


def clauses(refusal):
    return {reason["clause"] for reason in refusal["reasons"]}


@pytest.mark.clause("CUD-1", "CUD-2", "CUD-3", "CUD-4", "CUD-10", "CUD-13")
def test_denver_from_the_first_form_to_the_badge(campus):
    campus = campus("cu_denver")
    walk = Walk(campus)
    walk.start({"about": {"title": "Reading a city plan"}}, [campus.proposer])
    early = walk.move(campus.proposer, "submit", 409)
    assert {"CUD-1", "CUD-2", "CUD-3", "CUD-4"} <= clauses(early)
    walk.write(campus.proposer, changed(DENVER, "market.findings", None))
    assert clauses(walk.move(campus.proposer, "submit", 409)) == {"CUD-10"}
    walk.write(campus.proposer, DENVER)
    assert walk.move(campus.proposer, "submit")["state"] == "unit_approval"
    office = campus.offices["tips"]
    assert walk.call(office, "get", "steps/?waiting=me")["results"] == []  # the head of the unit comes first
    walk.sign(campus.section_head)
    assert walk.get(campus.proposer)["state"] == "unit_approval"
    assert b"Reading a city plan" not in Client().get("/catalogue/").content
    walk.sign(office)
    found = walk.get(campus.proposer)
    assert found["state"] == "established"
    assert b"Reading a city plan" in Client().get("/catalogue/").content
    badge_and_training(walk, found["definition"])
    award = issue(walk, found["definition"], office)
    credential = verified(award)
    check_data_of_the_badge(campus, credential, Award.objects.get(pk=award))
    assert b"openbadgecredential" in Client().get(f"/awards/{award}.png").content


def check_data_of_the_badge(campus, credential, award):
    """CUD-4: description, evidence, expiry, issuer and recipient stand in the badge itself."""
    achievement = credential["credentialSubject"]["achievement"]
    assert achievement["name"] == "Reading a city plan"
    assert achievement["description"] == DENVER["about"]["summary"]
    assert "Annotate a map and explain it to a neighbour." in achievement["criteria"]["narrative"]
    assert [one["narrative"] for one in credential["evidence"]] == ["A portfolio"]
    assert credential["issuer"]["name"] == "University of Colorado Denver"
    assert credential["credentialSubject"]["identifier"]
    today = campus.institution.today()
    last = dt.date(today.year + 3, today.month, min(today.day, 28))
    assert award.expires_on.replace(day=min(award.expires_on.day, 28)) == last
    assert credential["validUntil"][:10] in {str(award.expires_on), str(award.expires_on + dt.timedelta(1))}


def test_what_the_division_sends_back_returns_to_it(campus):
    campus = campus("cu_denver")
    walk = Walk(campus)
    walk.start(DENVER, [campus.proposer])
    walk.move(campus.proposer, "submit")
    walk.sign(campus.section_head)
    walk.sign(campus.offices["tips"], "request_changes")
    assert walk.get(campus.proposer)["state"] == "changes_requested"
    walk.write(campus.proposer, {"learning": {"skills": "Planning, maps, zoning"}})
    assert walk.move(campus.proposer, "resubmit")["state"] == "unit_approval"
    walk.sign(campus.offices["tips"])
    assert walk.get(campus.proposer)["state"] == "established"


@pytest.mark.clause("CUD-1")
def test_no_badge_without_recorded_completion(campus):
    campus = campus("cu_denver")
    walk = Walk(campus)
    walk.start(DENVER, [campus.proposer])
    walk.move(campus.proposer, "submit")
    walk.sign(campus.section_head)
    walk.sign(campus.offices["tips"])
    definition = walk.get(campus.proposer)["definition"]
    badge_and_training(walk, definition)
    recipients = [{"name": "Test learner", "email": campus.learner.email}]
    body = {"definition": definition, "recipients": recipients}
    refused = walk.call(campus.issuer, "post", "issuance-requests/", body, 409)
    assert clauses(refused) == {"CUD-1"}


@pytest.mark.clause("CUD-1")
def test_a_programme_is_refused_at_the_first_form(campus):
    campus = campus("cu_denver")
    walk = Walk(campus)
    body = {
        "institution": campus.institution.slug,
        "unit": str(campus.unit.pk),
        "type": "programme",
        "proposers": [campus.proposer.email],
        "document": {},
    }
    refused = walk.call(campus.proposer, "post", "proposals/", body, 409)
    assert clauses(refused) == {"CUD-1"}
    assert "programme development" in json.dumps(refused)
