"""Whose key signed it: from the name of a key to the key, and whether the issuer owns it.

The documents come from the caller, who answers for its own origin without the network.
Source: DID Core 1.0, sections 5.2, 5.3 and 7.1; did:key; Open Badges 3.0 Implementation Guide, "Key
provenance".
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from credentials.openbadges.proof import ProofUnknown
from credentials.openbadges.public_keys import PublicKey, from_jwk, from_method, from_multibase
from credentials.openbadges.rules import IRI

Json = dict[str, Any]


class NotHad(ProofUnknown):
    """A document cannot be had; the sentence says why. `status` is what the host answered, or 0."""

    def __init__(self, sentence: str, status: int = 0) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class Resolver:
    """Where documents come from; each function gives None or raises NotHad when it cannot have one.

    `did_document(id)` of an issuer, `jwk(url)` of one JWK or of a set, `status_list(url)` as a document or as its text,
    and `document(url)` of anything else that an issuer publishes as JSON.
    """

    did_document: Callable[[str], Mapping[str, Any] | None]
    jwk: Callable[[str], Mapping[str, Any] | None]
    status_list: Callable[[str], Mapping[str, Any] | bytes | str | None]
    document: Callable[[str], Mapping[str, Any] | None] = lambda url: None

    def controller(self, issuer: str) -> Mapping[str, Any] | None:
        """The issuer's document; the functions are asked about sound addresses only."""
        return self.did_document(issuer) if IRI.fullmatch(issuer) else None

    def one_jwk(self, url: str) -> Mapping[str, Any] | None:
        return self.jwk(url) if IRI.fullmatch(url) else None

    def published_list(self, url: str) -> Mapping[str, Any] | bytes | str | None:
        return self.status_list(url) if IRI.fullmatch(url) else None

    def published(self, url: str) -> Mapping[str, Any] | None:
        return self.document(url) if IRI.fullmatch(url) else None


class NotTheIssuers(ValueError):
    """The key is not one that the issuer signs with."""


def method_key(issuer: str, method: str, resolver: Resolver) -> PublicKey | None:
    """The key behind a verification method of the issuer.

    None when the issuer's document cannot be had; NotTheIssuers when the issuer has no such key.
    """
    name = method.partition("#")[0]
    if name != issuer:
        if issuer.startswith("https://") and same_host(issuer, name):
            return _key_at(method, issuer, resolver)
        raise NotTheIssuers(f"It names {issuer} as issuer but is signed by a key of {name}.")
    if issuer.startswith("did:key:"):
        return did_key(issuer, method)
    document = resolver.controller(issuer)
    if document is None:
        return None
    for found in assertion_methods(document, issuer):
        if absolute(found.get("id"), issuer) == method:
            return from_method(found)
    raise NotTheIssuers(f"{issuer} has no key of that name.")


def _key_at(method: str, issuer: str, resolver: Resolver) -> PublicKey | None:
    """A key that stands at an address of its own at the issuer's host, by itself or in the document of its owner."""
    found = resolver.published(method.partition("#")[0])
    if found is None:
        return None
    for candidate in [found, *listed(found, "verificationMethod"), *listed(found, "assertionMethod")]:
        if isinstance(candidate, Mapping) and candidate.get("id") == method:
            if candidate.get("controller", issuer) != issuer:
                raise NotTheIssuers(f"The key at {method} is not one of {issuer}.")
            return from_method(candidate)
    raise NotTheIssuers(f"There is no key at {method}.")


def same_host(one: str, other: str) -> bool:
    """Whether two addresses, or an address and a did:web, are of the same host and port."""
    return host_of(one) == host_of(other) != ""


def host_of(name: str) -> str:
    """The host, and its port if any, behind an https address or a did:web; empty for anything else."""
    if name.startswith("did:web:"):
        return name.split("#")[0].split(":")[2].replace("%3A", ":").replace("%3a", ":").lower()
    try:
        parts = urlsplit(name)
    except ValueError:
        return ""
    return parts.netloc.lower() if parts.scheme in ("https", "http") else ""


def did_key(issuer: str, method: str) -> PublicKey:
    name = issuer.removeprefix("did:key:")
    try:
        if method == f"{issuer}#{name}":
            return from_multibase(name)
    except ValueError:
        pass
    raise NotTheIssuers(f"{issuer} is not an Ed25519 or P-256 key.")


def token_key(issuer: str, kid: str, header: Mapping[str, Any], resolver: Resolver) -> PublicKey | None:
    """The key of a VC-JWT, by its `kid` (an address or a DID address) or the `jwk` in its header.

    None when it or the issuer's document cannot be had; NotTheIssuers when the issuer does not publish it.
    """
    if issuer.startswith("did:key:"):
        return did_key(issuer, kid if "#" in kid else f"{issuer}#{issuer.removeprefix('did:key:')}")
    if issuer.startswith("https://"):
        return _key_of_host(issuer, kid, header, resolver)
    document = resolver.controller(issuer)
    if document is None:
        return None
    own = [
        (absolute(method.get("id"), issuer), from_method(method))
        for method in assertion_methods(document, issuer)
    ]
    if kid.startswith(("did:", "#")):
        wanted = next((key for name, key in own if name == absolute(kid, issuer)), None)
    else:
        jwk = resolver.one_jwk(kid) if kid else header.get("jwk")
        if jwk is None:
            return None
        wanted = named(jwk, kid)
    if wanted is None or all(key is None or key != wanted for _, key in own):
        raise NotTheIssuers(f"The key that it names is not one of {issuer}.")
    return wanted


def _key_of_host(issuer: str, kid: str, header: Mapping[str, Any], resolver: Resolver) -> PublicKey | None:
    """The key of an issuer that is an address: published at its host, by itself or in the host's set of keys."""
    if kid.startswith("https://") and not same_host(issuer, kid):
        raise NotTheIssuers(f"It names {issuer} as issuer but is signed by a key of {host_of(kid)}.")
    jwks = kid if kid.startswith("https://") else f"https://{host_of(issuer)}/.well-known/jwks.json"
    found = resolver.one_jwk(jwks)
    if found is None:
        return None
    embedded = header.get("jwk")
    if kid:
        wanted = named(found, kid)
    else:
        wanted = named(embedded, "") if isinstance(embedded, Mapping) else None
        if wanted is not None and all(_as_key(one) != wanted for one in listed(found, "keys")):
            wanted = None
    if wanted is None or found.get("iss", issuer) != issuer:
        raise NotTheIssuers(f"The key that it names is not one that {host_of(issuer)} publishes.")
    return wanted


def named(found: Any, kid: str) -> PublicKey | None:
    """The key of a JWK, or that of this name in a set of them; None when there is none that is read here."""
    if not isinstance(found, Mapping):
        return None
    keys = [one for one in listed(found, "keys") if isinstance(one, Mapping)]
    if not keys:
        return _as_key(found)
    fitting = [one for one in keys if one.get("kid") in (kid, kid.partition("#")[2])]
    return _as_key(fitting[0] if fitting else keys[0]) if fitting or len(keys) == 1 else None


def _as_key(jwk: Any) -> PublicKey | None:
    try:
        return from_jwk(jwk) if isinstance(jwk, Mapping) else None
    except ValueError:
        return None


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
