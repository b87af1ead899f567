"""Whether the issuer has set the credential's bit on a list that the issuer signed.

Source: Bitstring Status List 1.0, section 3.2 (validate algorithm).
"""

from collections.abc import Mapping
from typing import Any

from credentials.openbadges import status_list
from credentials.openbadges.parsing import parse_json
from credentials.openbadges.proof import verify_proof
from credentials.openbadges.resolving import Resolver, ed25519_key
from credentials.openbadges.structure import has_type, issuer_of

Json = dict[str, Any]


class StatusUnknown(ValueError):
    """Nothing can be said about the status: the sentence says why."""


def standing(entry: Json, issuer: str, resolver: Resolver) -> str:
    """`revocation` or `suspension` when the bit is set, empty when it is not. StatusUnknown otherwise."""
    url, index, purpose = (
        entry.get(name) for name in ("statusListCredential", "statusListIndex", "statusPurpose")
    )
    if not has_type(entry, "BitstringStatusListEntry") or purpose not in ("revocation", "suspension"):
        raise StatusUnknown("its issuer keeps a list of a kind that is not known here")
    if not isinstance(url, str) or not isinstance(index, str) or not index.isdecimal() or len(index) > 12:
        raise StatusUnknown("it does not say where on which list it stands")
    found = resolver.published_list(url)
    if found is None:
        raise StatusUnknown("the issuer's list cannot be had")
    try:
        bitstring = bits(
            found if isinstance(found, Mapping) else parse_json(found), url, issuer, str(purpose), resolver
        )
        return str(purpose) if status_list.is_set(bitstring, int(index)) else ""
    except ValueError as error:
        raise StatusUnknown("the issuer's list is not sound") from error


def bits(found: Mapping[str, Any], url: str, issuer: str, purpose: str, resolver: Resolver) -> bytes:
    """The bitstring of a list that the same issuer signed, at its own address. ValueError otherwise."""
    document = dict(found)
    subject = document.get("credentialSubject")
    if document.get("id") != url or issuer_of(document) != issuer:
        raise ValueError("the list is not the one that the credential names")
    if not isinstance(subject, dict) or subject.get("statusPurpose") != purpose:
        raise ValueError("the list has another purpose")
    verify_proof(document, lambda method: ed25519_key(issuer, method, resolver))
    return status_list.decode(str(subject.get("encodedList", "")))
