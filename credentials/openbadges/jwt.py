"""The second form: the credential as a compact JWS, RS256, with the `kid` an https address of one JWK.

Source: Open Badges 3.0, "JSON Web Token Proof Format" (the credential itself is the payload; alg, kid, jwk
and typ are the only headers; iss, jti, sub, nbf and exp repeat the credential's own members); RFC 7515, RFC
7517.
"""

import datetime as dt
import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from credentials.openbadges.keys import IssuerKey
from credentials.openbadges.multibase import base64url_decode, base64url_encode
from credentials.openbadges.parsing import check_size, parse_json
from credentials.openbadges.proof import issuer_id
from credentials.openbadges.public_keys import ALGORITHMS, PublicKey, fits
from credentials.openbadges.rules import check

Json = dict[str, Any]

CLAIMS = ("iss", "jti", "nbf", "sub", "exp", "iat")
HEADERS = {"alg", "kid", "jwk", "typ"}
# Parts of a learner record: a token is never canonicalised whole, and each credential in it is measured by itself.
MOST_OF_RECORD = 60_000


class JwtError(ValueError):
    """The token does not hold: the sentence says why."""


class JwtUnknown(JwtError):
    """Nothing can be said: an algorithm that is not known here, or a key that cannot be had."""


def encode(document: Json, key: IssuerKey, kid: str) -> str:
    """The unsigned document of `document.build` as VC-JWT. ValueError for one that bears a proof already."""
    if "proof" in document:
        raise ValueError("proof: the JWT form is made of the unsigned document")
    check(document)
    header = segment({"alg": "RS256", "kid": kid, "typ": "JWT"})
    signing_input = f"{header}.{segment(document | claims(document))}"
    signature = key.rsa().sign(signing_input.encode(), PKCS1v15(), SHA256())
    return f"{signing_input}.{base64url_encode(signature)}"


def segment(value: Json) -> str:
    return base64url_encode(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def claims(document: Mapping[str, Any]) -> Json:
    """The registered claims that must repeat the credential's members. ValueError when those are unsound."""
    found: Json = {
        "iss": issuer_id(document),
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": numeric_date(document["validFrom"]),
    }
    if "validUntil" in document:
        found["exp"] = numeric_date(document["validUntil"])
    return found


def numeric_date(text: str) -> int:
    value = dt.datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return int(value.timestamp())


def decode(token: str, resolve_key: Callable[[str, Json], PublicKey | None]) -> Json:
    """The credential in a token, without the registered claims, once the signature and the claims hold.

    `resolve_key(kid, header)` gives the key. JwtUnknown when nothing can be said, JwtError when it does not
    hold.
    """
    payload = verified(token, resolve_key)
    same_claims(payload)
    return credential(payload)


def verified(
    token: str, resolve_key: Callable[[str, Json], PublicKey | None], types: Collection[str] = ("JWT",)
) -> Json:
    """The payload of a token once its signature holds; errors as in `decode`."""
    header, payload, signature = parts(token)
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise JwtUnknown(f"it is signed by {algorithm!r}, which cannot be checked here")
    if not set(header) <= HEADERS or header.get("typ", "JWT") not in types:
        raise JwtError("its header holds what the specification does not allow")
    kid = header.get("kid")
    key = resolve_key(kid if isinstance(kid, str) else "", header)
    if key is None:
        raise JwtUnknown("the key that signed it cannot be had")
    if not isinstance(key, ALGORITHMS[algorithm]) or not fits(
        key, signature, token.rpartition(".")[0].encode()
    ):
        raise JwtError("its signature does not fit what it says")
    return payload


def parts(token: str) -> tuple[Json, Json, bytes]:
    """Header, payload and signature, unverified. JwtError when it is not a compact JWS of JSON objects."""
    pieces = token.split(".")
    if len(pieces) != 3:
        raise JwtError("it is not a compact JWS")
    try:
        header = parse_json(base64url_decode(pieces[0]))
        payload = parse_json(base64url_decode(pieces[1]), most=MOST_OF_RECORD)
        if not is_record(payload):
            check_size(payload)
        return header, payload, base64url_decode(pieces[2])
    except ValueError as error:
        raise JwtError("it is not a compact JWS of JSON objects") from error


def is_record(credential: Json) -> bool:
    """Whether it says that it is a Comprehensive Learner Record."""
    types = credential.get("type")
    return isinstance(types, list) and "ClrCredential" in types


def same_claims(payload: Json) -> None:
    """JwtError unless each registered claim says what the credential says."""
    try:
        expected = claims(payload)
    except (KeyError, TypeError, ValueError) as error:
        raise JwtError("it lacks an issuer, an id, a holder or a date") from error
    for name in ("iss", "jti", "sub", "nbf", "exp"):
        if payload.get(name) != expected.get(name):
            raise JwtError(f"its claim {name} does not say what the credential says")


def credential(payload: Json) -> Json:
    """The credential without the registered claims around it; of the older form, 1.1, what its claim `vc` holds."""
    older = payload.get("vc")
    if isinstance(older, dict) and "@context" not in payload:
        return older
    return {name: value for name, value in payload.items() if name not in CLAIMS}
