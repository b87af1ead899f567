"""The published list of revoked credentials: one bit each, in an order that tells nothing.

A list is a signed credential of its own at a permanent address; bit 0 is the left-most.
Source: W3C Bitstring Status List 1.0, sections 2 (data model) and 3 (algorithms).
"""

import datetime as dt
import gzip
import hashlib
import secrets
import zlib
from array import array
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from credentials.openbadges.contexts import CREDENTIALS_V2
from credentials.openbadges.multibase import base64url_decode, base64url_encode
from credentials.openbadges.rules import moment

SIZE = 131072  # the least that the specification allows, so that one bit says nothing of its neighbours
LARGEST = 2**27  # entries that we are willing to unpack

Json = dict[str, Any]


def entry(url: str, index: int) -> Json:
    """The `credentialStatus` of a credential. Its id differs from the list's: some verifiers insist."""
    if not 0 <= index < LARGEST:
        raise ValueError(f"status_index: {index} is outside any list")
    return {
        "id": f"{url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": url,
    }


def new_seed() -> str:
    """A secret for the order of a new list (64 hex characters). Who has it can read the order of issue."""
    return secrets.token_hex(32)


@lru_cache(maxsize=8)
def order(seed: str, size: int = SIZE) -> "array[int]":
    """The list's own shuffled order of places: the same for ever from the same seed."""
    key = seed.encode()
    return array("I", sorted(range(size), key=lambda place: hashlib.sha256(b"%b:%d" % (key, place)).digest()))


def positions(seed: str, start: int, count: int, size: int = SIZE) -> list[int]:
    """The places of the allocations `start` to `start + count`; ValueError when the list has not so many."""
    if start < 0 or count < 0 or start + count > size:
        raise ValueError(f"the list has {size} places; {start} to {start + count} are not all in it")
    return order(seed, size)[start : start + count].tolist()


def build(
    url: str, issuer_did: str, revoked: Iterable[int], valid_from: dt.datetime, size: int = SIZE
) -> Json:
    """The unsigned list with the bits of `revoked` set; sign it with `proof.sign`."""
    return {
        "@context": [CREDENTIALS_V2],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer_did,
        "validFrom": moment("valid_from", valid_from),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encode(bits(revoked, size)),
        },
    }


def bits(places: Iterable[int], size: int = SIZE) -> bytes:
    """A bitstring of `size` places with the given ones set."""
    if size < SIZE or size % 8:
        raise ValueError(f"a list needs at least {SIZE} places, and whole bytes")
    field = bytearray(size // 8)
    for place in places:
        if not 0 <= place < size:
            raise ValueError(f"the list has no place {place}")
        field[place // 8] |= 0x80 >> place % 8
    return bytes(field)


def encode(bitstring: bytes) -> str:
    """GZIP, then multibase base64url. The time in the header is left out: equal lists are equal text."""
    return "u" + base64url_encode(gzip.compress(bitstring, mtime=0))


def decode(text: str) -> bytes:
    """The bitstring of an encoded list; ValueError when it is none, too short, or a bomb."""
    if not text.startswith("u"):
        raise ValueError("the list is not multibase base64url")
    unpacker = zlib.decompressobj(wbits=31)
    try:
        bitstring = unpacker.decompress(base64url_decode(text[1:]), LARGEST // 8)
    except zlib.error as error:
        raise ValueError("the list is not GZIP data") from error
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("the list is cut off or too large")
    if len(bitstring) * 8 < SIZE:
        raise ValueError(f"the list has {len(bitstring) * 8} places; {SIZE} are the least")
    return bitstring


def is_set(bitstring: bytes, index: int) -> bool:
    """Whether the bit at `index` is set, counted from the left; ValueError when there is no such place."""
    if not 0 <= index < len(bitstring) * 8:
        raise ValueError(f"the list has no place {index}")
    return bool(bitstring[index // 8] & 0x80 >> index % 8)
