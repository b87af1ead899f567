"""Montana's way without credit: UM Online certifies, no notation, partners recorded, nothing without the criteria met."""

import pytest
from django.test import Client

from credentials.models import Award, Definition
from tests.journeys.walk import Walk, badge_and_training, issue, verified
from tests.policies.examples import changed, noncredit
from tests.proposals.walking import PDF

pytestmark = pytest.mark.django_db(transaction=True)
PARTNERS = [{"name": "County health department", "sector": "government", "part": "Air monitors"}]


@pytest.fixture
def pilot(campus, platforms):
    """A walk that has come to the pilot."""
    walk = Walk(campus("montana"))
    people = walk.campus
    answers = changed(noncredit(), "people.partners", PARTNERS)
    walk.start(answers, [people.proposer, people.second_proposer], "badge")
    walk.attach(people.proposer, "syllabi.files", PDF)
    walk.move(people.proposer, "submit")
    for person in (people.supervisor, people.section_head, people.offices["um_online"]):
        walk.sign(person)
    assert walk.get(people.proposer)["state"] == "pilot"
    walk.definition = walk.get(people.proposer)["definition"]
    badge_and_training(walk, walk.definition)
    return walk


def clauses(refusal):
    return {reason["clause"] for reason in refusal["reasons"]}


@pytest.mark.clause("UM-2", "UM-6", "UM-27")
def test_um_online_certifies_what_is_earned_without_credit(pilot):
    award = issue(pilot, pilot.definition, pilot.campus.offices["um_online"])
    assert Award.objects.get(pk=award).version.notation is False
    credential = verified(award)
    assert [one["narrative"] for one in credential["evidence"]] == ["A portfolio"]
    narrative = credential["credentialSubject"]["achievement"]["criteria"]["narrative"]
    assert narrative.startswith("Pass the project and the oral exam.")


@pytest.mark.clause("UM-2")
def test_the_registrar_does_not(pilot):
    with pytest.raises(AssertionError, match="403|404"):
        issue(pilot, pilot.definition, pilot.campus.registrar)
    assert not Award.objects.exists()


@pytest.mark.clause("UM-25")
def test_no_badge_before_the_criteria_are_recorded_as_met(pilot):
    recipients = [{"name": "Test learner", "email": pilot.campus.learner.email}]
    body = {"definition": pilot.definition, "recipients": recipients}
    refused = pilot.call(pilot.campus.issuer, "post", "issuance-requests/", body, 409)
    assert clauses(refused) == {"UM-25"}


@pytest.mark.clause("UM-8", "UM-31")
def test_partners_and_time_span_are_found_on_the_credentials_page(pilot):
    definition = Definition.objects.get(pk=pilot.definition)
    facts = {
        fact["term"]: fact["value"]
        for fact in Client().get(f"/catalogue/{definition.slug}/").context["facts"]
    }
    assert facts["Together with"] == "County health department, Government, Air monitors"
    assert facts["Size"] == "135 hours over 6 weeks"


@pytest.mark.clause("UM-30")
def test_the_programme_director_is_no_part_of_what_is_public(pilot):
    definition = Definition.objects.get(pk=pilot.definition)
    for address in (f"/catalogue/{definition.slug}/", f"/catalogue/{definition.slug}.jsonld"):
        content = Client().get(address).content.decode()
        assert "director@montana.example" not in content
        assert "Programme director, Computer Science" not in content
