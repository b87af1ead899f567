"""What Accredible is told and what its rows say, as values. No network."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from issuance.platforms.answers import Answer, inner, words
from issuance.platforms.base import Outcome, Outgoing, State, TemplateFacts

Row = dict[str, Any]

DEFINITION = "imprimatur_definition"  # our key in a group's meta_data
UNPUBLISHED = (
    "Created at Accredible but not published: no credits are left, or the account is in sandbox mode."
)
TAKEN = "already been taken"


def is_duplicate(answer: Answer) -> bool:
    return not inner(answer.mapping(), "credential") and answer.status < 500 and TAKEN in words(answer)


def group_of(row: Row) -> str:
    return str(inner(row, "group").get("id") or row.get("group_id") or "")


def email_of(row: Row) -> str:
    return str(inner(row, "recipient").get("email") or row.get("recipient_email") or "").lower()


def outcome(row: Row, *, own_key: str = "", adopted: bool = False) -> Outcome:
    published = row.get("approve") is not False
    ends, remote_id = str(row.get("expired_on") or ""), str(row.get("id") or "")
    state: State = "delivered" if published else "unpublished"
    if published and ends and ends <= datetime.now(UTC).date().isoformat():
        state = "expired"
    url = str(row.get("url") or f"https://www.credential.net/{remote_id}")
    return Outcome(
        state=state,
        remote_id=remote_id,
        remote_url=url,
        claim_url=url if published else "",
        detail="" if published else UNPUBLISHED,
        own_key=own_key or str(row.get("license_id") or ""),
        email=email_of(row),
        earner_id=str(inner(row, "recipient").get("id") or row.get("recipient_id") or ""),
        published=published,
        adopted=adopted,
        opened=_flag(row, "recipient_opened"),
        engaged=_flag(row, "recipient_engaged"),
        public=not row["private"] if isinstance(row.get("private"), bool) else None,
        changed_at=str(row.get("updated_at") or ""),
    )


def _flag(row: Row, name: str) -> bool | None:
    return row[name] if isinstance(row.get(name), bool) else None


def credential_body(outgoing: Outgoing) -> Row:
    recipient = {"name": " ".join(outgoing.recipient_name.split()), "email": outgoing.email}
    # Evidence without an address has no category of its own there, so only links are sent.
    links = [(item.description or item.name or item.url, item.url) for item in outgoing.evidence if item.url]
    if outgoing.award_url:
        links.append(("How to verify this award", outgoing.award_url))
    body = {
        "id": outgoing.key,
        "group_id": int(outgoing.template_id) if outgoing.template_id.isdigit() else outgoing.template_id,
        "recipient": recipient | ({"id": outgoing.issuer_earner_id} if outgoing.issuer_earner_id else {}),
        "issued_on": outgoing.issued_at.date().isoformat(),
        "approve": True,
        "evidence_items": [{"description": text, "category": "url", "url": url} for text, url in links],
    }
    return body | ({"expired_on": outgoing.expires_on.isoformat()} if outgoing.expires_on else {})


def group_body(facts: TemplateFacts, badge_design: str) -> Row:
    body: Row = {
        # Internal, and refused twice: our key makes it unique.
        "name": f"{facts.name} ({facts.definition_key})",
        "course_name": facts.name,
        "course_description": facts.description,
        "course_link": facts.criteria_url,
        "learning_outcomes": list(facts.learning_outcomes or facts.skills),
        "meta_data": {DEFINITION: facts.definition_key},
    }
    if facts.achievement_type:
        body["achievement_type"] = facts.achievement_type
    design = facts.design or badge_design
    return body | ({"badge_design_id": int(design)} if design.isdigit() else {})


@dataclass(frozen=True)
class Change:
    """One request below the credential's evidence."""

    method: str
    path: str = ""
    body: Row | None = None


def evidence_changes(held: Sequence[Any], wanted: Sequence[Row]) -> Iterator[Change]:
    """Add what is missing, then delete what is no longer wanted; what learners added themselves stays."""
    ours = [item for item in held if isinstance(item, dict) and item.get("supplemental") is not True]
    there = {_link(item) for item in ours}
    links = {_link(item) for item in wanted}
    for item in wanted:
        if _link(item) not in there:
            yield Change("POST", body={"evidence_item": item})
    for item in ours:
        if _link(item) and _link(item) not in links and item.get("id"):
            yield Change("DELETE", f"/{item['id']}")


def _link(item: Row) -> str:
    """Its address: rows of answers call it `link_url`, requests `url`."""
    return str(item.get("link_url") or item.get("url") or "")
