"""The published list of revoked credentials: one bit each, in an order that tells nothing.

A list is a signed credential of its own at a permanent address; bit 0 is the left-most.
Source: W3C Bitstring Status List 1.0, sections 2 (data model) and 3 (algorithms).
"""

import datetime as dt
import gzip
import os
import struct
import zlib
from collections.abc import Iterable
from typing import Any

from credentials.openbadges.contexts import CREDENTIALS_V2
from credentials.openbadges.multibase import base64url_decode, base64url_encode
from credentials.openbadges.rules import moment

SIZE = 131072  # the least that the specification allows, so that one bit says nothing of its neighbours
PLACE = 4  # bytes of a place in an order
TTL = 60_000  # milliseconds for which a verifier may rely on a list that it fetched
LEVEL = 6  # with some thousand bits set a twentieth more text than 9 gives, in a tenth of the time
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


def new_order(size: int = SIZE) -> bytes:
    """Every place of a new list once, in an order of chance, PLACE bytes each. Who has it can read the order of issue."""
    keys = memoryview(os.urandom(8 * size)).cast("Q")
    return struct.pack(f">{size}I", *sorted(range(size), key=keys.__getitem__))


def places(block: bytes) -> tuple[int, ...]:
    """The places of a block cut out of an order."""
    return struct.unpack(f">{len(block) // PLACE}I", block)


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
            "ttl": TTL,
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
    return "u" + base64url_encode(gzip.compress(bitstring, LEVEL, mtime=0))


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
