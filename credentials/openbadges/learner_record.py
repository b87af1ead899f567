"""A Comprehensive Learner Record: what a person holds of one issuer, in one document that the issuer signs. Pure.

It is signed as a token alone: the credentials in it share nodes, such as their issuer, and a linked-data signature over all
of them would not notice when one of several descriptions of a node loses a member.
Source: Comprehensive Learner Record 2.0, appendix "Data Models" (ClrCredential, ClrSubject) and "JSON Web Token Proof
Format".
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from credentials.openbadges import contexts, rules, structure
from credentials.openbadges.document import identity_objects, issuer_object
from credentials.openbadges.facts import AwardFacts, IssuerFacts

Json = dict[str, Any]

CONTEXTS = [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES, contexts.LEARNER_RECORD]
TYPES = ["VerifiableCredential", "ClrCredential"]
MOST = 60  # credentials of one record


@dataclass(frozen=True, kw_only=True)
class RecordFacts:
    """One record: whose, of when, with which signed credentials. `partial` when the issuer knows of more."""

    uuid: uuid.UUID
    name: str
    valid_from: dt.datetime
    recipient_email: str
    recipient_salt: str
    recipient_name: str
    credentials: Sequence[Json]
    partial: bool = False
    description: str = ""


def build(issuer: IssuerFacts, facts: RecordFacts) -> Json:
    """The unsigned record. ValueError, with the member's name, for what must not be signed."""
    if not 0 < len(facts.credentials) <= MOST:
        raise ValueError(f"credentials: a record holds 1 to {MOST} of them, not {len(facts.credentials)}")
    document = {
        "@context": CONTEXTS,
        "id": f"urn:uuid:{facts.uuid}",
        "type": TYPES,
        "issuer": issuer_object(issuer),
        "name": facts.name,
        "validFrom": rules.moment("valid_from", facts.valid_from),
        "partial": facts.partial,
        "credentialSubject": {
            "id": f"urn:uuid:{uuid.uuid5(facts.uuid, 'subject')}",
            "type": ["ClrSubject"],
            "identifier": identity_objects(_holder(facts)),
            "verifiableCredential": list(facts.credentials),
        },
    }
    if facts.description:
        document["description"] = facts.description
    rules.check(document)
    return document


def _holder(facts: RecordFacts) -> AwardFacts:
    """The holder as an award names one."""
    return AwardFacts(
        uuid=facts.uuid,
        valid_from=facts.valid_from,
        status_list_url="",
        status_index=0,
        recipient_email=facts.recipient_email,
        recipient_salt=facts.recipient_salt,
        recipient_name=facts.recipient_name,
    )


def check(record: Json) -> None:
    """ValueError, saying what is wrong, unless the document has the form of a learner record with credentials in it.

    UnknownVocabulary when it may have, but in words that are not known here.
    """
    names = record.get("@context")
    if not isinstance(names, list) or contexts.LEARNER_RECORD not in names:
        raise structure.UnknownVocabulary("it is a learner record in a vocabulary that is not known here")
    structure.check_contexts(names)
    for sentence in _faults(record):
        raise ValueError(sentence)
    structure.check_members(
        {name: value for name, value in record.items() if name != "credentialSubject"}, top=True
    )


def _faults(record: Json) -> Iterator[str]:
    subject = record.get("credentialSubject")
    if not structure.has_type(record, "VerifiableCredential"):
        yield "it is not a verifiable credential"
    if not structure.is_text(record.get("id")) or not structure.issuer_of(record):
        yield "it has no id or names no issuer"
    if structure.moment(record.get("validFrom")) is None or (
        "validUntil" in record and structure.moment(record["validUntil"]) is None
    ):
        yield "its dates cannot be read"
    if not isinstance(record.get("credentialStatus", {}), dict):
        yield "it has more than one status"
    if not isinstance(subject, dict) or not structure.has_type(subject, "ClrSubject"):
        yield "it names nobody whose record it is"
    elif not 0 < len(held(record)) <= MOST:
        yield f"it holds no credentials, or more than {MOST}"


def held(record: Json) -> list[Json | str]:
    """The credentials in it, as documents or tokens; anything else is left out."""
    subject = record.get("credentialSubject")
    found = subject.get("verifiableCredential", []) if isinstance(subject, dict) else []
    listed = found if isinstance(found, list) else [found]
    return [one for one in listed if isinstance(one, dict | str)]


def title_of(credential: Json) -> str:
    """What a credential in it is called; "" where it says nothing."""
    subject = credential.get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    said = achievement.get("name") if isinstance(achievement, dict) else None
    found = said or credential.get("name")
    return found if isinstance(found, str) else ""
