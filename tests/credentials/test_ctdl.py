"""A credential as CTDL: the required properties, our standings as its status types, and nothing of what is not public."""

import dataclasses

import pytest
from django.conf import settings
from django.test import Client
from pyld import jsonld

from credentials import ctdl
from credentials.models import Standing
from policies.mapping import DefinitionFacts
from tests.credentials.ctdl_example import EXPECTED, PUBLISHED, SAID
from tests.credentials.support import award, definition, set_standing, texts, with_image
from tests.support import queries_of, site_for

REQUIRED = {
    "@type",
    "ceterms:ctid",
    "ceterms:name",
    "ceterms:description",
    "ceterms:subjectWebpage",
    "ceterms:credentialStatusType",
    "ceterms:ownedBy",
    "ceterms:inLanguage",
}
TERM = "https://purl.org/ctdl/terms/"


def without_context(document):
    return {name: value for name, value in document.items() if name != "@context"}


def test_the_whole_document():
    assert without_context(ctdl.document(PUBLISHED)) == EXPECTED


def test_a_stack_has_its_parts_and_a_part_its_stacks():
    """CTDL: hasPart, isPartOf, and a ConditionProfile with targetCredential for each group."""
    here = "https://badges.example/catalogue"
    groups = [
        ("Core: this one", [f"{here}/a.jsonld"]),
        ("One of these 2", [f"{here}/b.jsonld", f"{here}/c.jsonld"]),
    ]
    found = ctdl.document(dataclasses.replace(PUBLISHED, groups=groups, part_of=[f"{here}/outer.jsonld"]))
    assert found["ceterms:hasPart"] == [f"{here}/a.jsonld", f"{here}/b.jsonld", f"{here}/c.jsonld"]
    assert found["ceterms:isPartOf"] == [f"{here}/outer.jsonld"]
    assert found["ceterms:requires"][2:] == [
        {
            "@type": "ceterms:ConditionProfile",
            "ceterms:name": {"en": "Parts"},
            "ceterms:description": {"en": "Core: this one"},
            "ceterms:targetCredential": [f"{here}/a.jsonld"],
        },
        {
            "@type": "ceterms:ConditionProfile",
            "ceterms:name": {"en": "Parts"},
            "ceterms:description": {"en": "One of these 2"},
            "ceterms:targetCredential": [f"{here}/b.jsonld", f"{here}/c.jsonld"],
        },
    ]
    triples = jsonld.to_rdf(found)["@default"]
    parts = {t["object"]["value"] for t in triples if t["predicate"]["value"] == f"{TERM}hasPart"}
    assert parts == set(found["ceterms:hasPart"])


def test_the_least_that_is_known_has_every_required_property():
    said = DefinitionFacts(title="Listening", description="Listening well.", criteria="", competencies=[])
    bare = dataclasses.replace(
        PUBLISHED, said=said, until=None, image="", approvers=[], standing="established"
    )
    found = without_context(ctdl.document(bare))
    assert set(found) == REQUIRED | {
        "@id",
        "ceterms:offeredBy",
        "ceterms:dateEffective",
        "ceterms:versionIdentifier",
        "ceterms:requires",
    }
    assert found["ceterms:inLanguage"] == ["en"]


def test_a_description_shorter_than_ctdl_takes_begins_with_the_title():
    said = dataclasses.replace(SAID, title="Listening", description="To listen.")
    found = ctdl.document(dataclasses.replace(PUBLISHED, said=said))
    assert found["ceterms:description"] == {"en": "Listening: To listen."}


@pytest.mark.parametrize(
    ("standing", "status"),
    [
        ("pilot", "Probationary"),
        ("established", "Active"),
        ("suspended", "Suspended"),
        ("teach_out", "TeachOut"),
        ("lapsed", "Deprecated"),
        ("retired", "Deprecated"),
    ],
)
def test_standings_are_status_types(standing, status):
    found = ctdl.document(dataclasses.replace(PUBLISHED, standing=standing))
    assert found["ceterms:credentialStatusType"]["ceterms:targetNode"] == f"credentialStat:{status}"


@pytest.mark.parametrize(
    ("values", "nodes"),
    [
        ([], None),
        (["continuing_education"], None),  # CTDL has no level for it
        (["short_cycle"], ["audLevel:AssociatesDegreeLevel"]),
        (["graduate", "doctoral"], ["audLevel:GraduateLevel", "audLevel:DoctoralDegreeLevel"]),
    ],
)
def test_levels_that_ctdl_knows(values, nodes):
    said = dataclasses.replace(SAID, level_values=values)
    found = ctdl.document(dataclasses.replace(PUBLISHED, said=said)).get("ceterms:audienceLevelType")
    assert (found and [one["ceterms:targetNode"] for one in found]) == nodes


def no_network(url, options):
    raise AssertionError(f"{url} was fetched")


def test_the_document_is_read_without_fetching_anything():
    [node] = jsonld.expand(ctdl.document(PUBLISHED), {"documentLoader": no_network})
    assert node["@type"] == [TERM + "MicroCredential"]
    assert node[TERM + "name"] == [{"@language": "en", "@value": "Wildfire data analysis"}]
    assert node[TERM + "subjectWebpage"] == [{"@id": "https://badges.example/catalogue/wildfire/"}]
    assert node[TERM + "expirationDate"] == [
        {"@type": "http://www.w3.org/2001/XMLSchema#date", "@value": "2029-08-10"}
    ]
    [status] = node[TERM + "credentialStatusType"]
    assert status[TERM + "targetNode"] == [
        {"@id": "https://credreg.net/ctdl/vocabs/credentialStat/Probationary"}
    ]
    assert node[TERM + "keyword"] == [
        {"@language": "en", "@value": "Mapping"},
        {"@language": "en", "@value": "Statistics"},
    ]


# --- the address ------------------------------------------------------------------------------------
@pytest.fixture
def montana(campus):
    return campus("montana")


def fetch(made, client=None):
    return (client or Client()).get(f"/catalogue/{made.slug}.jsonld")


def test_a_pilot_is_published_as_probationary(montana):
    made = with_image(definition(montana, Standing.PILOT), montana)
    answer = fetch(made)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/ld+json")
    assert answer["Access-Control-Allow-Origin"] == "*"
    found = answer.json()
    page = f"{settings.ISSUER_ORIGIN}/catalogue/{made.slug}"
    assert found["@id"] == f"{page}.jsonld"
    assert found["ceterms:ctid"] == f"ce-{made.pk}"
    assert found["ceterms:subjectWebpage"] == f"{page}/"
    assert found["ceterms:image"] == f"{page}/badge.png"
    assert found["ceterms:credentialStatusType"]["ceterms:targetNode"] == "credentialStat:Probationary"
    assert found["ceterms:expirationDate"] == "2099-06-30"
    for one in found["ceterms:approvedBy"]:
        page = Client().get(one["ceterms:subjectWebpage"].removeprefix(settings.ISSUER_ORIGIN))
        assert one["ceterms:name"]["en"] in texts(page)
    assert [one["ceterms:name"]["en"] for one in found["ceterms:approvedBy"]] == ["The committee", "Dean"]
    assert found["ceterms:ownedBy"][0]["ceterms:name"] == {"en": "University of Montana"}
    assert found["ceterms:audienceType"][1]["ceterms:targetNodeName"] == {"en": "Staff"}
    assert set(found) >= REQUIRED


def test_no_person_is_named(montana):
    made = definition(montana, Standing.PILOT)
    award(made)
    assert "A person who voted" not in fetch(made).content.decode()


@pytest.mark.clause("UM-14")
@pytest.mark.parametrize("standing", ["draft", "suspended", "teach_out", "lapsed", "retired"])
def test_what_is_not_public_is_not_there_for_anyone(montana, standing):
    made = definition(montana, Standing(standing), title="Secret")
    for client in (Client(), site_for(montana.programme_manager)):
        answer = fetch(made, client)
        assert answer.status_code == 404
        assert "Secret" not in answer.content.decode()


def test_what_people_hold_is_described_though_it_ended(montana):
    made = definition(montana)
    award(made)
    set_standing(made, Standing.RETIRED)
    found = fetch(made).json()
    assert found["ceterms:credentialStatusType"]["ceterms:targetNode"] == "credentialStat:Deprecated"


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["nothing", "a" * 300])
def test_an_unknown_slug(slug):
    assert Client().get(f"/catalogue/{slug}.jsonld").status_code == 404


def test_the_credentials_page_leads_to_it(montana):
    made = definition(montana, Standing.PILOT)
    page = Client().get(f"/catalogue/{made.slug}/")
    assert f'href="/catalogue/{made.slug}.jsonld"' in page.content.decode()
    assert "For other systems: CTDL" in texts(page)


def test_as_many_statements_for_three_awards_and_approvals_as_for_one(montana):
    made = definition(montana, Standing.PILOT)
    award(made)
    one = queries_of(Client(), f"/catalogue/{made.slug}.jsonld")
    for number in range(3):
        award(made)
        definition(montana, Standing.PILOT, title=f"Other {number}")
    assert (
        queries_of(Client(), f"/catalogue/{made.slug}.jsonld") == one == 2
    )  # itself, and the stacks that it is part of


def test_it_only_reads(montana):
    made = definition(montana, Standing.PILOT)
    assert Client().post(f"/catalogue/{made.slug}.jsonld").status_code == 405
    assert Client().head(f"/catalogue/{made.slug}.jsonld").status_code == 200
