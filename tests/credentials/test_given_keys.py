"""Issuers' keys from the environment instead of files: read, refused in words, never written."""

import base64
from io import StringIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.core.management import CommandError, call_command

from config.environment import starting_with
from credentials.checks import given_keys_are_sound
from credentials.facts import keys_named
from credentials.openbadges import given_keys, keys
from tests.credentials.support import award, definition

NAME = "ISSUER_KEYS_MODEL"
SECRET = b"a long secret"
ED = [ed25519.Ed25519PrivateKey.generate() for _ in range(3)]
RSA = rsa.generate_private_key(65537, 2048)


def pem(key, passphrase=None, form=PrivateFormat.PKCS8):
    lock = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, form, lock).decode()


def public(key):
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


TWO = pem(ED[0]) + pem(RSA)


@pytest.fixture
def give(settings, tmp_path):
    """Set the variable of the campus "model"; nothing lies in the folder of keys."""
    settings.KEYS_DIR, settings.KEYS_PASSPHRASE = tmp_path / "keys", ""

    def put(text, passphrase="", name=NAME):
        settings.ISSUER_KEYS, settings.KEYS_PASSPHRASE = {name: text}, passphrase

    return put


def told():
    return [str(error.msg) for error in given_keys_are_sound(None)]


def run(*args, err=None):
    out = StringIO()
    call_command("issuer_keys", *args, stdout=out, stderr=err or StringIO())
    return [line.split("\t") for line in out.getvalue().splitlines()]


@pytest.mark.parametrize(
    "write",
    [
        str,
        lambda text: text.replace("\n", "\\n"),
        lambda text: text.replace("\n", "\\r\\n"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: base64.b64encode(text.encode()).decode(),
        lambda text: base64.encodebytes(text.encode()).decode(),
    ],
    ids=["newlines", "escaped", "escaped CRLF", "CRLF", "Base64", "Base64 in lines"],
)
def test_every_way_of_writing_them_gives_the_same_keys(give, write, settings):
    give(write(pem(ED[0]) + pem(RSA) + pem(ED[1])))
    found = keys_named("model")
    assert [key.kid for key in found.keys] == ["ed-1", "ed-2", "rsa-1"]
    assert found.signing_key.multibase() == keys.public_multibase(ED[1].public_key())
    assert found.jwt_key.rsa().private_numbers() == RSA.private_numbers()
    assert told() == []
    assert not Path(settings.KEYS_DIR).exists()


def test_encrypted_and_clear_blocks_stand_side_by_side(give):
    old = pem(RSA, SECRET, PrivateFormat.TraditionalOpenSSL)  # "Proc-Type: 4,ENCRYPTED"
    give(pem(ED[0]) + old + pem(ED[1], SECRET), SECRET.decode())
    assert [key.kid for key in keys_named("model").keys] == ["ed-1", "ed-2", "rsa-1"]


@pytest.mark.parametrize(
    ("text", "passphrase", "words"),
    [
        ("sesame open", "", "ISSUER_KEYS_MODEL is neither PEM nor Base64 of PEM."),
        ("é", "", "ISSUER_KEYS_MODEL is neither PEM nor Base64 of PEM."),
        (base64.b64encode(b"no key").decode(), "", "ISSUER_KEYS_MODEL is not whole PEM"),
        (TWO + pem(ED[1])[:60], "", "ISSUER_KEYS_MODEL is not whole PEM"),
        ("model: " + TWO, "", "ISSUER_KEYS_MODEL is not whole PEM"),
        (TWO.replace("\n", "n"), "", "Key 1 of ISSUER_KEYS_MODEL is damaged or of an unknown kind."),
        (TWO + pem(ED[1], SECRET), "", "Key 3 of ISSUER_KEYS_MODEL is encrypted, and KEYS_PASSPHRASE is not set."),
        (TWO + pem(ED[1], SECRET), "another", "Key 3 of ISSUER_KEYS_MODEL cannot be opened with KEYS_PASSPHRASE."),
        (public(ED[0]) + pem(RSA), "", "Key 1 of ISSUER_KEYS_MODEL is no private key but a public key."),
        (TWO + pem(ec.generate_private_key(ec.SECP256R1())), "", "Key 3 of ISSUER_KEYS_MODEL is neither Ed25519 nor RSA."),
        (pem(ED[0]) + pem(rsa.generate_private_key(65537, 1024)), "", "Key 2 of ISSUER_KEYS_MODEL is an RSA key of 1024 bits"),
        (pem(RSA), "", "ISSUER_KEYS_MODEL holds no Ed25519 key."),
        (pem(ED[0]), "", "ISSUER_KEYS_MODEL holds no RSA key."),
        (TWO + pem(ED[0]), "", "ISSUER_KEYS_MODEL holds the same key twice."),
    ],
    ids=range(14),
)  # fmt: skip
def test_what_cannot_be_used_is_named_by_the_check_and_refused(give, text, passphrase, words):
    give(text, passphrase)
    (said,) = told()
    assert said.startswith(words)
    with pytest.raises(keys.KeyFileError) as refused:
        keys_named("model")
    assert str(refused.value) == said


def test_a_variable_that_can_be_no_campuss_is_named(give):
    for name in ("ISSUER_KEYS_", "ISSUER_KEYS_model", "ISSUER_KEYS_A___B", "ISSUER_KEYS_A-B"):
        give(TWO, name=name)
        assert [said.startswith(f"{name} can be no campus's keys.") for said in told()] == [True]


def test_each_slug_has_a_variable_of_its_own():
    slugs = {
        "cu_denver": "ISSUER_KEYS_CU_DENVER",
        "cu-denver": "ISSUER_KEYS_CU__DENVER",
        "2u": "ISSUER_KEYS_2U",
    }
    assert {slug: given_keys.variable(slug) for slug in slugs} == slugs
    assert [given_keys.slug_of(name) for name in slugs.values()] == list(slugs)


def test_variables_are_found_by_their_beginning(monkeypatch):
    monkeypatch.setenv(NAME, TWO)
    monkeypatch.setenv("KEYS_OF_ANOTHER_KIND", "x")
    assert starting_with("ISSUER_KEYS_")[NAME] == TWO
    assert "KEYS_OF_ANOTHER_KIND" not in starting_with("ISSUER_KEYS_")


def test_keys_in_files_must_be_among_those_given(give, settings):
    filed = keys.issuer_keys(settings.KEYS_DIR, "model")
    own = "".join(pem(key.private) for key in filed.keys)
    for text in (TWO, pem(ED[0]) + own):  # another ed-1, and the right one in another place
        give(text)
        assert [said.startswith("ISSUER_KEYS_MODEL lacks the key in ") for said in told()] == [True]
    give(own + pem(ED[0]))
    assert told() == []
    assert [key.kid for key in keys_named("model").keys] == ["ed-1", "ed-2", "rsa-1"]
    keys.rotate(settings.KEYS_DIR, "model", "rsa")
    assert "rsa-2.pem" in told()[0]


def test_the_command_lists_them_and_says_what_to_set(campus, give, settings):
    campus("model")
    give(TWO + pem(ED[1]))
    listed = [
        ["model", "ed-1", "verifies what it signed", f"given by {NAME}"],
        ["model", "ed-2", "signs badges and lists", f"given by {NAME}"],
        ["model", "rsa-1", "signs tokens", f"given by {NAME}"],
    ]
    assert run("list") == run("make") == listed
    settings.KEYS_PASSPHRASE = "sesame"
    for act, words in {
        ("rotate", "--kind", "ed"): "openssl genpkey -algorithm ed25519",
        ("rotate", "--kind", "rsa"): "rsa_keygen_bits:2048",
        ("make",): "at least one Ed25519 and one RSA key",
        ("encrypt",): "with the passphrase of KEYS_PASSPHRASE",
    }.items():
        with pytest.raises(CommandError, match=f"The keys of model are given by {NAME}") as refused:
            run(*act, "--campus", "model")
        assert words in str(refused.value)
    assert not Path(settings.KEYS_DIR).exists()


def test_the_command_names_a_variable_of_no_campus(campus, give):
    campus("model")
    give(TWO, name="ISSUER_KEYS_MODLE")
    err = StringIO()
    run("list", err=err)
    assert err.getvalue() == "ISSUER_KEYS_MODLE belongs to no campus here.\n"


def test_awards_are_signed_with_the_newest_given_key(campus, give):
    give(TWO)  # before the bodies' decisions are signed
    made, used = definition(campus("model")), []
    for newest in range(1, 4):
        give("".join(map(pem, ED[:newest])) + pem(RSA))
        used.append(award(made).credential["proof"][0]["verificationMethod"].rpartition("#")[2])
    assert used == ["ed-1", "ed-2", "ed-3"]
