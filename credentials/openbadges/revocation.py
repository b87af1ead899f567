"""Whether the issuer has taken a credential back, by a list that the issuer publishes.

Source: Bitstring Status List 1.0, section 3.2 (validate algorithm; the list is a credential of its own, with a Data
Integrity proof or as a VC-JWT); 1EdTech "Verifiable Credential Revocation List" (the list names what is revoked, and
bears no signature: its address must be of the issuer's own host).
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from credentials.openbadges import status_list
from credentials.openbadges.bake import JWS
from credentials.openbadges.jwt import verified
from credentials.openbadges.parsing import parse_json
from credentials.openbadges.proof import ProofUnknown, verify_proof
from credentials.openbadges.resolving import NotHad, Resolver, listed, method_key, same_host, token_key
from credentials.openbadges.structure import has_type, issuer_of, moment

Json = dict[str, Any]
TOKEN_TYPES = ("JWT", "vc+jwt", "statuslist+jwt")


class StatusUnknown(ValueError):
    """Nothing can be said about the status: the sentence says why."""


def standing(credential: Json, issuer: str, resolver: Resolver, now: dt.datetime) -> str:
    """`revocation` or `suspension` when the issuer's list says so, empty when it does not. StatusUnknown otherwise."""
    entry: Json = credential["credentialStatus"]
    try:
        if has_type(entry, "1EdTechRevocationList"):
            return _named(entry, credential.get("id"), issuer, resolver)
        return _bit(entry, issuer, resolver, now)
    except NotHad as error:
        raise StatusUnknown(f"the issuer’s list cannot be had: {error}") from error


def _bit(entry: Json, issuer: str, resolver: Resolver, now: dt.datetime) -> str:
    url, index, purpose = (
        entry.get(name) for name in ("statusListCredential", "statusListIndex", "statusPurpose")
    )
    if not has_type(entry, "BitstringStatusListEntry") or purpose not in ("revocation", "suspension"):
        raise StatusUnknown("its issuer keeps a list of a kind that is not known here")
    if not isinstance(url, str) or not isinstance(index, str) or not index.isdecimal() or len(index) > 12:
        raise StatusUnknown("it does not say where on which list it stands")
    found = resolver.published_list(url)
    if found is None:
        raise StatusUnknown("the issuer’s list cannot be had")
    try:
        document = proved(found, issuer, resolver)
        bitstring = bits(document, url, issuer, str(purpose), now)
        return str(purpose) if status_list.is_set(bitstring, int(index)) else ""
    except (NotHad, StatusUnknown):
        raise
    except ProofUnknown as error:
        raise StatusUnknown(f"the signature of the issuer’s list could not be checked: {error}") from error
    except ValueError as error:
        raise StatusUnknown("the issuer’s list is not sound") from error


def proved(found: Mapping[str, Any] | bytes | str, issuer: str, resolver: Resolver) -> Json:
    """The list once its issuer's signature holds. ValueError otherwise."""
    text = found.decode("utf-8", "replace").strip() if isinstance(found, bytes) else found
    if isinstance(text, str) and JWS.fullmatch(text.strip()):
        return verified(
            text.strip(), lambda kid, header: token_key(issuer, kid, header, resolver), TOKEN_TYPES
        )
    document = dict(text) if isinstance(text, Mapping) else parse_json(text)
    verify_proof(document, lambda method: method_key(issuer, method, resolver))
    return document


def bits(document: Json, url: str, issuer: str, purpose: str, now: dt.datetime) -> bytes:
    """The bitstring of a list of the same issuer, at its own address, in its time. ValueError otherwise."""
    subject = document.get("credentialSubject")
    if document.get("id") != url or issuer_of(document) != issuer:
        raise ValueError("the list is not the one that the credential names")
    if not isinstance(subject, dict) or purpose not in listed(subject, "statusPurpose"):
        raise ValueError("the list has another purpose")
    since, until = moment(document.get("validFrom")), moment(document.get("validUntil"))
    if (since and now < since) or (until and now >= until):
        raise StatusUnknown("the issuer’s list is out of date")
    return status_list.decode(str(subject.get("encodedList", "")))


def _named(entry: Json, credential: Any, issuer: str, resolver: Resolver) -> str:
    """By the list that names the revoked credentials."""
    url = entry.get("id")
    if not isinstance(url, str) or not same_host(url, issuer):
        raise StatusUnknown("its list of revoked badges is not at its issuer’s own host")
    found = resolver.published(url)
    if found is None:
        raise StatusUnknown("the issuer’s list cannot be had")
    if issuer_of(dict(found)) != issuer or not isinstance(found.get("revokedCredential", []), list):
        raise StatusUnknown("the issuer’s list is not sound")
    for one in found.get("revokedCredential", []):
        if isinstance(one, Mapping) and one.get("id") == credential and one.get("revoked") is not False:
            return "revocation"
    return ""
