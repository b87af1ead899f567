"""An issuer's keys: Ed25519 for the proof in a document (`ed-1`, ...), RSA-2048 for the JWT (`rsa-1`, ...).

They live in files outside the database, `<keys_dir>/<slug>/ed-1.pem`, readable by the service alone, and are
never rewritten: rotation adds the next number, and older keys stay published so that what they signed
verifies.
Source: Open Badges 3.0, "Proofs (Signatures)"; VC Data Integrity EdDSA Cryptosuites 1.0, section 2.1.1
(Multikey).
"""

import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from credentials.openbadges.multibase import base58_decode, base58_encode, base64url_encode

Kind = Literal["ed", "rsa"]
KINDS: tuple[Kind, ...] = ("ed", "rsa")
SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
KEY_FILE = re.compile(r"(ed|rsa)-([1-9][0-9]*)\.pem")
ED25519_PUBLIC = b"\xed\x01"  # the multicodec of an Ed25519 public key


class KeyFileError(Exception):
    """A key cannot be read or made; says which file and what to do."""


@dataclass(frozen=True)
class IssuerKey:
    """One key pair and the name that it has in the DID document."""

    kid: str
    private: Ed25519PrivateKey | RSAPrivateKey

    def multibase(self) -> str:
        """The public key as a Multikey value; Ed25519 only."""
        return public_multibase(self.ed25519().public_key())

    def ed25519(self) -> Ed25519PrivateKey:
        if not isinstance(self.private, Ed25519PrivateKey):
            raise ValueError(f"{self.kid} is not an Ed25519 key")
        return self.private

    def rsa(self) -> RSAPrivateKey:
        if not isinstance(self.private, RSAPrivateKey):
            raise ValueError(f"{self.kid} is not an RSA key")
        return self.private

    def jwk(self) -> dict[str, str]:
        """The public key as a JWK (RFC 7517, RFC 8037), without its `kid`."""
        if isinstance(self.private, Ed25519PrivateKey):
            raw = self.private.public_key().public_bytes_raw()
            return {"kty": "OKP", "crv": "Ed25519", "x": base64url_encode(raw), "alg": "EdDSA", "use": "sig"}
        numbers = self.private.public_key().public_numbers()
        return {
            "kty": "RSA",
            "n": base64url_encode(numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")),
            "e": base64url_encode(numbers.e.to_bytes(3, "big").lstrip(b"\0")),
            "alg": "RS256",
            "use": "sig",
        }


@dataclass(frozen=True)
class KeySet:
    """Every key of one issuer, oldest first."""

    slug: str
    keys: tuple[IssuerKey, ...]

    @property
    def signing_key(self) -> IssuerKey:
        """The newest Ed25519 key: signs credentials and status lists."""
        return [key for key in self.keys if key.kid.startswith("ed-")][-1]

    @property
    def jwt_key(self) -> IssuerKey:
        """The newest RSA key: signs the JWT form."""
        return [key for key in self.keys if key.kid.startswith("rsa-")][-1]

    def find(self, kid: str) -> IssuerKey | None:
        return next((key for key in self.keys if key.kid == kid), None)


def public_multibase(key: Ed25519PublicKey) -> str:
    return "z" + base58_encode(ED25519_PUBLIC + key.public_bytes_raw())


def ed25519_from_multibase(text: str) -> Ed25519PublicKey:
    """The key of a Multikey value (also the tail of a did:key); ValueError when it is none."""
    data = base58_decode(text[1:]) if text.startswith("z") and len(text) < 100 else b""
    if len(data) != 34 or not data.startswith(ED25519_PUBLIC):
        raise ValueError("not an Ed25519 Multikey")
    return Ed25519PublicKey.from_public_bytes(data[2:])


def issuer_keys(keys_dir: Path | str, slug: str, passphrase: bytes | None = None) -> KeySet:
    """The issuer's keys; the first of each kind is made when there is none.

    Two processes that make them at once end with the same key. KeyFileError when a file cannot be read.
    """
    folder = issuer_folder(keys_dir, slug)
    for kind in KINDS:
        if not any(name.startswith(f"{kind}-") for name in key_files(folder)):
            make_key(folder, kind, 1, passphrase)
    return load(folder, slug, key_files(folder), passphrase)


def rotate(keys_dir: Path | str, slug: str, kind: Kind, passphrase: bytes | None = None) -> KeySet:
    """Add the next key of a kind; from now on it signs, and the older ones only verify."""
    keys = issuer_keys(keys_dir, slug, passphrase).keys
    newest = max(number(f"{key.kid}.pem") for key in keys if key.kid.startswith(f"{kind}-"))
    make_key(issuer_folder(keys_dir, slug), kind, newest + 1, passphrase)
    return issuer_keys(keys_dir, slug, passphrase)


def issuer_folder(keys_dir: Path | str, slug: str) -> Path:
    """The slug names a folder and a part of the DID, so nothing but a plain slug is taken."""
    if not SLUG.fullmatch(slug):
        raise ValueError(f"slug: {slug!r} is not a plain slug")
    folder = Path(keys_dir) / slug
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def key_files(folder: Path) -> tuple[str, ...]:
    """Names of the key files, oldest first within a kind."""
    return tuple(
        sorted(filter(KEY_FILE.fullmatch, os.listdir(folder)), key=lambda n: (n.split("-")[0], number(n)))
    )


def number(name: str) -> int:
    return int(name.split("-")[1].removesuffix(".pem"))


def private_key(data: bytes, passphrase: bytes | None) -> object:
    """The key in a file. One in the clear is read with a passphrase too, until it is encrypted."""
    return serialization.load_pem_private_key(data, passphrase if is_encrypted(data) else None)


def is_encrypted(data: bytes) -> bool:
    """Whether a key file is useless without its passphrase."""
    return b"ENCRYPTED" in data.partition(b"\n")[0]


def encrypt(keys_dir: Path | str, slug: str, passphrase: bytes) -> list[str]:
    """Encrypt the issuer's key files that lie in the clear; their names. The keys stay the same.

    Each file is replaced at once, so a crash leaves the old or the new one. KeyFileError for what is no key.
    """
    folder, done = issuer_folder(keys_dir, slug), []
    for name in key_files(folder):
        if is_encrypted((folder / name).read_bytes()):
            continue
        (key,) = read_keys(folder, (name,), None)
        draft = folder / f".{name}.{secrets.token_hex(8)}"
        write_new(draft, encoded(key.private, passphrase))
        draft.replace(folder / name)
        done.append(name)
    return done


def write_new(path: Path, data: bytes) -> None:
    """A file that the service alone may read, on the disk before this returns."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def make_key(folder: Path, kind: Kind, nth: int, passphrase: bytes | None) -> None:
    """Write a new key under its final name at once, and only if no one else did."""
    draft = folder / f".{kind}-{nth}.{secrets.token_hex(8)}"
    write_new(draft, pem(kind, passphrase))
    try:
        os.link(draft, folder / f"{kind}-{nth}.pem")
    except FileExistsError:
        pass  # another process was first: its key is the issuer's
    finally:
        draft.unlink()


def pem(kind: Kind, passphrase: bytes | None) -> bytes:
    return encoded(
        Ed25519PrivateKey.generate() if kind == "ed" else generate_private_key(65537, 2048), passphrase
    )


def encoded(private: Ed25519PrivateKey | RSAPrivateKey, passphrase: bytes | None) -> bytes:
    """The content of a key file."""
    lock = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    return private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)


@cache
def load(folder: Path, slug: str, names: tuple[str, ...], passphrase: bytes | None) -> KeySet:
    """Read once a process; a further file makes a further entry. Key files never change under their name."""
    return KeySet(slug, tuple(read_keys(folder, names, passphrase)))


def read_keys(folder: Path, names: tuple[str, ...], passphrase: bytes | None) -> Iterator[IssuerKey]:
    for name in names:
        try:
            private = private_key((folder / name).read_bytes(), passphrase)
        except (OSError, ValueError, TypeError) as error:
            raise KeyFileError(
                f"The key {folder / name} cannot be read ({error}). Restore it from the backup."
            ) from error
        if not isinstance(private, Ed25519PrivateKey | RSAPrivateKey):
            raise KeyFileError(f"The key {folder / name} is neither Ed25519 nor RSA.")
        yield IssuerKey(name.removesuffix(".pem"), private)
