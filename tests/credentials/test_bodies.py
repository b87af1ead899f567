"""What is published of bodies and their decisions: identities, pages, signed statements, an issuer's list; nothing too early."""

import uuid

import pytest
from django.test import Client

from credentials import bodies
from credentials.models import Definition, Standing
from tests.credentials.support import definition, set_standing, texts
from tests.credentials.test_endorsements import CHAIN, COUNTED, DID, get
from tests.support import queries_of, site_for


@pytest.fixture
def model(campus):
    return campus("model")


def test_a_statement_is_served_as_it_was_signed(model):
    made = definition(model, approvals=CHAIN)
    for row in made.current.endorsements.all():
        for path, accept in (
            (f"/endorsements/{row.pk}.json", "text/html"),
            (f"/endorsements/{row.pk}", "*/*"),
        ):
            answer = get(path, accept)
            assert answer.content.decode() == row.text
            assert answer["Content-Type"] == "application/vc+ld+json"
            assert answer["Access-Control-Allow-Origin"] == "*"


def test_people_read_what_was_decided_and_whether_it_is_so(model):
    made = definition(model, approvals=CHAIN)
    row = made.current.endorsements.first()
    page = get(f"/endorsements/{row.pk}", "text/html")
    for words in (
        "Approved: Reading fire data",
        COUNTED,
        "It is signed for Micro-credential Committee, and nothing in it has changed since.",
        "MU-5",
    ):
        assert words in texts(page), words
    credential = get(f"/catalogue/{made.slug}/", "text/html").content.decode()
    assert f'href="/endorsements/{row.pk}"' in credential


def test_a_bodys_identity_is_the_campuss_keys_under_its_own_name(model):
    found = get("/issuers/model/bodies/committee/did.json")
    assert found["Content-Type"] == "application/did+json"
    document = found.json()
    assert (document["id"], document["assertionMethod"]) == (
        f"{DID}:bodies:committee", [f"{DID}:bodies:committee#ed-1"],
    )  # fmt: skip
    [method] = document["verificationMethod"]
    [key] = [
        one
        for one in get("/issuers/model/did.json").json()["verificationMethod"]
        if one["id"] == f"{DID}#ed-1"
    ]
    assert method["publicKeyMultibase"] == key["publicKeyMultibase"]
    assert method["controller"] == document["id"]


def test_a_bodys_profile_and_page(model):
    made = definition(model, approvals=CHAIN)
    profile = get("/issuers/model/bodies/committee").json()
    profile.pop("@context")
    assert profile == {
        "id": f"{DID}:bodies:committee",
        "type": ["Profile"],
        "name": "Micro-credential Committee",
        "parentOrg": {
            "id": "https://badges.example.org/issuers/model",
            "type": ["Profile"],
            "name": "Model University",
        },
        "url": "https://badges.example.org/issuers/model/bodies/committee",
    }
    page = get("/issuers/model/bodies/committee", "text/html")
    assert "Reading fire data" in texts(page)
    assert "10 February 2026" in texts(page)
    assert f'href="/endorsements/{made.current.endorsements.first().pk}"' in page.content.decode()
    assert "Nothing yet" in texts(get("/issuers/model/bodies/office-provost", "text/html"))


def test_every_body_and_office_that_approves_here_has_a_name(model):
    assert bodies.of_campus(model.institution) == {
        "committee": "Micro-credential Committee",
        "role-section_head": "Dean",
        "office-provost": "Office of the Provost",
    }


@pytest.mark.parametrize(
    "path",
    ["/issuers/model/bodies/nobody/did.json", "/issuers/nowhere/bodies/committee/did.json",
     "/issuers/model/bodies/Committee/did.json", "/issuers/model/bodies/-/did.json",
     f"/issuers/model/bodies/{'a' * 300}/did.json", f"/endorsements/{uuid.UUID(int=1)}",
     f"/endorsements/{uuid.UUID(int=1)}.json"],
)  # fmt: skip
def test_what_is_not_there_is_told(model, path):
    found = get(path)
    assert (found.status_code, found.json()["reasons"]) == (404, [])
    assert get("/issuers/model/bodies/nobody", "text/html").status_code == 404


@pytest.mark.clause("UM-14")
def test_nothing_of_what_is_not_public_is_told(model):
    made = definition(model, Standing.DRAFT, title="Secret", approvals=CHAIN)
    row = made.current.endorsements.first()
    doors = (f"/endorsements/{row.pk}", f"/endorsements/{row.pk}.json", "/issuers/model/bodies/committee")
    for standing in (None, Standing.SUSPENDED, Standing.RETIRED):
        if standing:
            set_standing(Definition.objects.get(pk=made.pk), standing)
        for site in (Client(), site_for(model.stranger)):
            for path in doors:
                for accept in ("text/html", "*/*"):
                    answer = site.get(path, headers={"accept": accept})
                    assert answer.status_code == (200 if "bodies" in path else 404)
                    assert "Secret" not in answer.content.decode()
    own = site_for(model.programme_manager).get(doors[0], headers={"accept": "text/html"})
    assert own.status_code == 200
    set_standing(Definition.objects.get(pk=made.pk), Standing.PILOT)
    assert get(doors[0]).status_code == get(doors[1]).status_code == 200


def test_as_many_statements_for_three_decisions_as_for_one(model):
    definition(model, approvals=CHAIN)
    one = queries_of(Client(), "/issuers/model/bodies/committee")
    for number in range(2):
        definition(model, approvals=CHAIN, title=f"Other {number}")
    assert queries_of(Client(), "/issuers/model/bodies/committee") == one


def test_list_of_an_issuers_credentials(model):
    made = definition(model, Standing.PILOT, approvals=CHAIN)
    definition(model, Standing.DRAFT, title="Secret")
    found = get("/issuers/model/achievements.json")
    assert (found["Content-Type"], found["Access-Control-Allow-Origin"]) == ("application/json", "*")
    page = "https://badges.example.org/catalogue/model-reading-fire-data"
    assert found.json() == {
        "count": 1,
        "next": None,
        "previous": None,
        "results": [
            {
                "id": f"https://badges.example.org/achievements/{made.current_id}",
                "name": "Reading fire data",
                "description": "You can read, map and explain data of wildland fires.",
                "version": 1,
                "approved_on": made.current.approved_on.isoformat(),
                "standing": "pilot",
                "awards_until": "2099-06-30",
                "page": f"{page}/",
                "ctdl": f"{page}.jsonld",
                "endorsements": [
                    f"https://badges.example.org/endorsements/{row.pk}"
                    for row in made.current.endorsements.all()
                ],
            }
        ],
    }
    assert get("/issuers/nowhere/achievements.json").status_code == 404
    assert get("/issuers/model/achievements.json?page=x").json()["count"] == 1


def test_list_of_credentials_costs_the_same_for_three_as_for_one(model):
    definition(model, approvals=CHAIN)
    one = queries_of(Client(), "/issuers/model/achievements.json")
    for number in range(2):
        definition(model, approvals=CHAIN, title=f"Other {number}")
    assert queries_of(Client(), "/issuers/model/achievements.json") == one


def test_the_issuers_page_leads_to_its_bodies_and_its_list(model):
    page = get("/issuers/model", "text/html").content.decode()
    assert 'href="/issuers/model/bodies/committee"' in page
    assert 'href="/issuers/model/achievements.json"' in page
