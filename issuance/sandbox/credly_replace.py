"""Replacing an issued badge at Credly: a new one in its place, linked both ways."""

import uuid

from issuance.sandbox import credly
from issuance.sandbox.credly_replies import refuse, wrap
from issuance.sandbox.routing import Refusal, Reply, Request, Row

REPLACED = "Validation failed: This badge cannot be replaced because it has already been replaced."


@credly.on("POST", "/badges/{badge_id}/replace")
def replace(request: Request, badge_id: str) -> Reply:
    """The answer is the new badge (assumed); its state stays that of the old one (assumed). No other address."""
    body = request.json()
    problems = [
        {"attribute": name, "messages": ["can't be blank"]}
        for name in ("badge_template_id", "issued_at")
        if not body.get(name)
    ]
    if problems:
        raise Refusal(refuse(422, "Validation failed", errors=problems))
    with request.state.step():
        old = request.state.badge("credly", badge_id)
        if not old or old["created_by"]["id"] != request.account:
            raise Refusal(refuse(404, "Badge not found"))
        if old["replacement_badge_id"]:
            found = {"data": {"message": REPLACED}, "metadata": {"current_badge_id": _live(request, old)}}
            raise Refusal(Reply(422, found))
        if old["state"] == "revoked":
            raise Refusal(refuse(422, "Validation failed: This badge has been revoked."))  # assumed
        new = _replacement(request, old, body)
        request.state.change_badge("credly", badge_id, old | {"replacement_badge_id": new["id"]})
    return Reply(201, wrap(new))


def _live(request: Request, row: Row) -> str:
    while row["replacement_badge_id"]:
        row = request.state.badge("credly", row["replacement_badge_id"]) or {"replacement_badge_id": None}
    return str(row.get("id", ""))


def _replacement(request: Request, old: Row, body: Row) -> Row:
    kept = {name: body.get(name) or old[name] for name in ("issued_to_first_name", "issued_to_last_name")}
    found = request.state.template("credly", str(body["badge_template_id"]))
    if not found or found[0] != request.account:
        raise Refusal(refuse(422, "Invalid or missing Badge Template ID: "))
    ends = credly.written(credly.time_of(body.get("expires_at")))
    new = (
        old
        | kept
        | {
            "id": str(uuid.uuid4()),
            "issued_to": " ".join(kept.values()),
            "replaces_badge_id": old["id"],
            "evidence": body.get("evidence") or [],
            "expires_at": ends,
            "updated_at": credly.now(),
            "created_at": credly.now(),
        }
    )
    for name in ("accept_badge_url", "badge_url"):
        if name in new:
            new[name] = str(new[name]).replace(old["id"], new["id"])
    request.state.add_badge(
        new,
        platform="credly",
        account=request.account,
        id=new["id"],
        template=found[1]["id"],
        email=new["recipient_email"].lower(),
        earner=new["issuer_earner_id"],
    )
    return new
