"""Data Integrity proofs, `eddsa-rdfc-2022`: sign a document and verify one.

The signature is over SHA-256 of the canonical proof options followed by SHA-256 of the canonical document.
Source: W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.2; VC Data Integrity 1.0, section 4.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from credentials.openbadges import rdf
from credentials.openbadges.keys import IssuerKey
from credentials.openbadges.multibase import base58_decode, base58_encode
from credentials.openbadges.public_keys import PublicKey, fits
from credentials.openbadges.rules import check, moment

Json = dict[str, Any]
SUITE = "eddsa-rdfc-2022"
# Verified here, with the kind of key that each takes. Both hash with SHA-256 what the same canonicalisation gives.
SUITES: dict[str, type[Any]] = {SUITE: Ed25519PublicKey, "ecdsa-rdfc-2019": EllipticCurvePublicKey}
PLACEHOLDER = "1970-01-01T00:00:00Z"


class ProofError(ValueError):
    """The proof does not hold: the sentence says why."""


class ProofUnknown(ProofError):
    """Nothing can be said: the proof's kind is not known here, or its key cannot be had."""


def sign(document: Json, key: IssuerKey, created: dt.datetime) -> Json:
    """A copy of the document with its proof, by the key of the issuer that the document names.

    Works for credentials, status lists and endorsements. ValueError for what must not be signed.
    """
    check(document)
    return attach(document, rdf.canonical(document), key, moment("created", created))


def attach(document: Json, canonical: str, key: IssuerKey, created: str) -> Json:
    """The document with a proof over its canonical form."""
    method = f"{issuer_id(document)}#{key.kid}"
    contexts = tuple(document["@context"])
    signature = key.ed25519().sign(to_sign(options(contexts, method), created, canonical))
    value = {"proofValue": "z" + base58_encode(signature)}
    return document | {"proof": [proof_options(method, created) | value]}


def issuer_id(document: Mapping[str, Any]) -> str:
    issuer = document["issuer"]
    return str(issuer if isinstance(issuer, str) else issuer["id"])


def proof_options(method: str, created: str) -> Json:
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": created,
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }


@lru_cache(maxsize=512)
def options(contexts: tuple[str, ...], method: str) -> tuple[str, str]:
    """Canonical proof options around the time of signing, the only part that changes."""
    nquads = rdf.canonical({"@context": list(contexts), **proof_options(method, PLACEHOLDER)})
    before, after = nquads.split(PLACEHOLDER)
    return before, after


def to_sign(around: tuple[str, str], created: str, canonical: str) -> bytes:
    before, after = around
    options_hash = hashlib.sha256(f"{before}{created}{after}".encode()).digest()
    return options_hash + hashlib.sha256(canonical.encode()).digest()


def verify_proof(document: Mapping[str, Any], resolve_key: Callable[[str], PublicKey | None]) -> None:
    """Return when every proof of a kind known here holds, by the key that `resolve_key` gives for its method.

    ProofUnknown when none is of a known kind or a key cannot be had; ProofError when there is none or one does not
    hold.
    """
    proofs = document.get("proof", [])
    known = [proof for proof in (proofs if isinstance(proofs, list) else [proofs]) if is_known(proof)]
    if not proofs:
        raise ProofError("it bears no signature")
    if not known:
        raise ProofUnknown(f"it bears no signature of a kind that is known here{_kinds(proofs)}")
    body = {name: value for name, value in document.items() if name != "proof"}
    canonical = rdf.canonical(body)
    for proof in known:
        verify_one(body["@context"], canonical, proof, resolve_key)


def is_known(proof: object) -> bool:
    return isinstance(proof, dict) and str(proof.get("cryptosuite")) in SUITES


def _kinds(proofs: Any) -> str:
    """The kinds of signature that it bears, as far as they have plain names."""
    bears = [p for p in (proofs if isinstance(proofs, list) else [proofs]) if isinstance(p, dict)]
    names = {str(p.get("cryptosuite") or p.get("type")) for p in bears}
    plain = sorted(
        name for name in names if name.isascii() and name.replace("-", "").isalnum() and len(name) < 40
    )
    return f" (it has {', '.join(plain)})" if plain else ""


def verify_one(
    contexts: Any, canonical: str, proof: Json, resolve_key: Callable[[str], PublicKey | None]
) -> None:
    method, value = proof.get("verificationMethod"), proof.get("proofValue")
    if not isinstance(method, str) or not isinstance(value, str) or not value.startswith("z"):
        raise ProofError("its signature is not written as the specification asks")
    if proof.get("proofPurpose") != "assertionMethod" or proof.get("type") != "DataIntegrityProof":
        raise ProofError("its signature was made for another purpose")
    key = resolve_key(method)
    if key is None:
        raise ProofUnknown("the key that signed it cannot be had")
    unsigned = {name: member for name, member in proof.items() if name != "proofValue"}
    config = rdf.canonical(unsigned | {"@context": contexts})
    hashes = hashlib.sha256(config.encode()).digest() + hashlib.sha256(canonical.encode()).digest()
    if not isinstance(key, SUITES[proof["cryptosuite"]]) or not fits(key, _signature(value), hashes):
        raise ProofError("its signature does not fit what it says")


def _signature(value: str) -> bytes:
    try:
        return base58_decode(value[1:200])
    except ValueError as error:
        raise ProofError("its signature is not written as the specification asks") from error
