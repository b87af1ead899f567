"""Open Badges 2.0 for older consumers: assertion, badge class and issuer, checked against the specification's own rules.

Required members, their types and the scope of hosted badges: Open Badges 2.0, "Data Classes" and "Verification".
"""

import datetime as dt
import hashlib
import io
import json
import re
import struct
import uuid
from dataclasses import replace

import pytest
from django.test import Client
from openbadgeslib.ob2 import OB2VerificationError, OB2Verifier
from PIL import Image

from credentials.actions import awards, wallet
from credentials.actions.renewal import correct, said_by
from credentials.openbadges import document, ob2
from credentials.openbadges.bake import BakeError, bake_png, extract_png
from tests.credentials.openbadges_examples import ISSUER, PLAIN, RICH, full_award, minimal_award, png
from tests.credentials.support import award, definition, with_image
from tests.factories import PersonFactory

ORIGIN = "https://badges.example.org"
CONTEXT = "https://w3id.org/openbadges/v2"
IRI = re.compile(r"https://[^\s]+")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

# For each class: members with the test of their value; those in capitals of REQUIRED must be there.
TEXT, FLAG = (lambda v: isinstance(v, str) and v), (lambda v: v is True)
ADDRESS = lambda v: isinstance(v, str) and IRI.fullmatch(v)  # noqa: E731
TIME = lambda v: isinstance(v, str) and MOMENT.fullmatch(v) and dt.datetime.fromisoformat(v)  # noqa: E731
EVIDENCE = {"id": ADDRESS, **dict.fromkeys(("name", "narrative", "description", "genre", "audience"), TEXT)}
ALIGNMENT = dict.fromkeys(("targetName", "targetDescription", "targetFramework", "targetCode"), TEXT)
SCHEMAS = {
    "Assertion": (
        {"id", "recipient", "badge", "verification", "issuedOn"},
        {
            "id": ADDRESS,
            "recipient": lambda v: fits("email", v),
            "badge": ADDRESS,
            "verification": lambda v: v == {"type": "HostedBadge"},
            "issuedOn": TIME,
            "expires": TIME,
            "narrative": TEXT,
            "evidence": lambda v: v and all(fits("Evidence", one) for one in v),
        },
    ),
    "email": (
        {"identity", "hashed", "salt"},
        {"identity": re.compile(r"sha256\$[0-9a-f]{64}").fullmatch, "hashed": FLAG, "salt": TEXT},
    ),
    "Evidence": (set(), EVIDENCE),
    "BadgeClass": (
        {"id", "name", "description", "image", "criteria", "issuer"},
        {
            **dict.fromkeys(("id", "issuer", "image"), ADDRESS),
            **dict.fromkeys(("name", "description"), TEXT),
            "criteria": lambda v: fits("Criteria", v) and ("id" in v or "narrative" in v),
            "alignment": lambda v: v and all(fits("AlignmentObject", one) for one in v),
            "tags": lambda v: v and all(map(TEXT, v)),
        },
    ),
    "Criteria": (set(), {"id": ADDRESS, "narrative": TEXT}),
    "AlignmentObject": (
        {"targetName", "targetUrl"},
        {"targetUrl": lambda v: TEXT(v) and ":" in v, **ALIGNMENT},
    ),
    "Issuer": (
        {"id", "name", "url", "email", "verification"},
        {
            **dict.fromkeys(("id", "url", "image"), ADDRESS),
            **dict.fromkeys(("name", "description"), TEXT),
            "email": re.compile(r"[^@\s]+@[^@\s]+").fullmatch,
            "verification": lambda v: fits("VerificationObject", v),
        },
    ),
    "VerificationObject": (
        set(),
        {"verificationProperty": TEXT, "startsWith": ADDRESS, "allowedOrigins": lambda v: "/" not in v},
    ),
}


def fits(kind, found):
    """Whether an object is of that class: every required member, no unknown one, each with a value that it may have."""
    required, known = SCHEMAS[kind]
    members = {name: value for name, value in found.items() if name not in ("@context", "type")}
    assert found["type"] == kind
    assert required <= members.keys() <= known.keys(), (kind, members.keys())
    assert all(known[name](value) for name, value in members.items()), (kind, members)
    return True


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def held(model):
    made = with_image(definition(model), model)
    evidence = {"evidence": "A map of “1910”", "evidence_url": "https://work.example/map?a=1"}
    return award(made, PersonFactory(email="fires@learner.example"), **evidence)


def fetch(address, status=200):
    """A document at its permanent address, by any programme."""
    assert address.startswith(f"{ORIGIN}/")
    found = Client().get(address.removeprefix(ORIGIN))
    assert (found.status_code, found["Access-Control-Allow-Origin"]) == (status, "*")
    assert found["Content-Type"] == "application/ld+json"
    return json.loads(found.content)


def test_assertion_leads_to_its_badge_and_its_issuer_each_at_its_own_address(held):
    assertion = fetch(f"{ORIGIN}/awards/{held.pk}/ob2.json")
    badge = fetch(assertion["badge"])
    issuer = fetch(badge["issuer"])
    for kind, found in {"Assertion": assertion, "BadgeClass": badge, "Issuer": issuer}.items():
        assert found["@context"] == CONTEXT
        assert fits(kind, found)
    assert assertion["id"] == f"{ORIGIN}/awards/{held.pk}/ob2.json"
    assert badge["id"] == assertion["badge"] == f"{ORIGIN}/achievements/{held.version_id}/ob2.json"
    assert issuer["id"] == badge["issuer"] == f"{ORIGIN}/issuers/model/ob2.json"
    assert assertion["id"].startswith(issuer["verification"]["startsWith"])
    assert issuer["verification"]["allowedOrigins"] == "badges.example.org"
    assert (badge["name"], issuer["name"]) == ("Reading fire data", "Model University")
    assert badge["criteria"]["narrative"].startswith("Explain three data sets and draw one map.")
    assert "expires" not in assertion
    image = Client().get(badge["image"].removeprefix(ORIGIN))
    assert Image.open(io.BytesIO(image.content)).format == "PNG"


def test_recipient_is_the_hash_of_the_address_with_its_salt(held):
    recipient = fetch(f"{ORIGIN}/awards/{held.pk}/ob2.json")["recipient"]
    digest = hashlib.sha256(("fires@learner.example" + recipient["salt"]).encode()).hexdigest()
    assert recipient["identity"] == f"sha256${digest}"
    assert len(recipient["salt"]) >= 16


def test_anothers_verifier_accepts_what_is_hosted_and_nothing_that_was_changed(model, held):
    verifier = OB2Verifier(download=lambda address: json.dumps(fetch(address)).encode())
    assertion = fetch(f"{ORIGIN}/awards/{held.pk}/ob2.json")
    read = verifier.verify_hosted(assertion, expected_recipient="fires@learner.example")
    assert (read.id, read.verification.type) == (assertion["id"], "HostedBadge")
    with pytest.raises(OB2VerificationError):
        verifier.verify_hosted(assertion, expected_recipient="other@learner.example")
    for name, value in {
        "issuedOn": "2020-01-01T00:00:00Z",
        "expires": "2999-01-01T00:00:00Z",
        "badge": f"{ORIGIN}/achievements/{uuid.UUID(int=1)}/ob2.json",
        "recipient": {**assertion["recipient"], "salt": "other"},
        "id": f"{ORIGIN}/awards/{uuid.UUID(int=1)}/ob2.json",
    }.items():
        with pytest.raises(OB2VerificationError):
            verifier.verify_hosted({**assertion, name: value})
    awards.revoke(award=held, reason="A mistake.", by=model.programme_manager)
    with pytest.raises(OB2VerificationError, match="410"):
        verifier.verify_hosted(assertion)


def test_expiry_stands_in_the_assertion():
    whole = ob2.assertion(credential(RICH, full_award()))
    assert (whole["issuedOn"], whole["expires"]) == ("2026-01-05T12:00:00Z", "2029-01-05T12:00:00Z")
    assert fits("Assertion", whole)
    assert [one.get("id") for one in whole["evidence"]] == [None, "https://work.example/2?a=1&b=2"]
    badge = ob2.badge_class(whole_of(RICH), ISSUER)
    assert fits("BadgeClass", badge)
    assert sorted(badge["tags"]) == ["données", "fire", "🔥"]
    assert fits("Issuer", ob2.profile(ISSUER, "other@model.example"))
    assert ob2.profile(ISSUER, "other@model.example")["email"] == "badges@model.example"


def credential(achievement, facts):
    return document.build(ISSUER, achievement, facts)


def whole_of(achievement):
    return credential(achievement, minimal_award())["credentialSubject"]["achievement"]


def test_what_2_0_cannot_say_is_refused():
    with pytest.raises(ValueError, match="by an e-mail address"):
        ob2.assertion(credential(PLAIN, minimal_award()))
    with pytest.raises(ValueError, match="no image yet"):
        ob2.badge_class(whole_of(PLAIN), ISSUER)


def test_revoked_and_replaced_assertions_are_gone_and_say_no_more(model, held):
    address = f"{ORIGIN}/awards/{held.pk}/ob2.json"
    gone = {"@context": CONTEXT, "type": "Assertion", "id": address, "revoked": True}
    wallet.show(award=held, visibility="public", by=held.holder)
    said = replace(said_by(held), name="Right name")
    newer = correct(award=held, said=said, reason="The name.", by=model.programme_manager)
    assert fetch(address, 410) == gone
    awards.revoke(award=newer, reason="A mistake.", by=model.programme_manager)
    gone["id"] = f"{ORIGIN}/awards/{newer.pk}/ob2.json"
    assert fetch(gone["id"], 410) == gone


def test_what_is_not_there_is_told(model):
    bare = definition(model)
    for path, said in {
        f"/achievements/{bare.current_id}/ob2.json": "no image yet",
        "/achievements/00000000-0000-0000-0000-000000000005/ob2.json": "no such achievement",
        "/issuers/nobody/ob2.json": "no such issuer",
    }.items():
        found = Client().get(path)
        assert found.status_code == 404
        assert said in found.json()["detail"]
        assert Client().post(path).status_code == 405


def test_image_for_older_collections_carries_the_address_in_their_chunk(held):
    baked = Client().get(f"/awards/{held.pk}/ob2.png").content
    kinds = []
    offset = 8
    while offset < len(baked):
        length, kind = struct.unpack_from(">I4s", baked, offset)
        kinds.append((kind, baked[offset + 8 : offset + 8 + length]))
        offset += length + 12
    address = f"{ORIGIN}/awards/{held.pk}/ob2.json".encode()
    assert [body for kind, body in kinds if kind == b"iTXt"] == [b"openbadges\0\0\0\0\0" + address]
    with pytest.raises(BakeError, match="carries no credential"):
        extract_png(baked)


def test_an_older_badge_in_an_image_gives_way():
    older = bake_png(png(), "https://old.example/1", b"openbadges")
    assert b"old.example" not in bake_png(older, "{}")
    assert extract_png(bake_png(older, "{}")) == "{}"
