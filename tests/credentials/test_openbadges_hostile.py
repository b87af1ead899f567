"""What strangers send to hurt: hostile documents, images and status lists get an answer in words."""

import copy
import dataclasses
import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.openbadges import document, keys, proof, status_list
from credentials.openbadges.bake import bake_png
from credentials.openbadges.multibase import base64url_encode
from credentials.openbadges.verify import Resolver, verify
from tests.credentials.openbadges_examples import (
    ALL_YES,
    DID,
    ISSUER,
    LIST_URL,
    NOW,
    RICH,
    SLUG,
    answers,
    full_award,
    png,
    resolver,
    sentence,
    signed_list,
)

UNREAD = {"issuer": "unknown", "signature": "unknown", "dates": "unknown", "status": "unknown"}


@pytest.fixture(scope="module")
def issuer_keys(tmp_path_factory):
    return keys.issuer_keys(tmp_path_factory.mktemp("keys"), SLUG)


@pytest.fixture(scope="module")
def own(issuer_keys):
    return resolver(issuer_keys)


@pytest.fixture(scope="module")
def signed(issuer_keys):
    return proof.sign(document.build(ISSUER, RICH, full_award()), issuer_keys.signing_key, NOW)


def hostile_lists(issuer_keys):
    """Status lists that must not be believed."""
    sound = status_list.build(LIST_URL, DID, [], NOW)
    key = issuer_keys.signing_key

    def with_subject(**changes):
        return proof.sign(sound | {"credentialSubject": sound["credentialSubject"] | changes}, key, NOW)

    return {
        "unsigned": sound,
        "changed": signed_list(issuer_keys) | {"validFrom": "2020-01-01T00:00:00Z"},
        "elsewhere": proof.sign(sound | {"id": f"{LIST_URL}x"}, key, NOW),
        "other purpose": with_subject(statusPurpose="suspension"),
        "short": with_subject(encodedList=status_list.encode(bytes(1000))),
        "bomb": with_subject(encodedList="u" + base64url_encode(gzip.compress(bytes(50_000_000)))),
        "no list": with_subject(encodedList="u"),
        "not JSON": b"<html>",
        "array": b"[]",
        "empty": {},
        "nonsense": {"credentialSubject": 5, "id": LIST_URL, "issuer": DID},
        "gone": None,
    }


def test_a_status_list_that_is_not_sound_leaves_the_status_unknown(issuer_keys, own, signed):
    for name, found in hostile_lists(issuer_keys).items():
        given_by = dataclasses.replace(own, status_list=lambda url, found=found: found)
        assert (name, answers(verify(signed, given_by, NOW))) == (name, ALL_YES | {"status": "unknown"})


def test_a_status_list_is_read_from_its_text_too(issuer_keys, own, signed):
    text = document.to_bytes(signed_list(issuer_keys))
    assert verify(signed, dataclasses.replace(own, status_list=lambda url: text), NOW).ok


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"statusPurpose": "message"}, "unknown"),
        ({"type": "1EdTechRevocationList"}, "unknown"),
        ({"statusListIndex": "-1"}, "unknown"),
        ({"statusListIndex": "9" * 400}, "unknown"),
        ({"statusListIndex": "131072"}, "unknown"),
        ({"statusListIndex": 5}, "unknown"),
        ({"statusListCredential": ["x"]}, "unknown"),
    ],
)
def test_an_odd_status_entry_leaves_the_status_unknown(own, signed, changes, answer):
    odd = signed | {"credentialStatus": signed["credentialStatus"] | changes}
    assert str(verify(odd, own, NOW).answer("status")) == answer


OB2 = {"@context": "https://w3id.org/openbadges/v2", "type": "Assertion", "id": "https://x.example"}
DEEP = b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
HOSTILE = {
    "nothing": b"",
    "spaces": b"  \n",
    "noise": bytes(range(256)),
    "HTML": b"<!doctype html><html></html>",
    "XML bomb": b'<!DOCTYPE a [<!ENTITY b "c">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>',
    "PNG without": png(),
    "half a PNG": png()[:20],
    "JPEG": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "array": b"[]",
    "number": b"5",
    "NaN": b'{"a": NaN}',
    "endless number": b'{"a": 1e999}',
    "long number": b'{"a": ' + b"9" * 100_000 + b"}",
    "twice": b'{"id": "a", "id": "b"}',
    "deep": DEEP,
    "deep text": b"[" * 1_000_000,
    "wide": json.dumps({"a": list(range(501))}).encode(),
    "many": json.dumps({str(n): n for n in range(6000)}).encode(),
    "large": b'{"a": "' + b"x" * 1_100_000 + b'"}',
    "50 MB": b"x" * 50_000_000,
    "50 MB of JSON": b'{"a":"' + b"x" * 50_000_000 + b'"}',
    "half a character": b'{"a": "\\ud800"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "token of nothing": b"e30.e30.e30",
    "token of noise": b"a.b.c",
    "Open Badges 2.0": json.dumps(OB2).encode(),
    "keys of other kinds": {1: 2},
    "values of other kinds": {"a": object()},
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_credential_gets_a_no_in_words(own, source):
    report = verify(source, own, NOW)
    assert answers(report) == {"document": "no"} | UNREAD
    first = sentence(report, "document")
    assert first.startswith("This ")
    assert first.endswith(".")
    assert len(first) < 200


@pytest.mark.parametrize("name", ["did:web:a\x00b", "x", "https://a b", "did:web:\ud800"])
def test_the_caller_is_asked_about_sound_addresses_only(signed, name):
    def refuse(asked):
        raise AssertionError(asked)

    strict = Resolver(refuse, refuse, refuse)
    other = signed | {
        "issuer": name,
        "credentialStatus": signed["credentialStatus"] | {"statusListCredential": name},
    }
    other["proof"] = [signed["proof"][0] | {"verificationMethod": f"{name}#ed-1"}]
    assert not verify(other, strict, NOW).ok


def test_many_parts_that_look_alike_get_an_answer(own, signed):
    """Canonicalising these would take time by the factorial of their number."""
    twin = {"type": ["Result"], "alignment": [{"type": ["Alignment"]}] * 60}
    subject = signed["credentialSubject"] | {"result": [twin] * 8}
    report = verify(signed | {"credentialSubject": subject}, own, NOW)
    assert str(report.answer("signature")) == "no"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_value_in_any_place_gets_an_answer(own, signed, data):
    """A sound credential with one part replaced by anything at all."""
    other = copy.deepcopy(signed)
    place, name = other, data.draw(st.sampled_from(sorted(signed)))
    while data.draw(st.booleans()) and isinstance(place[name], dict | list) and place[name]:
        place = place[name]
        name = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
    place[name] = data.draw(JSON)
    report = verify(other, own, NOW, data.draw(st.text(max_size=5)) or "a")
    assert [check.key for check in report.checks] == [
        "document",
        "issuer",
        "signature",
        "dates",
        "status",
        "recipient",
    ]


@settings(max_examples=200, deadline=None)
@given(source=st.binary(max_size=200) | st.text(max_size=200) | st.dictionaries(st.text(), JSON, max_size=5))
def test_anything_at_all_gets_an_answer(own, source):
    assert not verify(source, own, NOW).ok


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_damaged_images_get_an_answer(own, signed, data):
    whole = bake_png(png(), document.to_bytes(signed).decode())
    place = data.draw(st.integers(0, len(whole) - 1))
    damaged = whole[:place] + data.draw(st.binary(max_size=3)) + whole[place + 1 :]
    assert verify(damaged, own, NOW).ok == (damaged == whole)
