"""Montana's pilots: with credit under an event code and noted, without credit a badge from UM Online and no notation."""

import pytest
from django.test import Client

from credentials.models import Award, Definition
from issuance.models import Delivery
from tests.journeys.walk import (
    Walk,
    badge_and_training,
    clauses,
    complete,
    issue,
    offer,
    release,
    request_for,
    verified,
)
from tests.policies.examples import MONTANA, changed, noncredit
from tests.proposals.walking import PDF

pytestmark = pytest.mark.django_db(transaction=True)
PARTNERS = [{"name": "County health department", "sector": "government", "part": "Air monitors"}]
CODE = {"code": "AE-101", "body": "ASCRC", "approved_on": "2020-02-15"}


def pilot(campus, answers, type):
    """A walk that has come to the pilot; its definition stands beside."""
    walk, people = Walk(campus), campus
    walk.start(answers, [people.proposer, people.second_proposer], type)
    walk.attach(people.proposer, "syllabi.files", PDF)
    walk.move(people.proposer, "submit")
    for person in (people.supervisor, people.section_head, people.offices["um_online"]):
        walk.sign(person)
    found = walk.get(people.proposer)
    assert found["state"] == "pilot"
    return walk, found["definition"]


@pytest.fixture
def without_credit(campus, platforms):
    walk, definition = pilot(
        campus("montana"), changed(noncredit(), "people.partners", PARTNERS), type="badge"
    )
    badge_and_training(walk, definition)
    return walk, definition


@pytest.fixture
def notation_only(campus):
    return pilot(campus("montana"), MONTANA, type="notation")


def ready(walk, definition):
    """A learner who completed, and the request for them."""
    complete(walk, offer(walk, definition), walk.campus.learner)
    return request_for(walk, definition, [walk.campus.learner])


@pytest.mark.clause("UM-2", "UM-6", "UM-27")
def test_um_online_certifies_what_is_earned_without_credit(without_credit):
    walk, definition = without_credit
    award = issue(walk, definition, walk.campus.offices["um_online"])
    assert Award.objects.get(pk=award).version.notation is False
    credential = verified(award)
    assert [one["narrative"] for one in credential["evidence"]] == ["A portfolio"]
    narrative = credential["credentialSubject"]["achievement"]["criteria"]["narrative"]
    assert narrative.startswith("Pass the project and the oral exam.")


@pytest.mark.clause("UM-2")
def test_the_registrar_does_not_release_it(without_credit):
    walk, definition = without_credit
    request = ready(walk, definition)
    walk.call(walk.campus.registrar, "post", f"issuance-requests/{request['id']}/approve/", {}, 404)
    assert not Award.objects.exists()


@pytest.mark.clause("UM-6")
def test_without_credit_there_is_no_event_code(without_credit):
    walk, definition = without_credit
    refused = walk.call(walk.campus.registrar, "post", f"definitions/{definition}/event-code/", CODE, 409)
    assert clauses(refused) == {"UM-6"}


@pytest.mark.clause("UM-25")
def test_no_badge_before_the_criteria_are_recorded_as_met(without_credit):
    walk, definition = without_credit
    assert clauses(request_for(walk, definition, [walk.campus.learner], 409)) == {"UM-25"}


@pytest.mark.clause("UM-8", "UM-31")
def test_partners_and_time_span_are_found_on_the_credentials_page(without_credit):
    slug = Definition.objects.get(pk=without_credit[1]).slug
    facts = {fact["term"]: fact["value"] for fact in Client().get(f"/catalogue/{slug}/").context["facts"]}
    assert facts["Together with"] == "County health department, Government, Air monitors"
    assert facts["Size"] == "135 hours over 6 weeks"


@pytest.mark.clause("UM-30")
def test_the_programme_director_is_no_part_of_what_is_public(without_credit):
    slug = Definition.objects.get(pk=without_credit[1]).slug
    for address in (f"/catalogue/{slug}/", f"/catalogue/{slug}.jsonld"):
        content = Client().get(address).content.decode()
        assert "director@montana.example" not in content
        assert "Programme director, Computer Science" not in content


@pytest.mark.clause("UM-26")
def test_where_it_leads_is_found_on_the_credentials_page(notation_only):
    slug = Definition.objects.get(pk=notation_only[1]).slug
    facts = {fact["term"]: fact["value"] for fact in Client().get(f"/catalogue/{slug}/").context["facts"]}
    assert facts["Leads to"] == "Certificate in data science"


@pytest.mark.clause("UM-5")
def test_nothing_is_released_for_credit_before_the_event_code_and_its_approval_are_recorded(notation_only):
    walk, definition = notation_only
    request, registrar = ready(walk, definition), walk.campus.registrar
    path = f"issuance-requests/{request['id']}/approve/"
    assert clauses(walk.call(registrar, "post", path, {}, 409)) == {"UM-5"}
    code = f"definitions/{definition}/event-code/"
    walk.call(walk.campus.offices["um_online"], "post", code, CODE, 403)
    walk.call(registrar, "post", code, {**CODE, "body": " "}, 400)
    walk.call(registrar, "post", code, CODE, 201)
    walk.call(registrar, "post", path, {})


@pytest.mark.clause("UM-2", "UM-5")
def test_a_notation_without_a_badge_is_recorded_by_the_registrar(notation_only):
    walk, definition = notation_only
    registrar = walk.campus.registrar
    walk.call(registrar, "post", f"definitions/{definition}/event-code/", CODE, 201)
    award = release(walk, ready(walk, definition), registrar)
    assert Award.objects.get(pk=award).document == ""
    assert not Delivery.objects.exists()
    [line] = walk.call(registrar, "get", "notations/")["results"]
    assert (line["award"], line["event_code"], line["noted_on"]) == (award, "AE-101", None)
    day = str(walk.campus.institution.today())
    noted = {"awards": [award], "recorded_on": day}
    walk.call(walk.campus.offices["um_online"], "post", "notations/", noted, 403)
    walk.call(registrar, "post", "notations/", noted, 201)
    assert walk.call(registrar, "get", "notations/")["results"] == []
    [line] = walk.call(registrar, "get", "notations/?state=noted")["results"]
    assert (line["award"], line["noted_on"], line["credits"]) == (award, day, "3.00")
    assert clauses(walk.call(registrar, "post", "notations/", noted, 409)) == {"UM-5"}
