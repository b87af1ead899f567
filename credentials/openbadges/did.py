"""Who the issuer is to a stranger: `did:web`, its document, its keys as JWK, and the addresses of them all.

Source: did:web method specification; DID Core 1.0; Open Badges 3.0 Implementation Guide, "Key provenance".
"""

import re
import uuid
from typing import Any
from urllib.parse import quote, urlsplit

from credentials.openbadges.keys import SLUG, IssuerKey, KeySet

# did/v1 must stand first: some verifiers frame the document by it.
DID_CONTEXTS = [
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/jwk/v1",
]

BODY = re.compile(r"[a-z][a-z0-9_-]{0,99}")


def issuer_did(origin: str, slug: str) -> str:
    """`did:web:<host>:issuers:<slug>`; ValueError unless `origin` is a bare https origin and `slug` plain."""
    parts = urlsplit(origin)
    if parts.scheme != "https" or not parts.netloc or parts.path or parts.query or "@" in parts.netloc:
        raise ValueError(f"origin: {origin!r} is not an https origin such as https://badges.example.org")
    if not SLUG.fullmatch(slug):
        raise ValueError(f"slug: {slug!r} is not a plain slug")
    return f"did:web:{quote(parts.netloc, safe='')}:issuers:{slug}"


def body_did(origin: str, slug: str, body: str) -> str:
    """The DID of a body of the issuer; ValueError unless `body` is a plain name."""
    if not BODY.fullmatch(body):
        raise ValueError(f"body: {body!r} is not a plain name")
    return f"{issuer_did(origin, slug)}:bodies:{body}"


def did_web_url(did: str) -> str:
    """Where the document of a did:web is; ValueError for any other DID."""
    parts = did.split(":")
    if parts[:2] != ["did", "web"] or len(parts) < 3 or not all(parts):
        raise ValueError(f"{did!r} is not a did:web")
    host = parts[2].replace("%3A", ":").replace("%3a", ":")
    path = "/".join(parts[3:]) or ".well-known"
    return f"https://{host}/{path}/did.json"


def issuer_url(origin: str, slug: str) -> str:
    return f"{origin}/issuers/{slug}"


def body_url(origin: str, slug: str, body: str) -> str:
    return f"{issuer_url(origin, slug)}/bodies/{body}"


def endorsement_url(origin: str, endorsement: uuid.UUID) -> str:
    """The id of a body's decision, and the page where it stands."""
    return f"{origin}/endorsements/{endorsement}"


def did_url(origin: str, slug: str) -> str:
    return f"{issuer_url(origin, slug)}/did.json"


def jwks_url(origin: str, slug: str) -> str:
    return f"{issuer_url(origin, slug)}/jwks.json"


def jwk_url(origin: str, slug: str, kid: str) -> str:
    """The address of one JWK, which the `kid` of a VC-JWT must be."""
    return f"{issuer_url(origin, slug)}/keys/{kid}.json"


def status_list_url(origin: str, slug: str, name: int | str | uuid.UUID) -> str:
    return f"{issuer_url(origin, slug)}/status/{name}.json"


def award_url(origin: str, award: uuid.UUID) -> str:
    """The credential's id, and the page where it stands."""
    return f"{origin}/awards/{award}"


def did_document(origin: str, keys: KeySet) -> dict[str, Any]:
    """Every key the issuer ever signed with, each an assertion method, so that older credentials verify."""
    did = issuer_did(origin, keys.slug)
    methods = [verification_method(did, key) for key in keys.keys]
    return {
        "@context": DID_CONTEXTS,
        "id": did,
        "alsoKnownAs": [issuer_url(origin, keys.slug)],
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def body_document(origin: str, keys: KeySet, body: str) -> dict[str, Any]:
    """A body signs with its campus's Ed25519 keys, under its own DID; every one ever used is there."""
    did = body_did(origin, keys.slug, body)
    methods = [verification_method(did, key) for key in keys.keys if key.kid.startswith("ed-")]
    return {
        "@context": DID_CONTEXTS,
        "id": did,
        "alsoKnownAs": [body_url(origin, keys.slug, body)],
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def verification_method(did: str, key: IssuerKey) -> dict[str, Any]:
    method = {"id": f"{did}#{key.kid}", "controller": did}
    if key.kid.startswith("ed-"):
        return method | {"type": "Multikey", "publicKeyMultibase": key.multibase()}
    return method | {"type": "JsonWebKey", "publicKeyJwk": key.jwk()}


def jwks(origin: str, keys: KeySet) -> dict[str, Any]:
    """The issuer's JWK Set, newest first, with the issuer it belongs to."""
    return {"keys": [named_jwk(origin, keys, key) for key in reversed(keys.keys)]}


def jwk(origin: str, keys: KeySet, kid: str) -> dict[str, str] | None:
    """The one JWK that `jwk_url` names; None when the issuer has no such key."""
    key = keys.find(kid)
    return named_jwk(origin, keys, key) if key else None


def named_jwk(origin: str, keys: KeySet, key: IssuerKey) -> dict[str, str]:
    return key.jwk() | {
        "kid": jwk_url(origin, keys.slug, key.kid),
        "iss": issuer_did(origin, keys.slug),
    }
