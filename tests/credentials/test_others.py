"""Badges of other issuers, asked for over HTTP: Open Badges 3.0 by DID and by address, with their lists of revoked ones."""

import contextlib
import datetime as dt
import functools
import hashlib
import json
import threading
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from credentials import allowance
from credentials.checking_any import check_any
from credentials.fetching import Fetcher, NotFetched
from credentials.openbadges import did, document, jwt, keys, proof, rdf, status_list
from credentials.openbadges.facts import AchievementFacts, AwardFacts, IssuerFacts
from credentials.openbadges.multibase import base58_encode, base64url_encode
from tests.credentials import hosts
from tests.credentials.openbadges_examples import ALL_YES, NOW, answers, minimal_award, sentence

ORIGIN = "https://other.example"
SLUG = "other"
DID = "did:web:other.example:issuers:other"
LIST = f"{ORIGIN}/issuers/other/status/1.json"
ISSUER = IssuerFacts(origin=ORIGIN, slug=SLUG, name="Another university", url=ORIGIN)
KNOTS = AchievementFacts(id=f"{ORIGIN}/a/1", name="Knots", description="Knots.", criteria_narrative="Tie.")
AWARD = AwardFacts(
    uuid=minimal_award().uuid,
    valid_from=dt.datetime(2026, 1, 5, tzinfo=dt.UTC),
    status_list_url=LIST,
    status_index=3,
)


class Web(Fetcher):
    """A fetcher for whom the web is a dictionary: bodies, or errors to raise. It remembers what was asked."""

    def __init__(self, pages):
        super().__init__()
        self.pages, self.asked = pages, []

    def get(self, url, accept="", largest=0):
        self.asked.append(url)
        found = self.pages.get(url, NotFetched("other.example has nothing there", 404))
        if isinstance(found, NotFetched):
            raise found
        url, found = found if isinstance(found, tuple) else (url, found)
        body = found if isinstance(found, bytes) else json.dumps(found).encode()
        return type("Answer", (), {"url": url, "body": body, "text": body.decode, "content_type": ""})()


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return keys.issuer_keys(tmp_path_factory.mktemp("keys"), SLUG)


def listed(own, revoked=(), **changes):
    return proof.sign(status_list.build(LIST, DID, revoked, NOW) | changes, own.signing_key, NOW)


@pytest.fixture
def web(own):
    return {f"{ORIGIN}/issuers/other/did.json": did.did_document(ORIGIN, own), LIST: listed(own)}


@pytest.fixture
def unsigned():
    return document.build(ISSUER, KNOTS, AWARD)


@pytest.fixture
def signed(own, unsigned):
    return proof.sign(unsigned, own.signing_key, NOW)


def check(source, web, email=""):
    return check_any(source, NOW, email, fetcher=Web(web))


pytestmark = pytest.mark.django_db


def test_badge_of_another_issuer_is_checked_whole(signed, web):
    asked = Web(web)
    report = check_any(signed, NOW, fetcher=asked)
    assert answers(report) == ALL_YES
    assert (
        sentence(report, "issuer") == "It is signed with a key that other.example publishes as its issuer’s."
    )
    assert set(asked.asked) == {f"{ORIGIN}/issuers/other/did.json", LIST}


def test_revoked_badge_of_another_issuer_is_told(own, signed, web):
    report = check(signed, web | {LIST: listed(own, [3])})
    assert answers(report) == ALL_YES | {"status": "no"}


def test_host_that_does_not_answer_leaves_open_what_hangs_on_it(signed, web):
    gone = NotFetched("other.example did not answer in time")
    report = check(signed, web | {f"{ORIGIN}/issuers/other/did.json": gone})
    assert answers(report) == ALL_YES | {"issuer": "unknown", "signature": "unknown", "status": "unknown"}
    assert (
        sentence(report, "signature")
        == "The signature could not be checked: other.example did not answer in time."
    )
    report = check(signed, web | {LIST: gone})
    assert answers(report) == ALL_YES | {"status": "unknown"}
    assert sentence(report, "status") == (
        "Whether it was revoked could not be checked: the issuer’s list cannot be had: other.example did not answer in time."
    )


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"", b"\xff", b'{"a":' * 5000, b"{}"])
def test_nonsense_for_an_issuers_document_is_no_key(signed, web, body):
    report = check(signed, web | {f"{ORIGIN}/issuers/other/did.json": body})
    assert str(report.answer("signature")) in ("no", "unknown")
    assert not report.proved


def test_document_that_another_host_answers_for_speaks_for_nobody(own, signed, web):
    """An open redirect on the issuer's host must not make anybody the issuer."""
    led = ("https://evil.example/did.json", did.did_document(ORIGIN, own))
    report = check(signed, web | {f"{ORIGIN}/issuers/other/did.json": led})
    assert str(report.answer("issuer")) == "unknown"
    assert "leads on to another host, evil.example" in sentence(report, "signature")
    www = ("https://www.other.example/did.json", did.did_document(ORIGIN, own))
    assert answers(check(signed, web | {f"{ORIGIN}/issuers/other/did.json": www})) == ALL_YES


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"validUntil": "2026-03-01T00:00:00Z"}, "is out of date"),
        ({"validFrom": "2026-04-01T00:00:00Z"}, "is out of date"),
        ({"issuer": "did:web:other.example:issuers:third"}, "is not sound"),
        ({"id": f"{LIST}x"}, "is not sound"),
    ],
)
def test_list_that_does_not_count_leaves_the_status_open(own, signed, web, changes, words):
    made = status_list.build(LIST, DID, [], NOW) | changes
    key = own.signing_key
    report = check(
        signed,
        web
        | {
            LIST: proof.attach(made | {"issuer": DID}, rdf.canonical(made), key, "2026-03-02T09:00:00Z")
            | {"issuer": made["issuer"]}
        },
    )
    assert str(report.answer("status")) == "unknown"
    assert words in sentence(report, "status")


def test_list_as_a_token_counts_too(own, signed, web):
    def token(revoked):
        made = status_list.build(LIST, DID, revoked, NOW)
        return _token(
            made, own.jwt_key.rsa(), {"alg": "RS256", "kid": f"{DID}#rsa-1", "typ": "vc+jwt"}
        ).encode()

    assert answers(check(signed, web | {LIST: token([])})) == ALL_YES
    assert answers(check(signed, web | {LIST: token([3])})) == ALL_YES | {"status": "no"}
    forged = _token(
        status_list.build(LIST, DID, [], NOW),
        one_of("RS256"),
        {"alg": "RS256", "kid": f"{DID}#rsa-1"},
    )
    assert str(check(signed, web | {LIST: forged.encode()}).answer("status")) == "unknown"


NAMED = f"{ORIGIN}/issuers/other/revoked.json"


@pytest.mark.parametrize(
    ("entry", "answer"),
    [
        ([], "yes"),
        ([{"id": "urn:uuid:00000000-0000-0000-0000-000000000009"}], "yes"),
        ([{"id": "self"}], "no"),
        ([{"id": "self", "revoked": True, "revocationReason": "x"}], "no"),
        ([{"id": "self", "revoked": False}], "yes"),
        ("nonsense", "unknown"),
        ([{"id": f"x{n}"} for n in range(3000)], "yes"),
    ],
)
def test_list_that_names_what_is_revoked(own, unsigned, web, entry, answer):
    listing = (
        [{**one, "id": unsigned["id"] if one["id"] == "self" else one["id"]} for one in entry]
        if isinstance(entry, list)
        else entry
    )
    made = unsigned | {
        "@context": [*unsigned["@context"][:2], "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"],
        "credentialStatus": {"id": NAMED, "type": "1EdTechRevocationList"},
    }
    signed = proof.sign(made, own.signing_key, NOW)
    found = {"id": NAMED, "issuer": DID, "revokedCredential": listing}
    assert answers(check(signed, web | {NAMED: found})) == ALL_YES | {"status": answer}
    assert (
        str(check(signed, web | {NAMED: found | {"issuer": "did:web:x.example"}}).answer("status"))
        == "unknown"
    )


def test_list_of_names_at_another_host_is_not_believed(own, unsigned, web):
    made = unsigned | {
        "credentialStatus": {"id": "https://evil.example/list", "type": "1EdTechRevocationList"}
    }
    made["@context"] = [*unsigned["@context"][:2], "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"]
    found = {"issuer": DID, "revokedCredential": []}
    report = check(proof.sign(made, own.signing_key, NOW), web | {"https://evil.example/list": found})
    assert str(report.answer("status")) == "unknown"


# --- tokens of other kinds ------------------------------------------------------------------------------------------
def _token(payload, key, header):
    data = ".".join(base64url_encode(json.dumps(part).encode()) for part in (header, payload))
    if isinstance(key, rsa.RSAPrivateKey):
        made = key.sign(data.encode(), PKCS1v15(), SHA256())
    elif isinstance(key, ed25519.Ed25519PrivateKey):
        made = key.sign(data.encode())
    else:
        r, s = decode_dss_signature(key.sign(data.encode(), ec.ECDSA(SHA256())))
        made = r.to_bytes(32) + s.to_bytes(32)
    return f"{data}.{base64url_encode(made)}"


def _jwk(key):
    public = key.public_key()
    if isinstance(key, rsa.RSAPrivateKey):
        n = public.public_numbers().n
        return {"kty": "RSA", "e": "AQAB", "n": base64url_encode(n.to_bytes((n.bit_length() + 7) // 8))}
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return {"kty": "OKP", "crv": "Ed25519", "x": base64url_encode(public.public_bytes_raw())}
    numbers = public.public_numbers()
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": base64url_encode(numbers.x.to_bytes(32)),
        "y": base64url_encode(numbers.y.to_bytes(32)),
    }


KINDS = {
    "RS256": lambda: rsa.generate_private_key(65537, 2048),
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
}


@functools.cache
def one_of(algorithm, _nth=0):
    return KINDS[algorithm]()


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
    token = _token(payload, key, {"alg": algorithm, "kid": kid})
    for found in (_jwk(key), {"keys": [{"kid": "0"}, _jwk(key) | {"kid": kid}]}):
        assert answers(check(token, {kid: found})) == ALL_YES
    other = _jwk(one_of(algorithm, 1))
    assert answers(check(token, {kid: other})) == ALL_YES | {"signature": "no"}
    assert (
        answers(check(token, {kid: _jwk(key) | {"iss": "https://other.example/issuers/third"}}))["issuer"]
        == "no"
    )
    assert answers(check(token, {})) == ALL_YES | {"issuer": "unknown", "signature": "unknown"}
    evil = _token(payload, key, {"alg": algorithm, "kid": "https://evil.example/keys/1"})
    assert answers(check(evil, {"https://evil.example/keys/1": _jwk(key)})) == ALL_YES | {
        "issuer": "no",
        "signature": "no",
    }


def test_token_with_its_key_inside_needs_the_hosts_word_for_it(unsigned, kind):
    algorithm, key = kind
    token = _token(addressed(unsigned), key, {"alg": algorithm, "jwk": _jwk(key)})
    jwks = f"{ORIGIN}/.well-known/jwks.json"
    assert answers(check(token, {jwks: {"keys": [_jwk(key)]}})) == ALL_YES
    assert answers(check(token, {jwks: {"keys": [_jwk(one_of(algorithm, 1))]}})) == ALL_YES | {
        "issuer": "no",
        "signature": "no",
    }
    assert answers(check(token, {})) == ALL_YES | {"issuer": "unknown", "signature": "unknown"}


def test_algorithm_of_the_header_must_be_that_of_the_key(unsigned):
    key = one_of("RS256")
    kid = f"{ORIGIN}/keys/1"
    for algorithm in ("ES256", "EdDSA"):
        token = _token(addressed(unsigned), key, {"alg": algorithm, "kid": kid})
        assert answers(check(token, {kid: _jwk(key)})) == ALL_YES | {"signature": "no"}
    for algorithm in ("none", "HS256", "PS256"):
        token = _token(addressed(unsigned), key, {"alg": algorithm, "kid": kid})
        assert str(check(token, {kid: _jwk(key)}).answer("signature")) == "unknown"


def test_token_of_a_did_web_by_a_key_of_each_kind(unsigned, kind):
    algorithm, key = kind
    method = {"id": "#k", "type": "JsonWebKey", "controller": DID, "publicKeyJwk": _jwk(key)}
    page = {"id": DID, "verificationMethod": [method], "assertionMethod": ["#k"]}
    bare = {name: value for name, value in unsigned.items() if name != "credentialStatus"}
    token = _token(bare | jwt.claims(bare), key, {"alg": algorithm, "kid": f"{DID}#k"})
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


def test_proof_of_a_kind_that_is_not_known_is_named(signed, web):
    other = signed | {"proof": [signed["proof"][0] | {"cryptosuite": "bbs-2023"}]}
    report = check(other, web)
    assert answers(report) == ALL_YES | {"issuer": "unknown", "signature": "unknown"}
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


# --- over real HTTP ------------------------------------------------------------------------------------------------------
@contextlib.contextmanager
def serving(own, revoked=()):
    """An issuer on this machine: did:web:localhost%3A<port>:issuers:other."""
    pages = {}
    with hosts.server(pages) as (port, asked):
        origin, name = f"http://localhost:{port}", f"did:web:localhost%3A{port}:issuers:other"
        page = json.dumps(did.did_document("https://x.example", own)).replace(
            "did:web:x.example:issuers:other", name
        )
        url = f"{origin}/status/1"
        made = proof.sign(status_list.build(url, name, revoked, NOW), own.signing_key, NOW)
        pages |= {"/issuers/other/did.json": page.encode(), "/status/1": json.dumps(made).encode()}
        facts = replace(AWARD, status_list_url=url)
        unsigned = document.build(ISSUER, KNOTS, facts)
        signed = proof.sign(unsigned | {"issuer": {**unsigned["issuer"], "id": name}}, own.signing_key, NOW)
        pages["/badge.json"] = json.dumps(signed).encode()
        yield origin, signed, pages, asked


def test_page_asks_the_issuer_over_http(own, client, settings):
    settings.FETCH_FROM_LOOPBACK = True
    with serving(own) as (origin, signed, pages, asked):
        found = client.post("/verify/", {"text": f"{origin}/badge.json"})
        assert [item["answer"] for item in found.context["answers"]] == ["yes"] * 5
        assert {path for path, _ in asked} == {"/badge.json", "/issuers/other/did.json", "/status/1"}
        assert all("Cookie" not in headers for _, headers in asked)
        found = client.post(
            "/verify/", {"text": json.dumps(signed)}, headers={"accept": "application/json"}
        ).json()
        assert found["answer"] == "yes"
        pages["/page"] = lambda request: hosts.answer(request, b"<html>", kind="text/html; charset=utf-8")
        found = client.post("/verify/", {"text": f"{origin}/page"})
        assert "At this address is a page for people, not a badge." in found.content.decode()


def test_visitor_who_checks_very_many_is_asked_to_wait(own, client, settings):
    settings.FETCH_FROM_LOOPBACK, settings.CHECKS_A_MINUTE = True, 2
    headers = {"x-forwarded-for": "203.0.113.9"}
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    with serving(own) as (_origin, signed, _pages, _asked):
        said = [
            client.post("/verify/", {"text": json.dumps(signed)}, headers=headers, secure=True).context[
                "verdict"
            ]
            for _ in range(3)
        ]
    assert said[0] == said[1] == "Everything is in order."
    assert said[2] == "Nothing speaks against it, but not everything could be checked."


def test_only_so_many_are_fetched_for_at_once(own, client, settings, monkeypatch):
    settings.FETCH_FROM_LOOPBACK = True
    monkeypatch.setattr("credentials.allowance._places", threading.BoundedSemaphore(1))
    with serving(own) as (_origin, signed, _pages, _asked), allowance.fetcher_for("a") as other:
        other.permit()
        found = client.post("/verify/", {"text": json.dumps(signed)})
        assert "very many badges are being checked at this moment" in found.content.decode()
    assert allowance._places.acquire(blocking=False)
