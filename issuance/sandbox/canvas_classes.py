"""Canvas Credentials' issuers and badge classes, as published."""

import secrets
from typing import Any

from issuance.sandbox.canvas_replies import bad, changed, missing, now, on, paged, wrap
from issuance.sandbox.routing import Reply, Request, Row

LONGEST = {"name": 1024, "description": 16384}
KEPT = ("name", "description", "criteriaUrl", "criteriaNarrative", "tags", "alignments", "expires", "extensions",
        "achievementType")  # fmt: skip
UNITS = ("days", "weeks", "months", "years")


@on("GET", "/issuers")
def issuers(request: Request) -> Reply:
    """The issuers that the token's owner works for: one here."""
    return wrap(200, [_issuer(request)])


@on("GET", "/issuers/{issuer_id}")
def issuer(request: Request, issuer_id: str) -> Reply:
    """One issuer."""
    own_issuer(request, issuer_id)
    return wrap(200, [_issuer(request)])


@on("GET", "/issuers/{issuer_id}/badgeclasses")
def of_issuer(request: Request, issuer_id: str) -> Reply:
    """An issuer's badge classes (in the open source server; not shown by the hosted pages that were read)."""
    own_issuer(request, issuer_id)
    return paged(request, _shown(request))


@on("POST", "/issuers/{issuer_id}/badgeclasses")
def create_for_issuer(request: Request, issuer_id: str) -> Reply:
    """A badge class of the issuer in the path."""
    own_issuer(request, issuer_id)
    return _create(request, request.json())


@on("POST", "/badgeclasses")
def create(request: Request) -> Reply:
    """A badge class of the issuer in the body."""
    wanted = request.json()
    if wanted.get("issuer") != request.account:
        raise bad(fields={"issuer": ["Invalid issuer."]})  # wording assumed
    return _create(request, wanted)


@on("GET", "/badgeclasses/changed")
def changed_classes(request: Request) -> Reply:
    """Badge classes that were made or changed since a moment."""
    return changed(request, _shown(request))


@on("GET", "/badgeclasses/{class_id}")
def view(request: Request, class_id: str) -> Reply:
    """One badge class."""
    return wrap(200, [own_class(request, class_id)])


@on("PUT", "/badgeclasses/{class_id}")
def update(request: Request, class_id: str) -> Reply:
    """Another name, picture and so on. Here earlier awards show it too, as the hosted pages say."""
    row, wanted = own_class(request, class_id), request.json()
    _check(wanted, needs_image=False)
    row |= {name: wanted[name] for name in KEPT if name in wanted} | {"updatedAt": now()}
    if wanted.get("image"):
        row |= _image(request, row["entityId"], str(wanted["image"]))
    request.state.save_template("canvas", request.account, class_id, row)
    return wrap(200, [row])


@on("DELETE", "/badgeclasses/{class_id}")
def delete(request: Request, class_id: str) -> Reply:
    """Refused while a live award of it exists."""
    own_class(request, class_id)
    held = request.state.badges("canvas", {"account": request.account, "template": class_id})
    if any(not row["revoked"] for row in held):
        raise bad(rules=["BadgeClass could not be deleted. It has already been issued at least once."])
    request.state.drop_template("canvas", class_id)
    return Reply(204, "")


def own_issuer(request: Request, issuer_id: str) -> None:
    """404 for an issuer of others: there is no 403."""
    if issuer_id != request.account:
        raise missing()


def own_class(request: Request, class_id: str) -> Row:
    """A badge class of this issuer; 404 for those of others."""
    found = request.state.template("canvas", class_id)
    if not found or found[0] != request.account:
        raise missing()
    return found[1]


def _shown(request: Request) -> list[Row]:
    return [row for row in request.state.templates("canvas", request.account) if not row.get("archived")]


def _create(request: Request, wanted: Row) -> Reply:
    _check(wanted, needs_image=True)
    entity = secrets.token_urlsafe(16)
    row = {name: wanted.get(name) for name in KEPT} | {
        "entityType": "BadgeClass",
        "entityId": entity,
        "openBadgeId": f"{request.public_url}/canvas/public/badges/{entity}",
        "issuer": request.account,
        "createdAt": now(),
        "updatedAt": now(),
    }
    row |= _image(request, entity, str(wanted["image"]))
    request.state.save_template("canvas", request.account, entity, row)
    return wrap(201, [row])


def _check(wanted: Row, *, needs_image: bool) -> None:
    """The fields as the open source server checks them; wordings assumed."""
    wrong: dict[str, list[Any]] = {}
    for name, longest in LONGEST.items():
        text = wanted.get(name)
        if not isinstance(text, str) or not text.strip():
            wrong[name] = ["This field is required."]
        elif len(text) > longest:
            wrong[name] = [f"Ensure this field has no more than {longest} characters."]
    image = str(wanted.get("image") or "")
    if (needs_image or image) and not image.startswith(("data:image/png", "data:image/svg", "http")):
        wrong["image"] = ["A PNG or SVG image is required."]
    if any(not one.get("targetName") or not one.get("targetUrl") for one in wanted.get("alignments") or []):
        wrong["alignments"] = ["targetName and targetUrl are required."]
    expires = wanted.get("expires")
    if expires and (expires.get("duration") not in UNITS or not isinstance(expires.get("amount"), int)):
        wrong["expires"] = ["amount and duration are required."]
    if wrong:
        raise bad(fields=wrong)


def _image(request: Request, entity: str, given: str) -> Row:
    if given.startswith("http"):
        return {"image": given}
    request.state.save_template("canvas-images", request.account, entity, {"data": given})
    return {"image": f"{request.public_url}/canvas/public/badges/{entity}/image"}


def _issuer(request: Request) -> Row:
    name = request.state.account_name("canvas", request.account)
    return {"entityType": "Issuer", "entityId": request.account, "name": name}
