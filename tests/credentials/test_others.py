"""Badges of other issuers, asked for over HTTP: Open Badges 3.0 by DID and by address, with their lists of revoked ones."""

import contextlib
import json
import threading
from dataclasses import replace

import pytest

from credentials.checking import allowance
from credentials.checking.anyone import check_any
from credentials.checking.fetching import NotFetched
from credentials.openbadges import did, document, keys, proof, rdf, status_list
from tests.credentials import hosts
from tests.credentials.openbadges_examples import ALL_YES, NOW, answers, sentence
from tests.credentials.others import (
    AWARD,
    DID,
    ISSUER,
    KNOTS,
    LIST,
    ORIGIN,
    SLUG,
    Web,
    check,
    one_of,
    token_of,
)


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
        return token_of(
            made, own.jwt_key.rsa(), {"alg": "RS256", "kid": f"{DID}#rsa-1", "typ": "vc+jwt"}
        ).encode()

    assert answers(check(signed, web | {LIST: token([])})) == ALL_YES
    assert answers(check(signed, web | {LIST: token([3])})) == ALL_YES | {"status": "no"}
    forged = token_of(
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
    monkeypatch.setattr("credentials.checking.allowance._places", threading.BoundedSemaphore(1))
    with serving(own) as (_origin, signed, _pages, _asked), allowance.fetcher_for("a") as other:
        other.permit()
        found = client.post("/verify/", {"text": json.dumps(signed)})
        assert "very many badges are being checked at this moment" in found.content.decode()
    assert allowance._places.acquire(blocking=False)
