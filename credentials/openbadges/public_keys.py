"""Public keys as others write them, and whether a signature fits: RSA, P-256 and Ed25519, as JWK, Multikey or did:key.

Source: RFC 7517, RFC 7518 section 3, RFC 8037; Controlled Identifiers 1.0, section 2.2 (Multikey, JsonWebKey);
did:key; Data Integrity ECDSA Cryptosuites 1.0, section 3.2 (signatures are 64 bytes, r then s).
"""

from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from credentials.openbadges.keys import ed25519_from_multibase
from credentials.openbadges.multibase import base58_decode, base64url_decode

Json = dict[str, Any]
PublicKey = Ed25519PublicKey | EllipticCurvePublicKey | RSAPublicKey
P256 = b"\x80\x24"  # the multicodec of a compressed P-256 public key
ALGORITHMS: dict[str, type[Any]] = {
    "RS256": RSAPublicKey,
    "ES256": EllipticCurvePublicKey,
    "EdDSA": Ed25519PublicKey,
}


def fits(key: PublicKey, signature: bytes, data: bytes) -> bool:
    """Whether the key made this signature over the data, by the one way of signing that its kind has here."""
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(signature, data, PKCS1v15(), SHA256())
        elif isinstance(key, Ed25519PublicKey):
            key.verify(signature, data)
        else:
            key.verify(_der(signature), data, ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def _der(signature: bytes) -> bytes:
    if len(signature) != 64:
        raise ValueError("a P-256 signature has 64 bytes")
    return encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))


def from_jwk(jwk: Mapping[str, Any]) -> PublicKey:
    """The public key of a JWK; ValueError when it is none that is read here, weak, or holds a private part."""
    if "d" in jwk:
        raise ValueError("a private key is no proof of anything")
    if jwk.get("kty") == "EC" and jwk.get("crv") == "P-256":
        x, y = (int.from_bytes(base64url_decode(str(jwk.get(part, "")))) for part in ("x", "y"))
        return EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key()
    if jwk.get("kty") == "OKP" and jwk.get("crv") == "Ed25519":
        return Ed25519PublicKey.from_public_bytes(base64url_decode(str(jwk.get("x", ""))))
    return rsa_from_jwk(jwk)


def rsa_from_jwk(jwk: Mapping[str, Any]) -> RSAPublicKey:
    """The RSA public key of a JWK; ValueError when it is none, weak, or holds a private part."""
    if jwk.get("kty") != "RSA" or "d" in jwk:
        raise ValueError("not a public RSA key")
    n, e = (int.from_bytes(base64url_decode(str(jwk.get(part, "")))) for part in ("n", "e"))
    if not 2048 <= n.bit_length() <= 8192 or not 3 <= e < 2**32:
        raise ValueError("an RSA key of 2048 to 8192 bits with an ordinary exponent is wanted")
    return RSAPublicNumbers(e, n).public_key()


def from_multibase(text: str) -> PublicKey:
    """The key of a Multikey value, Ed25519 or P-256; ValueError when it is none."""
    data = base58_decode(text[1:]) if text.startswith("z") and len(text) < 100 else b""
    if data.startswith(P256) and len(data) == 35:
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), data[2:])
    return ed25519_from_multibase(text)


def from_method(method: Mapping[str, Any]) -> PublicKey | None:
    """The key of a verification method; None when it is of a kind that is not read here."""
    jwk = method.get("publicKeyJwk")
    try:
        if isinstance(jwk, Mapping):
            return from_jwk(jwk)
        return from_multibase(str(method.get("publicKeyMultibase", "")))
    except ValueError:
        return None


def from_pem(text: str) -> PublicKey:
    """The key of a PEM text; ValueError when it is none that is read here, or weak."""
    try:
        found = load_pem_public_key(text.encode())
    except Exception as error:  # the library raises many kinds for what is no key
        raise ValueError("not a public key") from error
    if isinstance(found, RSAPublicKey) and 2048 <= found.key_size <= 8192:
        return found
    if isinstance(found, Ed25519PublicKey) or (
        isinstance(found, EllipticCurvePublicKey) and isinstance(found.curve, SECP256R1)
    ):
        return found
    raise ValueError("not a key of a kind that is read here")
