"""The Ed25519 keys that seal the record. They lie in KEYS_DIR/record/, never in the database."""

from __future__ import annotations

import os
import tempfile
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings

CURRENT = "current.pem"


def sealing_key() -> tuple[str, Ed25519PrivateKey]:
    """The id and the key that seals today; made on first use. Its public half is kept beside it for good."""
    path = _folder() / CURRENT
    if not path.exists():
        _make(path)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{CURRENT} in the record's key folder is not an Ed25519 key.")
    key_id = key_id_of(key.public_key())
    public = _folder() / f"{key_id}.pub.pem"
    if not public.exists():
        _write(public, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return key_id, key


def public_key(key_id: str) -> Ed25519PublicKey | None:
    """The public key of an id; None when it is not in the folder (or is another key)."""
    path = _folder() / f"{Path(key_id).name}.pub.pem"
    if not path.exists():
        return None
    key = load_pem_public_key(path.read_bytes())
    return key if isinstance(key, Ed25519PublicKey) and key_id_of(key) == key_id else None


def key_id_of(key: Ed25519PublicKey) -> str:
    """The first 32 hex digits of the SHA-256 of the raw public key."""
    return sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:32]


def _folder() -> Path:
    folder = Path(settings.KEYS_DIR) / "record"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _make(path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    _write(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _write(path: Path, content: bytes) -> None:
    """Put a whole file in place at once, 0600; whoever comes second leaves the first one's file alone."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.link(name, path)
    except FileExistsError:
        return
    finally:
        os.unlink(name)
