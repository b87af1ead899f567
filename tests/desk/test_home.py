"""Home pages and the dashboard's front page: constant cost, empty words, ways about by role."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person, Role, RoleGrant
from journal.actions import notices
from tests.factories import LONG_AGO
from tests.proposals.walking import start
from tests.reviews.support import at_step
from tests.support import site_for


def cost(person, path):
    """How many queries a page takes; the second time, when everything that is kept is kept."""
    site = site_for(person)
    site.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert site.get(path).status_code == 200
    return len(queries)


def links(response, area):
    """The links of one navigation area, by label."""
    return [item["label"] for item in response.context[area]]


@pytest.mark.parametrize("path", ["/", "/admin/"])
@pytest.mark.parametrize("who", ["proposer", "section_head", "programme_manager", "registrar", "chair"])
def test_page_costs_the_same_for_one_and_three(campus, path, who):
    model = campus("model")
    person = model.chair("committee") if who == "chair" else getattr(model, who)

    def more(name):
        start(model)
        at_step(model, "committee_ballot", title=f"Ballot {name}")
        at_step(model, "dean_signoff", title=f"Signature {name}")
        at_step(model, "intent_acknowledged", title=f"Intent {name}")
        notices.tell(people=[person], kind="trial", text=f"Notice {name}", path="/")

    more("one")
    one = cost(person, path)
    more("two")
    more("three")
    assert cost(person, path) == one


def test_quiet_home_says_so(campus):
    response = site_for(campus("model").nobody).get("/")
    assert "Nothing waits for you" in " ".join(response.content.decode().split())


def test_quiet_dashboard_says_so(campus):
    model = campus("model")
    RoleGrant.objects.create(
        institution=model.institution, person=model.nobody, role=Role.ISSUER, starts_on=LONG_AGO
    )
    response = site_for(model.nobody).get("/admin/")
    assert "Nothing waits for you" in " ".join(response.content.decode().split())


def test_ways_about_follow_the_roles(campus, client):
    model = campus("model")
    assert links(client.get("/"), "nav") == ["Catalogue", "Check a badge", "Sessions and plans", "Policies"]
    assert "Start a proposal" in site_for(model.proposer).get("/").content.decode()
    assert "Issue badges" in links(site_for(model.issuer).get("/"), "nav")
    assert "Issue badges" not in links(site_for(model.proposer).get("/"), "nav")
    assert "Offerings" in links(site_for(model.assessor).get("/"), "nav")
    learner = links(site_for(model.learner).get("/"), "nav")
    assert "My badges" in learner
    assert "Dashboard" not in learner


def test_present_page_is_marked(campus):
    response = site_for(campus("model").proposer).get("/proposals/")
    assert [item["label"] for item in response.context["nav"] if item["current"]] == ["Proposals"]


def test_dashboard_names_models_only_to_those_who_manage(campus):
    model = campus("model")
    manager = site_for(model.programme_manager).get("/admin/").content.decode()
    member = site_for(model.members("committee")[0]).get("/admin/").content.decode()
    assert "/admin/accounts/person/" in manager
    assert "/admin/accounts/" not in member
    assert "/admin/reviews/" not in member


def test_mail_is_linked_in_the_demo_for_those_who_manage(campus, settings):
    model = campus("model")
    settings.DEMO = True
    assert "Demo mail" in links(site_for(model.programme_manager).get("/"), "foot")
    assert "Demo mail" not in links(site_for(model.proposer).get("/"), "foot")
    settings.DEMO = False
    assert "Demo mail" not in links(site_for(model.programme_manager).get("/"), "foot")


def test_system_operator_has_a_home_without_any_campus(db):
    operator = Person.objects.create_superuser("operator@test.example", None, name="Operator")
    assert site_for(operator).get("/").status_code == 200
    assert site_for(operator).get("/admin/").status_code == 200
