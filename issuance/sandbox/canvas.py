"""Canvas Credentials' awards ("assertions"), as published: 201 with a list of one, 404 instead of 403.

By default a second award for one person is made; only `allowDuplicateAwards: false` refuses it, and then the address
is compared as it was sent, before it is lower-cased for keeping. Lists hide revoked and expired awards unless asked.
"""

import re
import secrets
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from issuance.sandbox.canvas_classes import own_class, own_issuer
from issuance.sandbox.canvas_replies import bad, changed, missing, moment, now, on, paged, wrap
from issuance.sandbox.routing import Reply, Request, Row

ALREADY = "A previous award of this badge already exists for this recipient."
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
EARLIEST_YEAR = 1583
MOST_IN_A_BATCH = 500  # assumed: not published


@on("POST", "/badgeclasses/{class_id}/assertions")
def issue(request: Request, class_id: str) -> Reply:
    """One award."""
    badge_class = own_class(request, class_id)
    wanted = request.json()
    if wrong := _wrong(wanted):
        raise bad(fields=wrong)
    _refuse_duplicate(request, class_id, wanted)
    return wrap(201, [_make(request, badge_class, wanted)])


@on("POST", "/issuers/{issuer_id}/assertions")
def issue_for_issuer(request: Request, issuer_id: str) -> Reply:
    """One award, with its badge class in the body."""
    own_issuer(request, issuer_id)
    class_id = request.json().get("badgeclass")
    if not class_id:
        raise bad(rules=["One of badgeclass, badgeclassOpenBadgeId, badgeclassName is required"])
    return issue(request, class_id=str(class_id))


@on("POST", "/badgeclasses/{class_id}/issue")
def issue_batch(request: Request, class_id: str) -> Reply:
    """Several awards: all are checked first, then saved one by one, so that a crash leaves part of them."""
    badge_class = own_class(request, class_id)
    wanted = request.json().get("assertions")
    if not isinstance(wanted, list) or not 0 < len(wanted) <= MOST_IN_A_BATCH:
        raise bad(fields={"assertions": ["This field is required."]})  # a bare array too
    rows = [row if isinstance(row, dict) else {} for row in wanted]
    wrong = [_wrong(row) for row in rows]
    if any(wrong):
        raise bad(fields=wrong)
    for row in rows:
        _refuse_duplicate(request, class_id, row)
    if request.fault and request.fault.kind == "half_batch":
        rows = rows[: len(rows) // 2]
    return wrap(201, [_make(request, badge_class, row) for row in rows])


@on("GET", "/badgeclasses/{class_id}/assertions")
def of_class(request: Request, class_id: str) -> Reply:
    """The awards of one badge class."""
    own_class(request, class_id)
    return _listed(request, {"template": class_id})


@on("GET", "/issuers/{issuer_id}/assertions")
def of_issuer(request: Request, issuer_id: str) -> Reply:
    """The awards of an issuer."""
    own_issuer(request, issuer_id)
    return _listed(request, {})


@on("GET", "/assertions/changed")
def changed_awards(request: Request) -> Reply:
    """Awards made or changed since a moment."""
    return changed(request, request.state.badges("canvas", {"account": request.account}, lagging=True))


@on("POST", "/assertions/revoke")
def revoke_batch(request: Request) -> Reply:
    """Several at once; each row says what became of it."""
    return wrap(200, [_revoke_row(request, row) for row in request.rows()])


@on("GET", "/assertions/{award_id}")
def view(request: Request, award_id: str) -> Reply:
    """One award."""
    return wrap(200, [_own(request, award_id)])


@on("PUT", "/assertions/{award_id}")
def update(request: Request, award_id: str) -> Reply:
    """Only what the hosted pages allow: narrative, expires, issuedOn. Other members are left alone (assumed)."""
    with request.state.step():
        row, wanted = _own(request, award_id), request.json()
        if row["revoked"]:
            raise bad(rules=["Assertion is revoked"])  # assumed
        wrong = [name for name in ("expires", "issuedOn") if wanted.get(name) and not moment(wanted[name])]
        if wrong:
            raise bad(fields={name: ["Invalid date."] for name in wrong})
        row |= {name: wanted[name] for name in ("narrative", "expires", "issuedOn") if name in wanted}
        row["updatedAt"] = now()
        request.state.change_badge("canvas", award_id, row)
    return wrap(200, [row])


@on("DELETE", "/assertions/{award_id}")
def revoke(request: Request, award_id: str) -> Reply:
    """Revoked for good, with a reason; twice is refused."""
    with request.state.step():
        row = _own(request, award_id)
        return wrap(200, [_revoke(request, row, str(request.json().get("revocation_reason") or ""))])


def decide(request: Request, award_id: str, decision: str) -> Row | None:
    """What the recipient does in the browser: `accepted` or `rejected`. None for what is unknown or revoked."""
    with request.state.step():
        row = request.state.badge("canvas", award_id)
        if not row or row["revoked"]:
            return None
        row |= {"acceptance": decision.title(), "updatedAt": now()}
        request.state.change_badge("canvas", award_id, row)
    return row


def _listed(request: Request, columns: dict[str, str]) -> Reply:
    wanted = {"account": request.account, **columns}
    if recipient := request.query.get("recipient"):
        wanted["email"] = recipient  # compared with what is kept, which is in lower case
    rows = request.state.badges("canvas", wanted, lagging=True)
    if request.query.get("include_revoked") != "true":
        rows = [row for row in rows if not row["revoked"]]
    if request.query.get("include_expired") != "true":
        rows = [row for row in rows if not _over(row)]
    return paged(request, rows)


def _own(request: Request, award_id: str) -> Row:
    row = request.state.badge("canvas", award_id)
    if not row or row["issuer"] != request.account:
        raise missing()
    return row


def _wrong(wanted: Row) -> dict[str, list[str]]:
    """What is wrong with one award, field by field; wordings assumed."""
    recipient, wrong = wanted.get("recipient"), {}
    identity = recipient.get("identity") if isinstance(recipient, dict) else None
    kind = recipient.get("type", "email") if isinstance(recipient, dict) else ""
    if not identity:
        wrong["recipient"] = ["This field is required."]
    elif kind == "email" and not EMAIL.fullmatch(str(identity)):
        wrong["recipient"] = ["Enter a valid email address."]
    elif kind not in ("email", "url", "id", "telephone"):
        wrong["recipient"] = [f'"{kind}" is not a valid choice.']
    issued = moment(wanted.get("issuedOn"))
    if wanted.get("issuedOn") and (not issued or issued.year < EARLIEST_YEAR):
        wrong["issuedOn"] = ["Invalid date."]
    elif issued and issued > datetime.now(UTC):
        wrong["issuedOn"] = ["Only past dates are allowed."]
    if wanted.get("expires") and not moment(wanted["expires"]):
        wrong["expires"] = ["Invalid date."]
    evidence = wanted.get("evidence") or []
    if any(not isinstance(one, dict) or not (one.get("url") or one.get("narrative")) for one in evidence):
        wrong["evidence"] = ["Either url or narrative is required."]
    return wrong


def _refuse_duplicate(request: Request, class_id: str, wanted: Row) -> None:
    if wanted.get("allowDuplicateAwards", True):
        return
    same = {"account": request.account, "template": class_id, "email": str(wanted["recipient"]["identity"])}
    if any(not row["revoked"] and not _over(row) for row in request.state.badges("canvas", same)):
        raise bad(rules=[ALREADY])


def _over(row: Row) -> bool:
    ends = moment(row.get("expires"))
    return ends is not None and ends < datetime.now(UTC)


def _make(request: Request, badge_class: Row, wanted: Row) -> Row:
    entity, identity = secrets.token_urlsafe(16), str(wanted["recipient"]["identity"]).lower()
    row = {
        "entityType": "Assertion",
        "entityId": entity,
        "openBadgeId": f"{request.public_url}/canvas/public/assertions/{entity}",
        "createdAt": now(),
        "updatedAt": now(),
        "badgeclass": badge_class["entityId"],
        "badgeclassOpenBadgeId": badge_class["openBadgeId"],
        "issuer": badge_class["issuer"],
        "image": badge_class["image"],
        "recipient": _recipient(wanted["recipient"], identity),
        "issuedOn": wanted.get("issuedOn") or now(),
        "narrative": wanted.get("narrative"),
        "evidence": [_evidence(one) for one in wanted.get("evidence") or []],
        "revoked": False,
        "revocationReason": None,
        "acceptance": "Unaccepted",
        "expires": wanted.get("expires"),
        "extensions": wanted.get("extensions") or {},
        "pending": False,
    }
    request.state.add_badge(
        row,
        platform="canvas",
        account=request.account,
        id=entity,
        template=badge_class["entityId"],
        email=identity,
    )
    return row


def _recipient(given: Row, identity: str) -> Row:
    kind, hashed = given.get("type", "email"), given.get("hashed", True)
    shown: Row = {"hashed": hashed, "type": kind, "plaintextIdentity": identity}
    if not hashed:
        return shown | {"identity": identity, "salt": None}
    salt = secrets.token_hex(16)
    return shown | {
        "identity": f"sha256${sha256((identity + salt).encode()).hexdigest()}",
        "salt": salt,
    }


def _evidence(one: Row) -> Row:
    names = ("url", "narrative", "name", "description", "genre", "audience")
    return {name: one.get(name) for name in names}


def _revoke(request: Request, row: Row, reason: str) -> Row:
    """Inside `step`. The reason is needed, as in the open source server; the hosted pages call it optional."""
    if not reason:
        raise bad(fields={"revocation_reason": ["This field is required."]})
    if row["revoked"]:
        raise bad(rules=["Assertion is already revoked"])
    row |= {"revoked": True, "revocationReason": reason, "updatedAt": now()}
    request.state.change_badge("canvas", row["entityId"], row)
    return row


def _revoke_row(request: Request, wanted: Row) -> Row:
    award_id, reason = str(wanted.get("entityId") or ""), str(wanted.get("revocationReason") or "")
    said: Row = {"revoked": False, "entityId": award_id, "revocationReason": reason}
    row: Any = request.state.badge("canvas", award_id)
    if not row or row["issuer"] != request.account:
        return said | {"reason": "permission denied or object not found"}
    if row["revoked"]:
        return said | {"reason": "assertion is already revoked"}
    if not reason:
        return said | {"reason": "revocationReason is required"}
    with request.state.step():
        _revoke(request, row, reason)
    return said | {"revoked": True}
