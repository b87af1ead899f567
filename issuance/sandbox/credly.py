"""Credly v1 as published: strict about signing in, required fields, templates and duplicates.

The envelope `{data, metadata}`, 201 with a pending badge and 50 rows a page are the vendor's; wordings and
what is marked "assumed" are ours.
"""

import base64
import binascii
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from issuance.sandbox import credly_hooks, credly_templates
from issuance.sandbox.credly_replies import paged, refuse, wrap
from issuance.sandbox.routing import Handler, Refusal, Reply, Request, Routes, Row

routes = Routes("/credly/v1")
ORG = "/organizations/{organization}"
REQUIRED = (
    "recipient_email",
    "issued_to_first_name",
    "issued_to_last_name",
    "badge_template_id",
    "issued_at",
)
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def signed_in(request: Request) -> None:
    """Basic with the token as user name and an empty password; 401 otherwise."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    try:
        user, colon, password = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        user = colon = password = ""
    strict = request.state.switch("strict_auth")  # clients are seen that leave the colon out
    if scheme.lower() == "basic" and user and (not strict or (colon and not password)):
        request.account = request.state.account("credly", user)
    if not request.account:
        raise Refusal(refuse(401, "Invalid access token"))  # wording assumed


def in_organization(handler: Handler) -> Handler:
    """Signs in and refuses the organisation of another account."""

    def checked(request: Request, organization: str, **arguments: str) -> Reply:
        signed_in(request)
        if organization != request.account:
            raise Refusal(refuse(404, "Organization not found"))  # assumed: 404, not 403
        return handler(request, **arguments)

    return checked


def on(method: str, path: str) -> Callable[[Handler], Handler]:
    """A route inside an organisation."""

    def keep(handler: Handler) -> Handler:
        routes.on(method, ORG + path)(in_organization(handler))
        return handler

    return keep


@on("GET", "")
def organization(request: Request) -> Reply:
    """The organisation itself."""
    name = request.state.account_name("credly", request.account)
    return Reply(200, wrap({"id": request.account, "type": "Organization", "name": name}))


@on("GET", "/authorization_tokens")
def authorization_tokens(request: Request) -> Reply:
    """The organisation's tokens; each lives 180 days, of which so many are left as the switch says."""
    _, _, given = request.headers["Authorization"].partition(" ")
    token = base64.b64decode(given).decode().partition(":")[0]
    ends = (datetime.now(UTC) + timedelta(days=request.state.switch("credly_token_days"))).strftime(
        "%Y-%m-%dT%H:%M:%S.000Z"
    )
    flags = {"read_enabled": True, "write_enabled": True, "delete_enabled": False}
    row = {"id": "1", "token": token, "owner_id": request.account, "expires_at": ends, **flags}
    return Reply(200, paged(request, [row]))


on("PUT", "")(credly_hooks.change_organization)
on("GET", "/events")(credly_hooks.listed)
on("GET", "/events/{event_id}")(credly_hooks.one)
on("GET", "/badge_templates")(credly_templates.listed)
on("POST", "/badge_templates")(credly_templates.create)
on("GET", "/badge_templates/{template_id}")(credly_templates.one)
on("PUT", "/badge_templates/{template_id}")(credly_templates.update)


@on("POST", "/badges")
def issue(request: Request) -> Reply:
    """A pending badge, or 422."""
    body = request.json()
    problems = _problems(body)
    if problems:
        raise Refusal(refuse(422, "Validation failed", errors=problems))
    found = request.state.template("credly", str(body["badge_template_id"]))
    if not found or found[0] != request.account or found[1]["state"] != "active":
        raise Refusal(refuse(422, "Invalid or missing Badge Template ID: "))
    account, template = found
    with request.state.step():
        if not template["allow_duplicate_badges"] and _already(request, body):
            raise Refusal(refuse(422, "User already has this badge"))
        badge = _new_badge(request, body, template)
        request.state.add_badge(
            badge,
            platform="credly",
            account=account,
            id=badge["id"],
            template=template["id"],
            email=badge["recipient_email"].lower(),
            earner=badge["issuer_earner_id"],
        )
    credly_hooks.note(request, "badge.created", badge)
    return Reply(201, wrap(badge))


@on("GET", "/badges")
def listed(request: Request) -> Reply:
    """Issued badges; a filter key that is not known is ignored (assumed)."""
    wanted = dict(
        part.partition("::")[::2] for part in request.query.get("filter", "").split("|") if "::" in part
    )
    columns = {"badge_template_id": "template", "recipient_email": "email", "issuer_earner_id": "earner"}
    exact = {columns[key]: value for key, value in wanted.items() if key in columns}
    if "email" in exact:
        exact["email"] = exact["email"].lower()
    rows = request.state.badges("credly", {"account": request.account, **exact}, lagging=True)
    if "state" in wanted:
        rows = [row for row in rows if row["state"] in wanted["state"].split(",")]
    sort = request.query.get("sort", "")
    if sort.lstrip("-") in ("issued_at", "created_at"):
        rows.sort(key=lambda row: str(row[sort.lstrip("-")]), reverse=sort.startswith("-"))
    return Reply(200, paged(request, rows))


@on("PUT", "/badges/{badge_id}/revoke")
def revoke(request: Request, badge_id: str) -> Reply:
    """Revoked for good; a second time is refused (assumed)."""
    reason = request.json().get("reason")
    with request.state.step():
        badge = request.state.badge("credly", badge_id)
        if not badge or badge["created_by"]["id"] != request.account:
            raise Refusal(refuse(404, "Badge not found"))
        if not reason:
            raise Refusal(refuse(422, "Validation failed: Reason can't be blank"))
        if badge["state"] == "revoked":
            raise Refusal(refuse(422, "Validation failed: This badge has already been revoked."))
        badge |= {"state": "revoked", "revocation_reason": reason, "state_updated_at": now()}
        badge.pop("accept_badge_url", None)
        request.state.change_badge("credly", badge_id, badge)
    credly_hooks.note(request, "badge.state.changed", badge)
    return Reply(200, wrap(badge))


def decide(request: Request, badge_id: str, decision: str) -> Row | None:
    """What the earner does in the browser: `accepted` or `rejected`. None for a badge that is not pending."""
    with request.state.step():
        badge = request.state.badge("credly", badge_id)
        if not badge or badge["state"] != "pending":
            return None
        names = {"first_name": badge["issued_to_first_name"], "last_name": badge["issued_to_last_name"]}
        badge.pop("accept_badge_url", None)
        badge |= {"state": decision, "state_updated_at": now(), "updated_at": now()}
        if decision == "accepted":
            badge["badge_url"] = f"{request.public_url}/credly/badges/{badge_id}"
            badge["user"] = {"id": str(uuid.uuid4()), "email": badge["recipient_email"], **names}
        request.state.change_badge("credly", badge_id, badge)
    credly_hooks.note(request, "badge.state.changed", badge)
    return badge


def now() -> str:
    """A time as Credly writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _problems(body: Row) -> list[Row]:
    """The fields that are missing or unreadable, as the vendor's error list shows them."""
    wrong = {name: "can't be blank" for name in REQUIRED if not str(body.get(name) or "").strip()}
    if "recipient_email" not in wrong and not EMAIL.fullmatch(str(body["recipient_email"])):
        wrong["recipient_email"] = "is invalid"
    if "issued_at" not in wrong and time_of(body["issued_at"]) is None:
        wrong["issued_at"] = "is invalid"
    if body.get("expires_at") not in (None, False) and time_of(body["expires_at"]) is None:
        wrong["expires_at"] = "is invalid"
    return [
        {"attribute": name, "attribute_label": name.replace("_", " ").capitalize(), "messages": [text]}
        for name, text in wrong.items()
    ]


def _already(request: Request, body: Row) -> bool:
    """The duplicate rule: one template and one address or one earner id. Revoked and rejected ones do not
    block (assumed)."""
    same = {"account": request.account, "template": str(body["badge_template_id"])}
    rows = request.state.badges("credly", {**same, "email": str(body["recipient_email"]).lower()})
    if body.get("issuer_earner_id"):
        rows += request.state.badges("credly", {**same, "earner": str(body["issuer_earner_id"])})
    return any(row["state"] in ("pending", "accepted") and not row["replacement_badge_id"] for row in rows)


def _new_badge(request: Request, body: Row, template: Row) -> Row:
    badge_id, moment = str(uuid.uuid4()), now()
    owner = {"type": "Organization", "id": request.account}
    issued, expires = time_of(body["issued_at"]), time_of(body.get("expires_at"))
    kept = ("issued_to_first_name", "issued_to_last_name", "recipient_email")
    return {
        "id": badge_id,
        **{name: str(body[name]) for name in kept},
        "issued_to": f"{body['issued_to_first_name']} {body['issued_to_last_name']}",
        "user": {},
        "created_by": owner,
        "badge_template": template,
        "issuer_earner_id": str(body["issuer_earner_id"]) if body.get("issuer_earner_id") else None,
        "locale": body.get("locale", "en"),
        "public": True,
        "state": "pending",
        "replacement_badge_id": None,
        "replaces_badge_id": None,
        "revocation_reason": None,
        "created_at": moment,
        "updated_at": moment,
        "state_updated_at": None,
        "issued_at": written(issued),
        "expires_at": written(expires),
        "image_url": template["image_url"],
        "evidence": body.get("evidence") or [],
        "accept_badge_url": f"{request.public_url}/credly/badges/{badge_id}/accept",
    }


def written(moment: datetime | None) -> str | None:
    """A time as Credly writes it; None for none."""
    return (
        moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else None
    )


def time_of(text: Any) -> datetime | None:
    """A time as clients send it; None when it cannot be read."""
    try:
        moment = datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment and not moment.tzinfo else moment
