"""Whose key signed it: from the name of a key to the key, and whether the issuer owns it.

The documents come from the caller, who answers for its own origin without the network.
Source: DID Core 1.0, sections 5.2, 5.3 and 7.1; did:key; Open Badges 3.0 Implementation Guide, "Key
provenance".
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from credentials.openbadges.jwt import rsa_from_jwk
from credentials.openbadges.keys import ed25519_from_multibase
from credentials.openbadges.multibase import base64url_decode
from credentials.openbadges.rules import IRI

Json = dict[str, Any]


@dataclass(frozen=True)
class Resolver:
    """Where documents come from; each function gives None when it cannot have one.

    `did_document(did)`, `jwk(url)` of one JWK, and `status_list(url)` as a document or as its JSON text.
    """

    did_document: Callable[[str], Mapping[str, Any] | None]
    jwk: Callable[[str], Mapping[str, Any] | None]
    status_list: Callable[[str], Mapping[str, Any] | bytes | str | None]

    def controller(self, issuer: str) -> Mapping[str, Any] | None:
        """The issuer's document; the functions are asked about sound addresses only."""
        return self.did_document(issuer) if IRI.fullmatch(issuer) else None

    def one_jwk(self, url: str) -> Mapping[str, Any] | None:
        return self.jwk(url) if IRI.fullmatch(url) else None

    def published_list(self, url: str) -> Mapping[str, Any] | bytes | str | None:
        return self.status_list(url) if IRI.fullmatch(url) else None


class NotTheIssuers(ValueError):
    """The key is not one that the issuer signs with."""


def ed25519_key(issuer: str, method: str, resolver: Resolver) -> Ed25519PublicKey | None:
    """The key behind a verification method of the issuer.

    None when the issuer's document cannot be had; NotTheIssuers when the issuer has no such key.
    """
    did = method.partition("#")[0]
    if did != issuer:
        raise NotTheIssuers(f"It names {issuer} as issuer but is signed by a key of {did}.")
    if issuer.startswith("did:key:"):
        return did_key(issuer, method)
    document = resolver.controller(issuer)
    if document is None:
        return None
    for found in assertion_methods(document, issuer):
        if absolute(found.get("id"), issuer) == method:
            return ed25519_of(found)
    raise NotTheIssuers(f"{issuer} has no key of that name.")


def did_key(issuer: str, method: str) -> Ed25519PublicKey:
    name = issuer.removeprefix("did:key:")
    try:
        if method == f"{issuer}#{name}":
            return ed25519_from_multibase(name)
    except ValueError:
        pass
    raise NotTheIssuers(f"{issuer} is not an Ed25519 key.")


def rsa_key(issuer: str, kid: str, header: Mapping[str, Any], resolver: Resolver) -> RSAPublicKey | None:
    """The key of a VC-JWT, by its `kid` (an address or a DID address) or the `jwk` in its header.

    None when it or the issuer's document cannot be had; NotTheIssuers when the issuer does not publish it.
    """
    document = resolver.controller(issuer)
    if document is None:
        return None
    own = [
        (absolute(method.get("id"), issuer), rsa_of(method)) for method in assertion_methods(document, issuer)
    ]
    if kid.startswith("did:"):
        wanted = next((key for name, key in own if name == kid), None)
    else:
        jwk = resolver.one_jwk(kid) if kid else header.get("jwk")
        if jwk is None:
            return None
        wanted = rsa_of({"publicKeyJwk": jwk})
    if wanted is None or all(key is None or key != wanted for _, key in own):
        raise NotTheIssuers(f"The key that it names is not one of {issuer}.")
    return wanted


def assertion_methods(document: Mapping[str, Any], did: str) -> Iterator[Json]:
    """The verification methods that the controller itself uses to make assertions."""
    if document.get("id") != did:
        return
    allowed = listed(document, "assertionMethod")
    names = {absolute(item, did) for item in allowed if isinstance(item, str)}
    embedded = [item for item in allowed if isinstance(item, dict)]
    for method in [*embedded, *listed(document, "verificationMethod")]:
        if not isinstance(method, dict) or method.get("controller") != did:
            continue
        if method in embedded or absolute(method.get("id"), did) in names:
            yield method


def listed(document: Mapping[str, Any], name: str) -> list[Any]:
    value = document.get(name, [])
    return value if isinstance(value, list) else [value]


def absolute(name: object, did: str) -> str:
    """A relative name such as `#ed-1` with its DID in front."""
    text = name if isinstance(name, str) else ""
    return did + text if text.startswith("#") else text


def ed25519_of(method: Json) -> Ed25519PublicKey | None:
    """The Ed25519 key of a Multikey or JsonWebKey; None when it is of another kind."""
    jwk = method.get("publicKeyJwk")
    try:
        if isinstance(jwk, dict):
            raw = base64url_decode(str(jwk.get("x"))) if jwk.get("crv") == "Ed25519" else b""
            return Ed25519PublicKey.from_public_bytes(raw)
        return ed25519_from_multibase(str(method.get("publicKeyMultibase", "")))
    except ValueError:
        return None


def rsa_of(method: Mapping[str, Any]) -> RSAPublicKey | None:
    jwk = method.get("publicKeyJwk")
    try:
        return rsa_from_jwk(jwk) if isinstance(jwk, Mapping) else None
    except ValueError:
        return None
