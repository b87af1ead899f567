"""Badges of other issuers that are signed in other ways: tokens and proofs of each kind, keys at addresses."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from credentials.openbadges import did, document, jwt, keys, proof, rdf
from credentials.openbadges.multibase import base58_encode
from tests.credentials.openbadges_examples import ALL_YES, NOW, answers, sentence
from tests.credentials.others import (
    AWARD,
    DID,
    ISSUER,
    KINDS,
    KNOTS,
    ORIGIN,
    SLUG,
    check,
    jwk_of,
    one_of,
    token_of,
)


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return keys.issuer_keys(tmp_path_factory.mktemp("keys"), SLUG)


@pytest.fixture
def unsigned():
    return document.build(ISSUER, KNOTS, AWARD)


@pytest.fixture
def signed(own, unsigned):
    return proof.sign(unsigned, own.signing_key, NOW)


pytestmark = pytest.mark.django_db


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param, one_of(request.param)


def addressed(unsigned, **changes):
    """The same credential of an issuer that is an address."""
    issuer = {**unsigned["issuer"], "id": f"{ORIGIN}/issuers/other"}
    made = unsigned | {"issuer": issuer} | changes
    made.pop("credentialStatus")
    return made | jwt.claims(made)


def test_token_of_each_kind_by_an_address_of_its_key(unsigned, kind):
    algorithm, key = kind
    kid = f"{ORIGIN}/keys/1"
    payload = addressed(unsigned)
    token = token_of(payload, key, {"alg": algorithm, "kid": kid})
    for found in (jwk_of(key), {"keys": [{"kid": "0"}, jwk_of(key) | {"kid": kid}]}):
        assert answers(check(token, {kid: found})) == ALL_YES
    other = jwk_of(one_of(algorithm, 1))
    assert answers(check(token, {kid: other})) == ALL_YES | {"signature": "no"}
    assert (
        answers(check(token, {kid: jwk_of(key) | {"iss": "https://other.example/issuers/third"}}))["issuer"]
        == "no"
    )
    assert answers(check(token, {})) == ALL_YES | {"issuer": "unknown", "signature": "unknown"}
    evil = token_of(payload, key, {"alg": algorithm, "kid": "https://evil.example/keys/1"})
    assert answers(check(evil, {"https://evil.example/keys/1": jwk_of(key)})) == ALL_YES | {
        "issuer": "no",
        "signature": "no",
    }


def test_token_with_its_key_inside_needs_the_hosts_word_for_it(unsigned, kind):
    algorithm, key = kind
    token = token_of(addressed(unsigned), key, {"alg": algorithm, "jwk": jwk_of(key)})
    jwks = f"{ORIGIN}/.well-known/jwks.json"
    assert answers(check(token, {jwks: {"keys": [jwk_of(key)]}})) == ALL_YES
    assert answers(check(token, {jwks: {"keys": [jwk_of(one_of(algorithm, 1))]}})) == ALL_YES | {
        "issuer": "no",
        "signature": "no",
    }
    assert answers(check(token, {})) == ALL_YES | {"issuer": "unknown", "signature": "unknown"}


def test_algorithm_of_the_header_must_be_that_of_the_key(unsigned):
    key = one_of("RS256")
    kid = f"{ORIGIN}/keys/1"
    for algorithm in ("ES256", "EdDSA"):
        token = token_of(addressed(unsigned), key, {"alg": algorithm, "kid": kid})
        assert answers(check(token, {kid: jwk_of(key)})) == ALL_YES | {"signature": "no"}
    for algorithm in ("none", "HS256", "PS256"):
        token = token_of(addressed(unsigned), key, {"alg": algorithm, "kid": kid})
        assert str(check(token, {kid: jwk_of(key)}).answer("signature")) == "unknown"


def test_token_of_a_did_web_by_a_key_of_each_kind(unsigned, kind):
    algorithm, key = kind
    method = {"id": "#k", "type": "JsonWebKey", "controller": DID, "publicKeyJwk": jwk_of(key)}
    page = {"id": DID, "verificationMethod": [method], "assertionMethod": ["#k"]}
    bare = {name: value for name, value in unsigned.items() if name != "credentialStatus"}
    token = token_of(bare | jwt.claims(bare), key, {"alg": algorithm, "kid": f"{DID}#k"})
    assert answers(check(token, {f"{ORIGIN}/issuers/other/did.json": page})) == ALL_YES


# --- proofs of other kinds --------------------------------------------------------------------------------------------
def _ecdsa(unsigned, key, method, issuer):
    made = unsigned | {"issuer": {**unsigned["issuer"], "id": issuer}}
    made.pop("credentialStatus")
    options = {"type": "DataIntegrityProof", "cryptosuite": "ecdsa-rdfc-2019", "created": "2026-03-01T00:00:00Z",
               "verificationMethod": method, "proofPurpose": "assertionMethod"}  # fmt: skip
    hashes = [
        hashlib.sha256(rdf.canonical(part).encode()).digest()
        for part in (options | {"@context": made["@context"]}, made)
    ]
    r, s = decode_dss_signature(key.sign(b"".join(hashes), ec.ECDSA(SHA256())))
    return made | {"proof": [options | {"proofValue": "z" + base58_encode(r.to_bytes(32) + s.to_bytes(32))}]}


def _multikey(key):
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return "z" + base58_encode(b"\x80\x24" + point)


def test_p256_proof_of_a_did_web_and_of_a_did_key(unsigned):
    key = ec.generate_private_key(ec.SECP256R1())
    method = {"id": f"{DID}#p", "type": "Multikey", "controller": DID, "publicKeyMultibase": _multikey(key)}
    page = {
        f"{ORIGIN}/issuers/other/did.json": {
            "id": DID,
            "verificationMethod": [method],
            "assertionMethod": [f"{DID}#p"],
        }
    }
    signed = _ecdsa(unsigned, key, f"{DID}#p", DID)
    assert answers(check(signed, page)) == ALL_YES
    assert answers(check(signed | {"name": "Other"}, page)) == ALL_YES | {"signature": "no"}
    name = f"did:key:{_multikey(key)}"
    signed = _ecdsa(unsigned, key, f"{name}#{_multikey(key)}", name)
    report = check(signed, {})
    assert answers(report) == ALL_YES | {"issuer": "unknown"}
    assert "could be anybody’s" in sentence(report, "issuer")


def test_proof_of_a_kind_that_is_not_known_is_named(own, signed):
    other = signed | {"proof": [signed["proof"][0] | {"cryptosuite": "bbs-2023"}]}
    report = check(other, {f"{ORIGIN}/issuers/other/did.json": did.did_document(ORIGIN, own)})
    assert answers(report) == ALL_YES | {"issuer": "unknown", "signature": "unknown", "status": "unknown"}
    assert sentence(report, "signature") == (
        "The signature could not be checked: it bears no signature of a kind that is known here (it has bbs-2023)."
    )


def test_key_at_an_address_of_its_own_at_the_issuers_host(own, unsigned):
    issuer = f"{ORIGIN}/issuers/other"
    made = unsigned | {"issuer": {**unsigned["issuer"], "id": issuer}}
    made.pop("credentialStatus")
    method = f"{ORIGIN}/keys/7#k"
    body = proof.to_sign(
        proof.options(tuple(made["@context"]), method), "2026-03-01T00:00:00Z", rdf.canonical(made)
    )
    value = "z" + base58_encode(own.signing_key.ed25519().sign(body))
    signed = made | {"proof": [proof.proof_options(method, "2026-03-01T00:00:00Z") | {"proofValue": value}]}
    key = {
        "id": method,
        "type": "Multikey",
        "controller": issuer,
        "publicKeyMultibase": own.signing_key.multibase(),
    }
    for page in (key, {"id": f"{ORIGIN}/keys/7", "verificationMethod": [key]}):
        assert answers(check(signed, {f"{ORIGIN}/keys/7": page})) == ALL_YES
    theirs = key | {"controller": "https://other.example/issuers/third"}
    assert answers(check(signed, {f"{ORIGIN}/keys/7": theirs})) == ALL_YES | {
        "issuer": "no",
        "signature": "no",
    }
