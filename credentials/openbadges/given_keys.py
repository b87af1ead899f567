"""An issuer's keys as a text instead of files: PEM blocks in order, the oldest of a kind first.

The text is the PEM itself (a newline may be written `\\n`) or Base64 of it. The first Ed25519 key is `ed-1`, the next
`ed-2`; the first RSA key is `rsa-1`. Nothing is ever written: whoever gives the keys rotates them, by adding one at the end.
Source: RFC 7468 (PEM); Open Badges 3.0, "Proofs (Signatures)" (RSA keys of 2048 bits or more).
"""

import base64
import re
from collections import Counter
from functools import cache
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from credentials.openbadges.keys import KINDS, SLUG, IssuerKey, KeyFileError, KeySet, key_files, read_keys

PREFIX = "ISSUER_KEYS_"
BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.S)
SMALLEST_RSA = 2048
NAMES = {"ed": "Ed25519", "rsa": "RSA"}


def variable(slug: str) -> str:
    """The name under which this issuer's keys are given: `a_b` in ISSUER_KEYS_A_B, `a-b` in ISSUER_KEYS_A__B."""
    return PREFIX + slug.upper().replace("-", "__")


def slug_of(name: str) -> str:
    """The issuer whose keys a variable gives; KeyFileError when it can be nobody's."""
    slug = name.removeprefix(PREFIX).lower().replace("__", "-")
    if not SLUG.fullmatch(slug) or variable(slug) != name:
        raise KeyFileError(
            f"{name} can be no campus's keys. Write its slug after {PREFIX} in capitals, a hyphen as two underscores."
        )
    return slug


def given_keys(slug: str, text: str, passphrase: bytes | None, folder: Path) -> KeySet:
    """The keys in the text. KeyFileError says which key is wrong and how.

    Files of the issuer that lie in the folder must be among them, or badges that they signed would not verify.
    """
    return _checked(slug, text, passphrase, folder, key_files(folder) if folder.is_dir() else ())


@cache
def _checked(slug: str, text: str, passphrase: bytes | None, folder: Path, files: tuple[str, ...]) -> KeySet:
    """Read once a process, as key files are."""
    found = KeySet(slug, _named(variable(slug), _private_keys(variable(slug), text, passphrase)))
    for old in read_keys(folder, files, passphrase):
        given = found.find(old.kid)
        if given is None or given.jwk() != old.jwk():
            raise KeyFileError(
                f"{variable(slug)} lacks the key in {folder / old.kid}.pem, or has another in its place. Give every key "
                "that ever signed, in order; take the file away only if it never signed anything."
            )
    return found


def _named(name: str, privates: list[Ed25519PrivateKey | RSAPrivateKey]) -> tuple[IssuerKey, ...]:
    """Each key with its number within its kind, Ed25519 first, as files are listed."""
    made: dict[str, list[IssuerKey]] = {kind: [] for kind in KINDS}
    for private in privates:
        kind = "ed" if isinstance(private, Ed25519PrivateKey) else "rsa"
        made[kind].append(IssuerKey(f"{kind}-{len(made[kind]) + 1}", private))
    for kind in KINDS:
        if not made[kind]:
            raise KeyFileError(
                f"{name} holds no {NAMES[kind]} key. Give at least one Ed25519 and one RSA key."
            )
    found = tuple(key for kind in KINDS for key in made[kind])
    if max(Counter(str(key.jwk()) for key in found).values()) > 1:
        raise KeyFileError(f"{name} holds the same key twice. Give each once, the oldest first.")
    return found


def _private_keys(name: str, text: str, passphrase: bytes | None) -> list[Ed25519PrivateKey | RSAPrivateKey]:
    found, clear = [], _pem(name, text)
    for nth, block in enumerate(BLOCK.finditer(clear), start=1):
        found.append(_private_key(f"Key {nth} of {name}", block[1], block[0], passphrase))
    if not found or BLOCK.sub("", clear).strip():
        raise KeyFileError(
            f"{name} is not whole PEM: give the blocks alone, each from BEGIN to END, or Base64 of them."
        )
    return found


def _pem(name: str, text: str) -> str:
    """The text with real newlines, whichever way it was given."""
    if "-----BEGIN" in text:
        return text.replace("\\r", "").replace("\\n", "\n")
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("ascii")
    except ValueError as error:
        raise KeyFileError(f"{name} is neither PEM nor Base64 of PEM.") from error


def _private_key(
    which: str, label: str, block: str, passphrase: bytes | None
) -> Ed25519PrivateKey | RSAPrivateKey:
    if not label.endswith("PRIVATE KEY"):
        raise KeyFileError(f"{which} is no private key but a {label.lower()}.")
    locked = "ENCRYPTED" in label or "Proc-Type: 4,ENCRYPTED" in block
    if locked and not passphrase:
        raise KeyFileError(f"{which} is encrypted, and KEYS_PASSPHRASE is not set.")
    try:
        private = serialization.load_pem_private_key(block.encode(), passphrase if locked else None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        # The library's own words are left out: they are of no use, and nothing of a key may get into a log.
        why = "cannot be opened with KEYS_PASSPHRASE" if locked else "is damaged or of an unknown kind"
        raise KeyFileError(f"{which} {why}.") from error
    if not isinstance(private, Ed25519PrivateKey | RSAPrivateKey):
        raise KeyFileError(f"{which} is neither Ed25519 nor RSA.")
    if isinstance(private, RSAPrivateKey) and private.key_size < SMALLEST_RSA:
        raise KeyFileError(
            f"{which} is an RSA key of {private.key_size} bits; Open Badges asks for {SMALLEST_RSA} or more."
        )
    return private
