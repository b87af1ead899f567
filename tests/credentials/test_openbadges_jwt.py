"""The JWT form: header, claims, and what is refused."""

import json
import random

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from credentials.openbadges import did, document, jwt, keys, proof, public_keys
from credentials.openbadges.multibase import base64url_decode, base64url_encode
from tests.credentials.openbadges_examples import (
    DID,
    ISSUER,
    NOW,
    ORIGIN,
    PLAIN,
    RICH,
    SLUG,
    full_award,
    minimal_award,
)

KID = "https://badges.example.org/issuers/model/keys/rsa-1.json"


@pytest.fixture(scope="module")
def issuer_keys(tmp_path_factory):
    return keys.issuer_keys(tmp_path_factory.mktemp("keys"), SLUG)


@pytest.fixture(scope="module")
def unsigned():
    return document.build(ISSUER, RICH, full_award())


@pytest.fixture(scope="module")
def token(issuer_keys, unsigned):
    return jwt.encode(unsigned, issuer_keys.jwt_key, did.jwk_url(ORIGIN, SLUG, "rsa-1"))


@pytest.fixture
def resolve(issuer_keys):
    return lambda kid, header: issuer_keys.jwt_key.rsa().public_key() if kid == KID else None


def resigned(issuer_keys, header, payload):
    """A token of the issuer over any header and payload."""
    pieces = [base64url_encode(json.dumps(part).encode()) for part in (header, payload)]
    signature = issuer_keys.jwt_key.rsa().sign(".".join(pieces).encode(), PKCS1v15(), SHA256())
    return ".".join([*pieces, base64url_encode(signature)])


def test_header_and_claims_are_those_of_the_specification(token, unsigned):
    header, payload = (json.loads(base64url_decode(piece)) for piece in token.split(".")[:2])
    assert header == {"alg": "RS256", "kid": KID, "typ": "JWT"}
    assert payload == unsigned | {
        "iss": DID,
        "jti": unsigned["id"],
        "sub": unsigned["credentialSubject"]["id"],
        "nbf": 1767614400,  # 2026-01-05T12:00:00Z
        "exp": 1862308800,  # 2029-01-05T12:00:00Z
    }


def test_a_token_gives_its_credential(token, unsigned, resolve):
    assert jwt.decode(token, resolve) == unsigned


def test_without_an_end_there_is_no_exp(issuer_keys, resolve):
    unsigned = document.build(ISSUER, PLAIN, minimal_award())
    made = jwt.encode(unsigned, issuer_keys.jwt_key, KID)
    assert "exp" not in json.loads(base64url_decode(made.split(".")[1]))
    assert jwt.decode(made, resolve) == unsigned


def test_any_changed_character_is_rejected(token, resolve):
    dice = random.Random(1)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
    places = {*dice.sample(range(len(token)), 400), *range(60), *range(len(token) - 400, len(token))}
    for place in places:
        other = dice.choice(letters.replace(token[place], ""))
        with pytest.raises(jwt.JwtError):
            jwt.decode(token[:place] + other + token[place + 1 :], resolve)


def test_the_unused_bits_of_the_last_character_are_not_ignored(token, resolve):
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    accepted = [last for last in letters if decodes(token[:-1] + last, resolve)]
    assert accepted == [token[-1]]


def decodes(token, resolve):
    try:
        return bool(jwt.decode(token, resolve))
    except jwt.JwtError:
        return False


@pytest.mark.parametrize("claim", ["iss", "jti", "sub", "nbf", "exp"])
def test_a_claim_that_says_otherwise_is_rejected(issuer_keys, unsigned, resolve, claim):
    header = {"alg": "RS256", "kid": KID, "typ": "JWT"}
    sound = unsigned | jwt.claims(unsigned)
    assert jwt.decode(resigned(issuer_keys, header, sound), resolve) == unsigned
    for wrong in (sound | {claim: "other"}, {name: v for name, v in sound.items() if name != claim}):
        with pytest.raises(jwt.JwtError, match=f"claim {claim}"):
            jwt.decode(resigned(issuer_keys, header, wrong), resolve)


@pytest.mark.parametrize(
    ("header", "error", "message"),
    [
        ({"alg": "none", "kid": KID}, jwt.JwtUnknown, "'none'"),
        ({"alg": "HS256", "kid": KID}, jwt.JwtUnknown, "'HS256'"),
        ({"kid": KID}, jwt.JwtUnknown, "None"),
        ({"alg": "RS256", "kid": KID, "crit": ["b64"]}, jwt.JwtError, "its header"),
        ({"alg": "RS256", "kid": KID, "typ": "vc+jwt"}, jwt.JwtError, "its header"),
        ({"alg": "RS256", "kid": "https://other.example/key"}, jwt.JwtUnknown, "cannot be had"),
        ({"alg": "RS256"}, jwt.JwtUnknown, "cannot be had"),
    ],
)
def test_other_headers_are_not_accepted(issuer_keys, unsigned, resolve, header, error, message):
    made = resigned(issuer_keys, header, unsigned | jwt.claims(unsigned))
    with pytest.raises(error, match=message):
        jwt.decode(made, resolve)


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "e30.e30.é", "e30.W10.AA", "e30.e30.AA.AA"])
def test_what_is_no_token_is_said_so(text, resolve):
    with pytest.raises(jwt.JwtError):
        jwt.decode(text, resolve)


def test_a_signed_document_is_not_wrapped_again(issuer_keys, unsigned):
    signed = proof.sign(unsigned, issuer_keys.signing_key, NOW)
    with pytest.raises(ValueError, match="proof: the JWT form is made of the unsigned document"):
        jwt.encode(signed, issuer_keys.jwt_key, KID)


def test_weak_private_and_foreign_keys_are_no_keys():
    weak = keys.IssuerKey("rsa-1", generate_private_key(65537, 1024)).jwk()
    strong = keys.IssuerKey("rsa-1", generate_private_key(65537, 2048)).jwk()
    assert public_keys.rsa_from_jwk(strong).key_size == 2048
    for bad in (weak, strong | {"d": "AQAB"}, strong | {"e": "AA"}, {"kty": "EC"}, {}, strong | {"n": 5}):
        with pytest.raises(ValueError, match=r"RSA|base64url|exponent"):
            public_keys.rsa_from_jwk(bad)
