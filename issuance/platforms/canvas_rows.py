"""What Canvas Credentials is told and what its rows say, as values. No network."""

import base64
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from issuance.platforms.answers import Answer, inner, moment, words
from issuance.platforms.base import Evidence, Outcome, Outgoing, State, TemplateFacts

Row = dict[str, Any]

STATES: Mapping[str, State] = {"Unaccepted": "delivered", "Accepted": "accepted", "Rejected": "rejected"}
LIVE = ("accepted", "delivered", "rejected")
DUPLICATE = "previous award of this badge already exists"
OUR_AWARD = re.compile(r"/awards/([0-9A-Za-z-]+)/?$")
NEXT = re.compile(r'<([^>]+)>\s*;[^,]*\brel="?next\b')
LONGEST_NAME, LONGEST_DESCRIPTION = 1024, 16384
PROOF = "How to verify this award"


def criteria(facts: TemplateFacts) -> str:
    """The criteria page's address with our key as its fragment: what we find the badge class again by."""
    return f"{facts.criteria_url}#{facts.definition_key}"


def class_body(facts: TemplateFacts) -> Row:
    """A new badge class."""
    image = facts.image_url or f"data:image/png;base64,{base64.b64encode(facts.image).decode()}"
    return {
        "name": facts.name[:LONGEST_NAME],
        "description": facts.description[:LONGEST_DESCRIPTION],
        "image": image,
        "criteriaUrl": criteria(facts),
        "criteriaNarrative": facts.criteria or facts.activity_title,
        "tags": list(facts.skills),
        "alignments": [
            {
                "targetName": one.name,
                "targetUrl": one.url,
                "targetDescription": one.description,
                "targetFramework": one.framework,
                "targetCode": one.code,
            }
            for one in facts.alignments
        ],
    }


def award_body(outgoing: Outgoing) -> Row:
    """What an award says. Its last evidence is the address of our own award, which tells it from any other."""
    body: Row = {
        "recipient": {"identity": outgoing.email, "type": "email"},
        "issuedOn": instant(outgoing.issued_at),
        "evidence": [_evidence(item) for item in (*outgoing.evidence, *_proof(outgoing))],
    }
    body |= {"expires": last_moment(outgoing)} if outgoing.expires_on else {}
    return body | ({"narrative": outgoing.narrative} if outgoing.narrative else {})


def last_moment(outgoing: Outgoing) -> str:
    """The end of its last day, where the institution is."""
    day: date = outgoing.expires_on or outgoing.issued_at.date()
    return instant(datetime.combine(day, datetime.max.time(), outgoing.issued_at.tzinfo))


def instant(when: datetime) -> str:
    """A moment as the platform writes it: ISO 8601 in UTC, to the second."""
    return when.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def outcome(row: Row, *, adopted: bool = False) -> Outcome:
    """An award as the platform holds it."""
    said = str(row.get("acceptance") or "")
    state: State = STATES.get(said, "delivered")
    never = datetime.max.replace(tzinfo=UTC)
    if row.get("revoked") is True:
        state = "revoked"
    elif state != "rejected" and moment(row.get("expires"), never) < datetime.now(UTC):
        state = "expired"
    url = str(row.get("openBadgeId") or "")
    return Outcome(
        state=state,
        remote_id=row_id(row),
        remote_url=url,
        claim_url=url,
        detail=str(row.get("revocationReason") or "")
        or ("" if said in STATES or not said else f"Canvas Credentials says “{said}”"),
        own_key=own_key(row),
        email=address(row),
        adopted=adopted,
    )


def first_live(rows: Sequence[Row]) -> Outcome | None:
    """The first in force, an accepted one before one that waits before a rejected one."""
    found = [outcome(row, adopted=True) for row in rows]
    live = [one for one in found if one.state in LIVE]
    return min(live, key=lambda one: LIVE.index(one.state), default=None)


def row_id(row: Row) -> str:
    """The platform's id of anything."""
    return str(row.get("entityId") or "")


def own_key(row: Row) -> str:
    """The award of ours that stands among its evidence; "" when none does."""
    items = row.get("evidence")
    for item in reversed(items if isinstance(items, list) else []):
        found = OUR_AWARD.search(str(item.get("url") or "")) if isinstance(item, dict) else None
        if found:
            return found[1]
    return ""


def address(row: Row) -> str:
    """The recipient's address where the answer shows it in the clear."""
    recipient = inner(row, "recipient")
    identity = recipient.get("identity") if recipient.get("hashed") is False else ""
    found = str(recipient.get("plaintextIdentity") or identity or "").lower()
    return found if "@" in found else ""


def is_for(row: Row, email: str) -> bool:
    """Whether the recipient has this address: in the clear, or as a digest with its salt."""
    recipient = inner(row, "recipient")
    shown = {str(recipient.get(name) or "").lower() for name in ("plaintextIdentity", "identity")}
    if email in shown:
        return True
    salted = f"{email}{recipient.get('salt') or ''}".encode()
    return f"sha256${sha256(salted).hexdigest()}" in shown


def is_duplicate(answer: Answer) -> bool:
    """Whether this is the refusal of a second award for one person."""
    return 400 <= answer.status < 500 and DUPLICATE in words(answer).lower()


def next_page(answer: Answer) -> str:
    """The address of the next page, from the Link header or from `pagination`; "" on the last."""
    link = next((value for name, value in answer.headers.items() if name.lower() == "link"), "")
    if found := NEXT.search(link):
        return found[1]
    pagination = inner(answer.mapping(), "pagination")
    return str(pagination.get("nextResults") or "") if pagination.get("hasNext") else ""


def _proof(outgoing: Outgoing) -> tuple[Evidence, ...]:
    return (Evidence(PROOF, outgoing.award_url),) if outgoing.award_url else ()


def _evidence(item: Evidence) -> Row:
    text = ": ".join(filter(None, (item.name, item.description)))
    return ({"url": item.url} if item.url else {}) | ({"narrative": text} if text else {})
