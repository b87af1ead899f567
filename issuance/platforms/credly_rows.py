"""What Credly is told and what its rows say, as values. No network."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from issuance.platforms.answers import inner, moment
from issuance.platforms.base import Evidence, Outcome, Outgoing, TemplateFacts
from issuance.platforms.names import first_and_last

Row = dict[str, Any]

LEAST_SKILLS = 3
LONGEST_DESCRIPTION = 500
STATES = {"pending": "delivered", "accepted": "accepted", "rejected": "rejected", "revoked": "revoked"}
TIME_FORMAT = "%Y-%m-%d %H:%M:%S %z"


def lacking(facts: TemplateFacts) -> list[str]:
    missing = []
    if len(facts.skills) < LEAST_SKILLS:
        missing.append(f"at least three skills, and the definition names {len(facts.skills)}")
    if not facts.image and not facts.image_url:
        missing.append("a badge image")
    if not facts.criteria_url:
        missing.append("the address of the criteria page")
    return missing


def criteria(facts: TemplateFacts) -> str:
    """The criteria page's address with our key as its fragment: what we find the template again by."""
    return f"{facts.criteria_url}#{facts.definition_key}"


def template_body(facts: TemplateFacts) -> Row:
    encoded = base64.b64encode(facts.image).decode()
    activity = {"activity_type": "Course", "title": facts.activity_title or facts.name}
    return {
        "name": facts.name,
        "description": facts.description[:LONGEST_DESCRIPTION],
        "global_activity_url": criteria(facts),
        "image": {"remote_upload_url": facts.image_url}
        if facts.image_url
        else f"data:image/png;base64,{encoded}",
        "skills": list(facts.skills),
        "alignments": [
            {"name": one.name, "url": one.url, "description": one.description or one.framework}
            for one in facts.alignments
        ],
        "badge_template_activities": [{**activity, "activity_url": facts.criteria_url}],
    }


def issue_body(outgoing: Outgoing) -> Row:
    first, last = first_and_last(outgoing.recipient_name, outgoing.given_name, outgoing.family_name)
    proof = (Evidence("How to verify this award", outgoing.award_url),) if outgoing.award_url else ()
    ends: str | bool = False  # null would mean the template's own period
    if outgoing.expires_on:
        end_of_day = datetime.combine(outgoing.expires_on, datetime.max.time(), outgoing.issued_at.tzinfo)
        ends = end_of_day.strftime(TIME_FORMAT)
    body = {
        "recipient_email": outgoing.email,
        "issued_to_first_name": first,
        "issued_to_last_name": last,
        "badge_template_id": outgoing.template_id,
        "issued_at": outgoing.issued_at.strftime(TIME_FORMAT),
        "expires_at": ends,
        "evidence": [_evidence(item) for item in (*outgoing.evidence, *proof)],
    }
    return body | ({"issuer_earner_id": outgoing.issuer_earner_id} if outgoing.issuer_earner_id else {})


def _evidence(item: Evidence) -> Row:
    if item.url:
        kind = {"type": "UrlEvidence", "name": item.name or item.url, "value": item.url}
    else:
        kind = {"type": "IdEvidence", "title": item.name or "Evidence"}
    # How long a description may be is not published.
    return kind | ({"description": item.description[:LONGEST_DESCRIPTION]} if item.description else {})


def same_evidence(outgoing: Outgoing) -> Callable[[Row], bool]:
    """Whether a row has our award's address among its evidence; a list that shows no evidence says nothing against it."""

    def fits(row: Row) -> bool:
        items = row.get("evidence")
        if not outgoing.award_url or not isinstance(items, list) or not items:
            return True
        return any(isinstance(one, dict) and one.get("value") == outgoing.award_url for one in items)

    return fits


def template_of(row: Row) -> str:
    return str(inner(row, "badge_template").get("id") or row.get("badge_template_id") or "")


def same_person(row: Row, outgoing: Outgoing, *, by_email: bool = False) -> bool:
    if outgoing.issuer_earner_id and not by_email:
        return row.get("issuer_earner_id") == outgoing.issuer_earner_id
    return str(row.get("recipient_email", "")).lower() == outgoing.email


def outcome(row: Row, *, adopted: bool = False) -> Outcome:
    said = str(row.get("state", ""))
    state: Any = "replaced" if row.get("replacement_badge_id") else STATES.get(said, "delivered")
    never = datetime.max.replace(tzinfo=UTC)
    if state in ("delivered", "accepted") and moment(row.get("expires_at"), never) < datetime.now(UTC):
        state = "expired"
    claim = str(row.get("accept_badge_url") or "")
    return Outcome(
        state=state,
        remote_id=str(row.get("id", "")),
        remote_url=str(row.get("badge_url") or ""),
        claim_url=claim or str(row.get("badge_url") or ""),
        detail=str(row.get("revocation_reason") or "") or ("" if said in STATES else f"Credly says “{said}”"),
        email=str(row.get("recipient_email") or ""),
        earner_id=str(row.get("issuer_earner_id") or ""),
        adopted=adopted,
        public=row.get("public") if isinstance(row.get("public"), bool) else None,
        changed_at=str(row.get("state_updated_at") or row.get("updated_at") or ""),
    )
