"""What an issuer publishes: profile, DID document, keys, status lists, achievements, the policy."""

import json
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from credentials import facts
from credentials.actions import awards
from credentials.models import StatusList
from credentials.openbadges import keys, status_list
from credentials.openbadges.proof import verify_proof
from tests.credentials.support import award, definition, texts

DID = "did:web:badges.example.org:issuers:model"
BASE = "https://badges.example.org/issuers/model"


@pytest.fixture
def model(campus):
    return campus("model")


def get(path, accept="*/*"):
    return Client().get(path, headers={"accept": accept})


def opens(path, kind):
    found = get(path)
    assert found.status_code == 200
    assert found["Content-Type"] == kind
    assert found["Access-Control-Allow-Origin"] == "*"
    assert found["Cache-Control"] == "public, max-age=60"
    assert found["X-Content-Type-Options"] == "nosniff"
    return json.loads(found.content)


def test_did_document_names_both_keys(model):
    found = opens("/issuers/model/did.json", "application/did+json")
    assert found["id"] == DID
    assert found["assertionMethod"] == [f"{DID}#ed-1", f"{DID}#rsa-1"]


def test_keys_are_published_as_a_set_and_one_by_one(model):
    found = opens("/issuers/model/jwks.json", "application/jwk-set+json")["keys"]
    assert [key["kid"] for key in found] == [f"{BASE}/keys/rsa-1.json", f"{BASE}/keys/ed-1.json"]
    for key in found:
        assert opens(key["kid"].removeprefix("https://badges.example.org"), "application/jwk+json") == key
    assert not {"d", "p", "q", "dp", "dq", "qi"} & {name for key in found for name in key}


def test_rotated_key_is_published_beside_the_older(model):
    get("/issuers/model/did.json")
    keys.rotate(settings.KEYS_DIR, "model", "ed")
    try:
        names = opens("/issuers/model/did.json", "application/did+json")["assertionMethod"]
        assert names == [f"{DID}#ed-1", f"{DID}#ed-2", f"{DID}#rsa-1"]
    finally:
        Path(settings.KEYS_DIR, "model", "ed-2.pem").unlink()


def test_profile_is_for_programs_and_the_page_for_people(model):
    found = opens("/issuers/model", "application/ld+json")
    assert {name: found[name] for name in ("id", "type", "name", "url")} == {
        "id": DID,
        "type": ["Profile"],
        "name": "Model University",
        "url": BASE,
    }
    definition(model)
    page = get("/issuers/model", "text/html")
    assert page["Vary"].startswith("Accept")
    assert "Reading fire data" in texts(page)
    assert DID in texts(page)
    assert 'href="/policies/model/2026-01/"' in page.content.decode()


def test_profile_is_the_issuer_of_every_credential(model):
    found = opens("/issuers/model", "application/ld+json")
    found.pop("@context")
    assert award(definition(model)).credential["issuer"] == found


@pytest.mark.parametrize(
    "path",
    ["/issuers/nowhere/did.json", "/issuers/nowhere/jwks.json", "/issuers/nowhere/keys/ed-1.json",
     "/issuers/model/keys/ed-9.json", "/issuers/model/status/1.json", "/issuers/model/status/x.json",
     "/issuers/model/status/0.json", "/issuers/model/status/99999999999999999999.json",
     "/issuers/model/status/٣.json", f"/achievements/{uuid.UUID(int=1)}"],
)  # fmt: skip
def test_what_is_not_published_is_told_as_json(model, path):
    found = get(path)
    assert found.status_code == 404
    assert found.json()["reasons"] == []
    assert found["Access-Control-Allow-Origin"] == "*"


def test_unknown_issuer_makes_no_keys(db):
    get("/issuers/nowhere/did.json")
    get("/issuers/nowhere", "text/html")
    assert not Path(settings.KEYS_DIR, "nowhere").exists()


def test_status_list_is_served_as_it_was_signed(model):
    held, other = award(definition(model)), award(definition(model, title="Other"))
    awards.revoke(award=held, reason="A mistake.", by=model.programme_manager)
    stored = StatusList.objects.get(institution=model.institution)
    found = opens("/issuers/model/status/1.json", "application/vc+ld+json")
    assert found == json.loads(stored.document)
    assert found["id"] == held.credential["credentialStatus"]["statusListCredential"]
    own = facts.keys_of(model.institution)
    verify_proof(found, lambda method: own.find(method.partition("#")[2]).ed25519().public_key())
    bits = status_list.decode(found["credentialSubject"]["encodedList"])
    assert status_list.is_set(bits, held.status_index)
    assert not status_list.is_set(bits, other.status_index)


def test_achievement_is_what_every_credential_of_it_says(model):
    made = definition(model)
    found = opens(f"/achievements/{made.current_id}", "application/ld+json")
    found.pop("@context")
    assert award(made).credential["credentialSubject"]["achievement"] == found
    assert found["id"] == f"https://badges.example.org/achievements/{made.current_id}"
    assert found["criteria"]["narrative"] == (
        "Explain three data sets and draw one map.\n\n"
        "- Read a fire weather table: Oral examination\n- Map the perimeter of a fire: Project"
    )


def test_people_who_follow_an_achievement_come_to_its_credential(model):
    made = definition(model)
    found = get(f"/achievements/{made.current_id}", "text/html")
    assert (found.status_code, found["Location"]) == (302, f"/catalogue/{made.slug}/")


def test_addresses_in_a_credential_lead_somewhere(model):
    document = award(definition(model)).credential
    achievement = document["credentialSubject"]["achievement"]
    addresses = [
        document["id"],
        document["issuer"]["url"],
        document["credentialStatus"]["statusListCredential"],
        document["termsOfUse"][0]["id"],
        achievement["id"],
        achievement["criteria"]["id"],
        *(alignment["targetUrl"] for alignment in achievement["alignment"]),
    ]
    for address in addresses:
        path = address.removeprefix("https://badges.example.org").partition("#")[0]
        assert get(path).status_code == 200, address


def test_policy_page_shows_the_rules_of_its_revision(model):
    page = get("/policies/model/2026-01/", "text/html")
    assert page.status_code == 200
    for clause in model.pack.clauses:
        assert f'id="{clause.id}"' in page.content.decode()
    assert get("/policies/model/1999/", "text/html").status_code == 404
    assert get("/policies/nowhere/2026-01/", "text/html").status_code == 404
