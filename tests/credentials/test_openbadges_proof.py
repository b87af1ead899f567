"""Signing: the standard's own example, every member covered, and the fast way equal to PyLD."""

import copy
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from credentials.openbadges import document, keys, proof
from credentials.openbadges.multibase import (
    base58_decode,
    base58_encode,
    base64url_decode,
    base64url_encode,
)
from tests.credentials.openbadges_examples import (
    DID,
    ISSUER,
    NOW,
    PLAIN,
    RICH,
    SLUG,
    full_award,
    minimal_award,
    signed_list,
)

# 1EdTech, Open Badges 3.0 Implementation Guide, the example with a linked-data proof.
GUIDE_KEY = "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"
GUIDE = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ],
    "id": "http://example.com/credentials/3527",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {
        "id": "https://example.edu/issuers/565049",
        "type": ["Profile"],
        "url": "https://www.imsglobal.org",
        "name": "Example Corp",
    },
    "validFrom": "2010-01-01T00:00:00Z",
    "name": "Teamwork Badge",
    "credentialSubject": {
        "id": "did:example:ebfeb1f712ebc6f1c276e12ec21",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "https://example.com/achievements/21st-century-skills/teamwork",
            "type": ["Achievement"],
            "criteria": {
                "narrative": "Team members are nominated for this badge by their peers and recognized upon review"
                " by Example Corp management."
            },
            "description": "This badge recognizes the development of the capacity to collaborate within a group"
            " environment.",
            "name": "Teamwork",
        },
    },
    "proof": [
        {
            "type": "DataIntegrityProof",
            "created": "2010-01-01T19:23:24Z",
            "verificationMethod": f"https://example.edu/issuers/565049#{GUIDE_KEY}",
            "cryptosuite": "eddsa-rdfc-2022",
            "proofPurpose": "assertionMethod",
            "proofValue": "z5x9aCBYovW3CQCbKdNyhEm7ffYSw1YpEdPywQJoNbzDD2gkzQDKJ1sYKJaWvqZtkMtSbz35HcbgXVEDYHxCzgkCr",
        }
    ],
}


@pytest.fixture(scope="module")
def issuer_keys(tmp_path_factory):
    return keys.issuer_keys(tmp_path_factory.mktemp("keys"), SLUG)


@pytest.fixture
def verifying(issuer_keys):
    return {f"{DID}#ed-1": issuer_keys.signing_key.ed25519().public_key()}.get


def guide_key(method):
    return keys.ed25519_from_multibase(method.partition("#")[2])


def test_the_example_of_the_implementation_guide_verifies():
    proof.verify_proof(GUIDE, guide_key)


def test_the_example_of_the_implementation_guide_changed_does_not():
    with pytest.raises(proof.ProofError, match="does not fit"):
        proof.verify_proof(GUIDE | {"name": "Teamwork badge"}, guide_key)


def test_a_signed_document_is_the_document_and_its_proof(issuer_keys, verifying):
    unsigned = document.build(ISSUER, RICH, full_award())
    before = copy.deepcopy(unsigned)
    signed = proof.sign(unsigned, issuer_keys.signing_key, NOW)
    assert unsigned == before
    [made] = signed["proof"]
    assert {name: value for name, value in signed.items() if name != "proof"} == unsigned
    assert {name: value for name, value in made.items() if name != "proofValue"} == {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-03-02T09:30:15Z",
        "verificationMethod": f"{DID}#ed-1",
        "proofPurpose": "assertionMethod",
    }
    proof.verify_proof(signed, verifying)
    proof.verify_proof(json.loads(document.to_bytes(signed)), verifying)


def test_a_status_list_is_signed_alike(issuer_keys, verifying):
    proof.verify_proof(signed_list(issuer_keys), verifying)


def test_an_rsa_key_signs_no_proof(issuer_keys):
    with pytest.raises(ValueError, match="rsa-1 is not an Ed25519 key"):
        proof.sign(document.build(ISSUER, PLAIN, minimal_award()), issuer_keys.jwt_key, NOW)


def test_what_must_not_be_signed_is_refused(issuer_keys):
    unsigned = document.build(ISSUER, PLAIN, minimal_award())
    for change, message in [
        ({"name": "a\x01"}, "name: holds the character"),
        ({"evidence": []}, "evidence: is empty"),
        ({"colour": "red"}, "no context defines"),
    ]:
        with pytest.raises(ValueError, match=message):
            proof.sign(unsigned | change, issuer_keys.signing_key, NOW)


def without(signed, name):
    return signed | {"proof": [{key: value for key, value in signed["proof"][0].items() if key != name}]}


def test_another_key_a_lost_key_and_a_foreign_proof_are_told_apart(issuer_keys, verifying):
    signed = proof.sign(document.build(ISSUER, PLAIN, minimal_award()), issuer_keys.signing_key, NOW)
    other = Ed25519PrivateKey.generate().public_key()
    with pytest.raises(proof.ProofError, match="does not fit what it says"):
        proof.verify_proof(signed, lambda method: other)
    with pytest.raises(proof.ProofUnknown, match="cannot be had"):
        proof.verify_proof(signed, lambda method: None)
    with pytest.raises(proof.ProofUnknown, match="no signature of a kind"):
        proof.verify_proof(signed | {"proof": [{"type": "DataIntegrityProof"}]}, verifying)
    for name in ("created", "type", "proofPurpose", "proofValue", "verificationMethod"):
        with pytest.raises(proof.ProofError):
            proof.verify_proof(without(signed, name), verifying)


def test_every_proof_of_a_known_kind_must_hold(issuer_keys, verifying):
    signed = proof.sign(document.build(ISSUER, PLAIN, minimal_award()), issuer_keys.signing_key, NOW)
    bad = signed["proof"][0] | {"created": "2026-03-02T09:30:16Z"}
    with pytest.raises(proof.ProofError, match="does not fit"):
        proof.verify_proof(signed | {"proof": [*signed["proof"], bad]}, verifying)


@given(st.binary(max_size=80))
def test_multibase_texts_are_read_back(data):
    assert base58_decode(base58_encode(data)) == data
    assert base64url_decode(base64url_encode(data)) == data


def test_base58_is_the_alphabet_of_bitcoin():
    # draft-msporny-base58, test vectors
    assert base58_encode(b"Hello World!") == "2NEpo7TZRRrLZSi2U"
    assert base58_encode(bytes.fromhex("0000287fb4cd")) == "11233QC4"


@pytest.mark.parametrize("text", ["a", "ab=", "a b", "/+", "QR", "é"])
def test_base64url_is_read_strictly(text):
    with pytest.raises(ValueError, match="base64url"):
        base64url_decode(text)
