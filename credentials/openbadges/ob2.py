"""The same award for consumers that only read Open Badges 2.0: a hosted assertion, its badge class, its issuer.

All three are made from what stands in the signed 3.0 documents, at addresses under theirs. The assertion is verified by
being fetched from its own address, so it may be at no other.
Source: Open Badges 2.0 (IMS Global, final release, 12 April 2018): "Data Classes", "Verification", "Revocation".
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from credentials.openbadges.did import issuer_url
from credentials.openbadges.facts import IssuerFacts
from credentials.openbadges.pruning import pruned

Json = dict[str, Any]

CONTEXT = "https://w3id.org/openbadges/v2"
ENDING = "ob2.json"


def address(of: str) -> str:
    """Where the 2.0 document of an award, an achievement or an issuer is, from the address of the 3.0 one."""
    return f"{of}/{ENDING}"


def assertion(credential: Mapping[str, Any]) -> Json:
    """The hosted assertion of a 3.0 credential. ValueError when it names no holder by a hashed e-mail address."""
    subject = credential["credentialSubject"]
    return pruned(
        {
            "@context": CONTEXT,
            "type": "Assertion",
            "id": address(credential["id"]),
            "recipient": _recipient(subject),
            "badge": address(subject["achievement"]["id"]),
            "verification": {"type": "HostedBadge"},
            "issuedOn": credential["validFrom"],
            "expires": credential.get("validUntil"),
            "narrative": subject.get("narrative"),
            "evidence": [_evidence(one) for one in credential.get("evidence", ())],
        }
    )


def _recipient(subject: Mapping[str, Any]) -> Json:
    for entry in subject.get("identifier", ()):
        if entry.get("identityType") == "emailAddress" and entry.get("hashed"):
            identity = {"identity": entry["identityHash"], "salt": entry.get("salt")}
            return pruned({"type": "email", "hashed": True, **identity})
    raise ValueError("The credential names no holder by an e-mail address, which Open Badges 2.0 needs.")


def _evidence(entry: Mapping[str, Any]) -> Json:
    names = ("id", "name", "narrative", "description", "genre", "audience")
    return pruned({"type": "Evidence", **{name: entry.get(name) for name in names}})


def revoked(award: str) -> Json:
    """What the address of a revoked assertion says, with status 410. The reason is the holder's affair."""
    return {"@context": CONTEXT, "type": "Assertion", "id": address(award), "revoked": True}


def badge_class(achievement: Mapping[str, Any], issuer: IssuerFacts) -> Json:
    """The badge class of a 3.0 achievement. ValueError when it has no image, which Open Badges 2.0 needs."""
    if not achievement.get("image"):
        raise ValueError("The badge has no image yet, which Open Badges 2.0 needs.")
    return pruned(
        {
            "@context": CONTEXT,
            "type": "BadgeClass",
            "id": address(achievement["id"]),
            "name": achievement["name"],
            "description": achievement["description"],
            "image": achievement["image"]["id"],  # its bare address, which every reader of 2.0 takes
            "criteria": pruned({"type": "Criteria", **achievement["criteria"]}),
            "issuer": address(issuer_url(issuer.origin, issuer.slug)),
            "alignment": [_alignment(one) for one in achievement.get("alignment", ())],
            "tags": achievement.get("tag"),
        }
    )


def _alignment(entry: Mapping[str, Any]) -> Json:
    names = ("targetName", "targetUrl", "targetDescription", "targetFramework", "targetCode")
    return pruned({"type": "AlignmentObject", **{name: entry.get(name) for name in names}})


def profile(issuer: IssuerFacts, email: str) -> Json:
    """The issuer: where its assertions may be hosted, and an address that people can write to, which 2.0 demands."""
    return pruned(
        {
            "@context": CONTEXT,
            "type": "Issuer",
            "id": address(issuer_url(issuer.origin, issuer.slug)),
            "name": issuer.name,
            "url": issuer.url or issuer.page,
            "email": issuer.email or email,
            "description": issuer.description,
            "image": issuer.image_url,
            "verification": {
                "type": "VerificationObject",
                "verificationProperty": "id",
                "startsWith": f"{issuer.origin}/awards/",
                "allowedOrigins": urlsplit(issuer.origin).netloc,
            },
        }
    )
