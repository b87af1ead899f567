"""Credly's badge templates: image, three skills, criteria address and an activity are required."""

import re
import uuid

from issuance.sandbox.credly_replies import paged, refuse, wrap
from issuance.sandbox.routing import Refusal, Reply, Request, Row

REQUIRED = ("name", "description", "global_activity_url", "badge_template_activities", "image")


def listed(request: Request) -> Reply:
    """The organisation's templates, by name (exact in double quotes) and state."""
    rows = request.state.templates("credly", request.account)
    for part in re.split(r"\|", request.query.get("filter", "")):
        key, _, value = part.partition("::")
        rows = [row for row in rows if _fits(row, key, value)]
    return Reply(200, paged(request, rows))


def one(request: Request, template_id: str) -> Reply:
    """One template of this organisation."""
    found = request.state.template("credly", template_id)
    if not found or found[0] != request.account:
        raise Refusal(refuse(404, "Badge template not found"))
    return Reply(200, wrap(found[1]))


def create(request: Request) -> Reply:
    """An active template, with the address of it in the Location header."""
    if not request.state.switch("credly_template_creation"):
        raise Refusal(refuse(403, "Badge template creation is not enabled for this organization"))  # assumed
    body = request.json()
    wrong = [name for name in REQUIRED if not body.get(name)]
    if len(body.get("skills") or []) < 3:
        wrong.append("skills")
    if wrong:
        errors: list[Row] = [{"attribute": name, "messages": ["is missing or too short"]} for name in wrong]
        raise Refusal(refuse(422, "Validation failed", errors=errors))
    template = _new(request, body)
    request.state.save_template("credly", request.account, template["id"], template)
    address = f"{request.public_url}{request.path}/{template['id']}"
    return Reply(201, wrap(template), {"Location": address})


def update(request: Request, template_id: str) -> Reply:
    """Another picture and text (assumed: only third parties describe it)."""
    kept, body = one(request, template_id).data["data"], request.json()
    template = kept | {
        name: body[name] for name in ("name", "description", "skills", "alignments") if name in body
    }
    if body.get("image"):
        template["image_url"] = _image_url(request, body["image"], template_id)
    request.state.save_template("credly", request.account, template_id, template)
    return Reply(200, wrap(template))


def _new(request: Request, body: Row) -> Row:
    template_id = str(uuid.uuid4())
    kept = ("name", "description", "global_activity_url", "skills", "badge_template_activities")
    return {
        "id": template_id,
        **{name: body[name] for name in kept},
        "alignments": body.get("alignments") or [],
        "state": "active",
        "public": True,
        "allow_duplicate_badges": bool(body.get("allow_duplicate_badges", False)),
        "image_url": _image_url(request, body["image"], template_id),
        "owner": {"type": "Organization", "id": request.account},
    }


def _image_url(request: Request, image: object, template_id: str) -> str:
    if isinstance(image, dict):
        return str(image.get("remote_upload_url", ""))
    # Base64 is accepted as a data address (assumed: the form is not documented).
    request.state.save_template("credly-images", request.account, template_id, {"data": str(image)})
    return f"{request.public_url}/credly/images/{template_id}"


def _fits(row: Row, key: str, value: str) -> bool:
    if key == "name" and value.startswith('"'):
        return bool(row["name"] == value.strip('"'))
    if key == "name":
        return value.lower() in row["name"].lower()
    return row["state"] in value.split(",") if key == "state" else True
