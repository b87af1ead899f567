"""Keys in files: made once, private, rotated by adding."""

import stat
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from credentials.openbadges import did, keys

ORIGIN = "https://badges.example.org"
DID = "did:web:badges.example.org:issuers:model"


def kids_and_multibase(folder):
    made = keys.issuer_keys(folder, "model")
    return [key.kid for key in made.keys], made.signing_key.multibase(), made.jwt_key.jwk()["n"]


def test_keys_are_made_once_and_private(tmp_path):
    first = kids_and_multibase(tmp_path)
    assert first[0] == ["ed-1", "rsa-1"]
    assert kids_and_multibase(tmp_path) == first
    files = sorted((tmp_path / "model").iterdir())
    assert [file.name for file in files] == ["ed-1.pem", "rsa-1.pem"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "model").stat().st_mode) == 0o700


def test_processes_that_make_them_at_once_end_with_the_same_keys(tmp_path):
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(kids_and_multibase, [tmp_path] * 8))
    assert found == [found[0]] * 8


def test_rotation_adds_a_key_and_keeps_the_older_ones(tmp_path):
    old = keys.issuer_keys(tmp_path, "model")
    for _ in range(10):
        new = keys.rotate(tmp_path, "model", "ed")
    assert new.signing_key.kid == "ed-11"  # by number, not by letters
    assert new.jwt_key.kid == "rsa-1"
    assert new.find("ed-1").multibase() == old.signing_key.multibase()
    assert new.find("ed-12") is None


def test_a_passphrase_encrypts_the_files(tmp_path):
    made = keys.issuer_keys(tmp_path, "model", b"correct horse")
    assert b"ENCRYPTED" in (tmp_path / "model" / "ed-1.pem").read_bytes()
    with pytest.raises(keys.KeyFileError, match=r"ed-1\.pem cannot be read"):
        keys.issuer_keys(tmp_path, "model", b"wrong")
    assert keys.issuer_keys(tmp_path, "model", b"correct horse") is made


def test_a_damaged_file_is_named(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "ed-1.pem").write_text("not a key")
    with pytest.raises(keys.KeyFileError, match=r"ed-1\.pem cannot be read"):
        keys.issuer_keys(tmp_path, "model")


@pytest.mark.parametrize("slug", ["", "..", "a/b", "Model", "a--b", "a:b", "é"])
def test_a_slug_that_is_no_slug_is_refused(tmp_path, slug):
    with pytest.raises(ValueError, match="is not a plain slug"):
        keys.issuer_keys(tmp_path, slug)


def test_a_multikey_is_read_back():
    # The key of the signed example in 1EdTech's Open Badges 3.0 Implementation Guide
    text = "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"
    assert keys.public_multibase(keys.ed25519_from_multibase(text)) == text


@pytest.mark.parametrize("text", ["", "z", "z6Mk", "u6MkjZRZ", "z0OIl", "z" + "1" * 48])
def test_other_texts_are_no_multikey(text):
    with pytest.raises(ValueError, match=r"base58|Multikey"):
        keys.ed25519_from_multibase(text)


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("https://badges.example.org", "did:web:badges.example.org:issuers:model"),
        ("https://localhost:8000", "did:web:localhost%3A8000:issuers:model"),
    ],
)
def test_a_did_and_its_address_belong_together(origin, expected):
    assert did.issuer_did(origin, "model") == expected
    assert did.did_web_url(expected) == f"{origin}/issuers/model/did.json" == did.did_url(origin, "model")


@pytest.mark.parametrize(
    "origin",
    ["http://badges.example.org", "https://badges.example.org/", "badges.example.org", "https://u@h"],
)
def test_an_origin_must_be_a_bare_https_origin(origin):
    with pytest.raises(ValueError, match="is not an https origin"):
        did.issuer_did(origin, "model")


def test_the_did_document_names_every_key_as_assertion_method(tmp_path):
    made = keys.rotate(tmp_path, "model", "ed")
    document = did.did_document(ORIGIN, made)
    assert document["@context"][0] == "https://www.w3.org/ns/did/v1"
    assert document["id"] == DID
    assert document["assertionMethod"] == [f"{DID}#ed-1", f"{DID}#ed-2", f"{DID}#rsa-1"]
    assert document["verificationMethod"] == [
        {
            "id": f"{DID}#ed-1",
            "controller": DID,
            "type": "Multikey",
            "publicKeyMultibase": made.find("ed-1").multibase(),
        },
        {
            "id": f"{DID}#ed-2",
            "controller": DID,
            "type": "Multikey",
            "publicKeyMultibase": made.find("ed-2").multibase(),
        },
        {
            "id": f"{DID}#rsa-1",
            "controller": DID,
            "type": "JsonWebKey",
            "publicKeyJwk": made.find("rsa-1").jwk(),
        },
    ]


def test_jwks_hold_public_parts_only_and_the_newest_first(tmp_path):
    made = keys.rotate(tmp_path, "model", "rsa")
    found = did.jwks(ORIGIN, made)["keys"]
    assert [jwk["kid"].rpartition("/")[2] for jwk in found] == ["rsa-2.json", "rsa-1.json", "ed-1.json"]
    assert {name for jwk in found for name in jwk} == {
        "kty",
        "alg",
        "use",
        "n",
        "e",
        "crv",
        "x",
        "kid",
        "iss",
    }
    assert did.jwk(ORIGIN, made, "rsa-2") == found[0]
    assert did.jwk(ORIGIN, made, "rsa-9") is None
    assert found[0]["kid"] == did.jwk_url(ORIGIN, "model", "rsa-2")
    assert {jwk["iss"] for jwk in found} == {DID}
    assert found[0]["e"] == "AQAB"  # 65537
