"""The credential itself, unsigned: from the facts to Open Badges 3.0 JSON-LD.

Always arrays where the specification has sets, nothing empty, whole-second times, and an address of its own
for each part that has one (a part described twice could lose a repeated member without breaking the
signature).
Source: Open Badges 3.0, "Serialization" and appendix "Data Models"; VC Data Model 2.0, section 5.5 (terms of
use).
"""

import hashlib
import json
import uuid
from typing import Any

from credentials.openbadges import rules, vocabulary
from credentials.openbadges.achievement import achievement_object, alignment_objects, policy_object
from credentials.openbadges.contexts import CREDENTIALS_V2, OPEN_BADGES
from credentials.openbadges.did import award_url
from credentials.openbadges.facts import AchievementFacts, AwardFacts, Evidence, IssuerFacts, Result
from credentials.openbadges.pruning import pruned
from credentials.openbadges.status_list import entry

Json = dict[str, Any]

CONTEXTS = [CREDENTIALS_V2, OPEN_BADGES]
TYPES = ["VerifiableCredential", "OpenBadgeCredential"]


def build(issuer: IssuerFacts, achievement: AchievementFacts, award: AwardFacts) -> Json:
    """The unsigned credential. ValueError, with the member's name, for what must not be signed."""
    return Builder(issuer, achievement).build(award)


class Builder:
    """What the awards of one achievement share, made and checked once."""

    def __init__(self, issuer: IssuerFacts, achievement: AchievementFacts) -> None:
        self.origin = issuer.origin
        self.name = achievement.name
        self.issuer = issuer_object(issuer)
        self.achievement = achievement_object(achievement)
        self.policy = policy_object(achievement)
        self.shared = tuple(filter(None, (self.issuer, self.achievement, self.policy)))
        self.results = {description.id for description in achievement.result_descriptions}
        shared = {"issuer": self.issuer, "achievement": self.achievement, "name": self.name}
        self.ids = rules.check(shared | ({"termsOfUse": self.policy} if self.policy else {}))

    def build(self, award: AwardFacts) -> Json:
        """The unsigned credential. ValueError, with the member's name, for what must not be signed."""
        document = self.draft(award)
        self.check(document)
        return document

    def check(self, document: Json) -> None:
        """ValueError for what must not be signed, outside the parts that all awards share."""
        rules.check(document, self.ids, self.shared)

    def draft(self, award: AwardFacts) -> Json:
        """The unsigned credential, whose texts are still to be checked. ValueError for times and numbers."""
        document = pruned(
            {
                "@context": CONTEXTS,
                "id": award_url(self.origin, award.uuid),
                "type": TYPES,
                "issuer": self.issuer,
                "name": self.name,
                "validFrom": rules.moment("valid_from", award.valid_from),
                "validUntil": award.valid_until and rules.moment("valid_until", award.valid_until),
                "awardedDate": award.awarded_at and rules.moment("awarded_at", award.awarded_at),
                "credentialSubject": self.subject(award),
                "evidence": [evidence_object(evidence) for evidence in award.evidence],
                "credentialStatus": entry(award.status_list_url, award.status_index),
                "termsOfUse": [self.policy] if self.policy else [],
            }
        )
        if award.valid_until and award.valid_until <= award.valid_from:
            raise ValueError("valid_until: is not after valid_from")
        return document

    def subject(self, award: AwardFacts) -> Json:
        credits = award.credits_earned
        return pruned(
            {
                "id": award.subject_id or subject_id(award.uuid),
                "type": ["AchievementSubject"],
                "identifier": identity_objects(award),
                "achievement": self.achievement,
                "narrative": award.narrative,
                "activityStartDate": award.activity_start
                and rules.day("activity_start", award.activity_start),
                "activityEndDate": award.activity_end and rules.day("activity_end", award.activity_end),
                "creditsEarned": None if credits is None else rules.number("credits_earned", credits),
                "licenseNumber": award.licence_number,
                "role": award.role,
                "term": award.term,
                "result": [self.result(result) for result in award.results],
            }
        )

    def result(self, result: Result) -> Json:
        if result.description_id and result.description_id not in self.results:
            raise ValueError(f"results: the achievement describes no result {result.description_id!r}")
        return pruned(
            {
                "type": ["Result"],
                "resultDescription": result.description_id,
                "value": result.value,
                "status": rules.term(
                    "result status", result.status, vocabulary.RESULT_STATUSES, extensible=False
                ),
                "achievedLevel": result.achieved_level_id,
                "alignment": alignment_objects(result.alignments),
            }
        )


def issuer_object(issuer: IssuerFacts) -> Json:
    """The issuer's Profile, as it stands in each credential."""
    return pruned(
        {
            "id": issuer.did,
            "type": ["Profile"],
            "name": issuer.name,
            "url": issuer.url or issuer.page,
            "description": issuer.description,
            "email": issuer.email,
            "image": {"id": issuer.image_url, "type": "Image"} if issuer.image_url else None,
        }
    )


def evidence_object(evidence: Evidence) -> Json:
    return pruned(
        {
            "id": evidence.url,
            "type": ["Evidence"],
            "name": evidence.name,
            "narrative": evidence.narrative,
            "description": evidence.description,
            "genre": evidence.genre,
            "audience": evidence.audience,
        }
    )


def identity_objects(award: AwardFacts) -> list[Json]:
    """The holder's e-mail address as a salted hash, and the name if the award carries it."""
    found: list[Json] = []
    if award.recipient_email:
        if not award.recipient_salt:
            raise ValueError("recipient_salt: an unsalted hash of an address can be guessed")
        found.append(
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": identity_hash(award.recipient_email, award.recipient_salt),
                "identityType": "emailAddress",
                "salt": award.recipient_salt,
            }
        )
    if award.recipient_name:
        name = {"hashed": False, "identityHash": award.recipient_name, "identityType": "name"}
        found.append({"type": "IdentityObject", **name})
    return found


def identity_hash(email: str, salt: str) -> str:
    """`sha256$` and the hash of the address (lower case, no white space around it) followed by the salt."""
    digest = hashlib.sha256((email.strip().lower() + salt).encode()).hexdigest()
    return f"sha256${digest}"


def subject_id(award: uuid.UUID) -> str:
    """An address for the holder in this award alone, so that two awards cannot be joined by it."""
    return f"urn:uuid:{uuid.uuid5(award, 'subject')}"


def to_bytes(document: Json) -> bytes:
    """The one way a signed document is written: compact JSON, members in order, UTF-8."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
