"""Short codes of awards, fit for paper and for reading aloud: ten characters of Crockford's base32 (50 random bits).

Source: Douglas Crockford, "Base 32": no I, L, O or U; small letters, O for 0, I or L for 1, and hyphens are forgiven.
"""

from __future__ import annotations

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code() -> str:
    """A random code. Two of a million awards have the same in one of 2,000 such millions; the database then refuses."""
    return "".join(ALPHABET[byte & 31] for byte in secrets.token_bytes(LENGTH))


def read_code(text: str) -> str:
    """The code that somebody typed, however they typed it; "" when it cannot be one."""
    typed = re.sub(r"[\s-]", "", text[:100]).upper().translate(ALIKE)
    return typed if CODE.fullmatch(typed) else ""
