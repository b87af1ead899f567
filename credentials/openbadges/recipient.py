"""Is it this person's: comparing an address with the identities that a credential holds.

Source: Open Badges 3.0, "Verify the Recipient Using an Identifier".
"""

import hashlib
import hmac
from typing import Any

Json = dict[str, Any]

HASHES = {"sha256": hashlib.sha256, "md5": hashlib.md5}


def matches(subject: Json, address: str) -> bool | None:
    """Whether one of the subject's identities is the address; None when there is nothing to compare with.

    The address is tried as typed and in lower case.
    """
    identifiers = subject.get("identifier", [])
    known = [
        item for item in (identifiers if isinstance(identifiers, list) else [identifiers]) if is_address(item)
    ]
    if not known:
        return None
    spellings = {address.strip(), address.strip().lower()}
    return any(same(item, spelling) for item in known for spelling in spellings)


def is_address(item: Any) -> bool:
    return isinstance(item, dict) and item.get("identityType") == "emailAddress"


def same(item: Json, address: str) -> bool:
    expected, salt = str(item.get("identityHash", "")), str(item.get("salt", ""))
    if not item.get("hashed"):
        return expected.lower() == address.lower()
    name, _, digest = expected.partition("$")
    if name not in HASHES:
        return False
    found = HASHES[name]((address + salt).encode("utf-8", "replace")).hexdigest()
    return hmac.compare_digest(found.encode(), digest.lower().encode())
