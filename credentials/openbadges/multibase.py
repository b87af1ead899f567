"""Multibase text for bytes: base58btc (`z`) and base64url without padding (`u`).

Source: W3C Controlled Identifiers 1.0, section 2.4 (Multibase).
"""

import base64

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
VALUE_OF = {char: value for value, char in enumerate(ALPHABET)}


def base58_encode(data: bytes) -> str:
    """Leading zero bytes become leading `1`s, as base58btc asks."""
    number = int.from_bytes(data, "big")
    pairs = []
    while number:
        number, pair = divmod(number, len(PAIRS))
        pairs.append(PAIRS[pair])
    digits = "".join(reversed(pairs)).lstrip(ALPHABET[0])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return ALPHABET[0] * zeros + digits


def base58_decode(text: str) -> bytes:
    """The bytes of a base58btc text; ValueError when a character is not of its alphabet."""
    number = 0
    for char in text:
        if char not in VALUE_OF:
            raise ValueError(f"{char!r} is not a base58 character")
        number = number * 58 + VALUE_OF[char]
    zeros = len(text) - len(text.lstrip(ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def base64url_encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def base64url_decode(text: str) -> bytes:
    """The bytes of an unpadded base64url text.

    Strict: ValueError on foreign characters, padding, or unused bits that are not zero, since a lenient
    reader takes several texts for the same bytes.
    """
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise ValueError("not base64url") from error
    if base64url_encode(data) != text:
        raise ValueError("not canonical base64url")
    return data
