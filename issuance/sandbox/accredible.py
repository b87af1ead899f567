"""Accredible's credentials, v1 and v2, as published: 200 on success, published at once, plain-text 401.

The bodies of a single duplicate and of 429 are not published and assumed here; so is that a repeated `id` of
the client's own is not refused, which is the harder case for a client.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from issuance.sandbox.accredible_items import CATEGORIES, shown
from issuance.sandbox.routing import Handler, Refusal, Reply, Request, Routes, Row

routes = Routes("/accredible")
FIRST_ID = 10_000_000
LARGEST_BATCH = 30
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
TAKEN = (
    "has already been taken. Your group settings do not allow duplicates of this credential to be sent to the "
    "same email."
)


def signed_in(handler: Handler) -> Handler:
    """`Token token=KEY`, as documented; 401 in plain text otherwise."""

    def checked(request: Request, **arguments: str) -> Reply:
        given = request.headers.get("Authorization", "")
        strict = request.state.switch("strict_auth")  # the vendor's own plugins leave "token=" out
        match = re.fullmatch(
            r'Token token="?([^"\s]+)"?' if strict else r'\w+ (?:token=)?"?([^"\s]+)"?', given
        )
        request.account = request.state.account("accredible", match[1]) if match else ""
        if not request.account:
            return Reply(401, "HTTP Token: Access denied.\n", content_type="text/html; charset=utf-8")
        return handler(request, **arguments)

    return checked


def on(method: str, path: str) -> Callable[[Handler], Handler]:
    """A route behind the key."""

    def keep(handler: Handler) -> Handler:
        routes.on(method, path)(signed_in(handler))
        return handler

    return keep


@on("POST", "/v1/credentials")
def create(request: Request) -> Reply:
    """One credential."""
    wanted = request.json().get("credential")
    wanted = wanted if isinstance(wanted, dict) else {}
    with request.state.step():
        problem = _problem(request, wanted)
        if problem:
            raise Refusal(Reply(422, {"errors": problem}))
        credential, _ = _make(request, wanted)
    return Reply(200, {"credential": single(credential)})


@on("POST", "/v2/credentials/bulk_create")
def bulk_create(request: Request) -> Reply:
    """Up to 30: 200 when all are made, 207 when some are, 422 when none is."""
    wanted = request.json().get("credentials")
    if not isinstance(wanted, list) or not 0 < len(wanted) <= LARGEST_BATCH:
        raise Refusal(
            Reply(422, {"errors": f"Credentials must hold 1 to {LARGEST_BATCH} entries"})
        )  # assumed
    if request.meets("half_batch"):
        wanted = wanted[: len(wanted) // 2]
    results = [_bulk_entry(request, row if isinstance(row, dict) else {}) for row in wanted]
    good = sum("credential" in entry and len(entry) == 1 for entry in results)
    made = sum("credential" in entry for entry in results)
    return Reply(200 if good == len(results) else 207 if made else 422, {"results": results})


@on("POST", "/v2/credentials/search")
def search(request: Request) -> Reply:
    """By group, address, own id and more; equal values only. Sees new rows after the index lag."""
    body = request.json()
    query, page = body.get("query"), body.get("page") or {}
    if not isinstance(query, dict):
        raise Refusal(_bad_search("Query is missing"))
    columns = {
        "group.id": "template",
        "recipient_email": "email",
        "license_id": "own_key",
        "recipient_id": "earner",
    }
    unknown = set(query) - set(columns) - {"approve"}
    if unknown:
        raise Refusal(_bad_search(f"Field {min(unknown)} is not supported"))
    exact = {columns[name]: str(value).lower() if name == "recipient_email" else str(value)
             for name, value in query.items() if name in columns}  # fmt: skip
    rows = request.state.badges("accredible", {"account": request.account, **exact}, lagging=True)
    if "approve" in query:
        rows = [row for row in rows if row["approve"] is query["approve"]]
    size = int(page.get("size", 50))
    start = int(page["cursor"]) if page.get("cursor") else int(page.get("from", 0))
    part = rows[start : start + size]
    meta = {"count": len(rows), "from": start, "size": size, "cursor": str(start + len(part))}
    return Reply(200, {"credentials": [listed(row) for row in part], "meta": meta})


@on("GET", "/v1/credentials/{credential_id}")
def view(request: Request, credential_id: str) -> Reply:
    """By the vendor's id or by the client's own."""
    return Reply(200, {"credential": single(find(request, credential_id))})


@on("PUT", "/v1/credentials/{credential_id}")
def update(request: Request, credential_id: str) -> Reply:
    """Changes dates, name and privacy; `approve: true` publishes if a credit is left."""
    changes = request.json().get("credential") or {}
    with request.state.step():
        credential = find(request, credential_id)
        wrong = [
            name for name in ("issued_on", "expired_on") if changes.get(name) and not _date(changes[name])
        ]
        if wrong:
            raise Refusal(Reply(422, {"errors": {name: ["is invalid"] for name in wrong}}))
        credential |= {
            name: changes[name] for name in ("issued_on", "expired_on", "private") if name in changes
        }
        if isinstance(changes.get("recipient"), dict):
            credential["recipient"] |= {
                name: changes["recipient"][name]
                for name in ("name", "email", "id")
                if name in changes["recipient"]
            }
        if changes.get("approve") and not credential["approve"]:
            credential["approve"] = _spend_credit(request)
        credential["updated_at"] = _now()
        request.state.change_badge("accredible", str(credential["id"]), credential)
    return Reply(200, {"credential": single(credential)})


@on("DELETE", "/v1/credentials/{credential_id}")
def delete(request: Request, credential_id: str) -> Reply:
    """Gone for good; the answer is what was deleted."""
    with request.state.step():
        credential = find(request, credential_id)
        request.state.drop_badge("accredible", str(credential["id"]))
    return Reply(200, {"credential": single(credential)})


def single(row: Row) -> Row:
    """A credential as a single answer shows it: the id is text, the recipient an object, no `license_id`."""
    hidden = ("license_id", "account", "recipient_opened", "recipient_engaged", "created_at", "updated_at",
              "events")  # fmt: skip
    return {name: value for name, value in row.items() if name not in hidden} | {"id": str(row["id"])}


def listed(row: Row) -> Row:
    """A credential as a search shows it: the id is a number, the recipient's fields are flat."""
    recipient = row["recipient"]
    same = ("id", "license_id", "name", "approve", "private", "grade", "meta_data", "issued_on", "expired_on",
            "recipient_opened", "recipient_engaged", "created_at", "updated_at")  # fmt: skip
    return {name: row.get(name) for name in same} | {
        "group": {"id": row["group_id"], "name": row["group_name"]},
        "recipient_name": recipient["name"],
        "recipient_email": recipient["email"],
        "recipient_id": recipient["id"],
    }


def _bulk_entry(request: Request, wanted: Row) -> Row:
    with request.state.step():
        problem = _problem(request, wanted)
        if not problem:
            credential, paid = _make(request, wanted)
            entry: Row = {"credential": single(credential)}
            return (
                entry
                if paid
                else entry | _bulk_error(request, "insufficient_credits", "Not enough credits", {})
            )
    problem = problem if isinstance(problem, dict) else {"credential": [problem]}
    return _bulk_error(request, "credential_invalid", "The credential is not valid", problem)


def _bulk_error(request: Request, code: str, message: str, problem: dict[str, list[str]]) -> Row:
    """The vendor's documents spell it in two ways; a switch chooses."""
    name = request.state.switch("accredible_bulk_error_key")
    text = "reason" if name == "error" else "message"
    details = [{"property": field, text: texts[0]} for field, texts in problem.items()]
    return {name: {"code": code, "message": message, "details": details}}


def _problem(request: Request, wanted: Row) -> Any:
    """What is wrong with a credential, as the `errors` of an answer; None when it can be made."""
    recipient = wanted.get("recipient")
    if not isinstance(recipient, dict) or not recipient.get("name") or not recipient.get("email"):
        return "Can not create credential without recipient data"
    if not EMAIL.fullmatch(str(recipient["email"])):
        return {"recipient.email": ["is invalid"]}
    found = request.state.template("accredible", str(wanted.get("group_id")))
    if not found or found[0] != request.account:
        return "Invalid Group"
    wrong = {
        name: ["is invalid"]
        for name in ("issued_on", "expired_on")
        if wanted.get(name) and not _date(wanted[name])
    }
    for item in wanted.get("evidence_items") or []:
        if not item.get("description") or item.get("category") not in CATEGORIES:
            wrong["evidence_items"] = ["is invalid"]
    if not wrong and not found[1].get("allow_duplicate_credentials"):
        email = str(recipient["email"]).lower()  # compared without case (assumed)
        same = {"account": request.account, "template": str(wanted["group_id"]), "email": email}
        if request.state.badges("accredible", same):
            wrong["recipient.email"] = [TAKEN]
    return wrong or None


def _make(request: Request, wanted: Row) -> tuple[Row, bool]:
    """A new credential and whether a credit paid for it. Inside `step`, after `_problem`."""
    recipient, group_id = wanted["recipient"], str(wanted["group_id"])
    publish = wanted.get("approve", True)
    paid = _spend_credit(request) if publish else True
    credential = _new(request, wanted) | {"approve": bool(publish and paid)}
    request.state.add_badge(
        credential,
        platform="accredible",
        account=request.account,
        id=str(credential["id"]),
        template=group_id,
        email=str(recipient["email"]).lower(),
        earner=recipient.get("id"),
        own_key=wanted.get("id"),
    )
    return credential, paid


def _new(request: Request, wanted: Row) -> Row:
    recipient, moment = wanted["recipient"], _now()
    found = request.state.template("accredible", str(wanted["group_id"]))
    group = found[1] if found else {}
    number = FIRST_ID + request.state.next_number()
    return {
        "id": number,
        "license_id": wanted.get("id"),
        "name": wanted.get("name") or group["course_name"],
        "description": wanted.get("description") or group["course_description"],
        "grade": None,
        "complete": wanted.get("complete", True),
        "issued_on": wanted.get("issued_on") or datetime.now(UTC).date().isoformat(),
        "expired_on": wanted.get("expired_on"),
        "group_name": group["name"],
        "group_id": group["id"],
        "url": f"{request.public_url}/accredible/credentials/{number}",
        "private": bool(wanted.get("private", False)),
        "recipient": {"name": recipient["name"], "email": recipient["email"], "id": recipient.get("id")},
        "evidence_items": [shown(n, item) for n, item in enumerate(wanted.get("evidence_items") or [])],
        "meta_data": wanted.get("meta_data"),
        "recipient_opened": False,
        "recipient_engaged": False,
        "created_at": moment,
        "updated_at": moment,
    }


def find(request: Request, credential_id: str) -> Row:
    """A credential of this account, by the vendor's id or by the client's own; else 404."""
    same = {"account": request.account}
    rows = request.state.badges("accredible", {**same, "id": credential_id})
    rows = rows or request.state.badges("accredible", {**same, "own_key": credential_id})
    if not rows:
        raise Refusal(Reply(404, {"errors": "Doesn't exist"}))
    return rows[-1]


def _spend_credit(request: Request) -> bool:
    left = 0 if request.meets("no_credits") else int(request.state.switch("accredible_credits"))
    if left > 0:
        request.state.set_switches({"accredible_credits": left - 1})
    return left > 0


def _bad_search(message: str) -> Reply:
    return Reply(400, {"code": 400, "message": message, "status": "invalid_search_query", "errors": {}})


def _date(text: Any) -> bool:
    try:
        date.fromisoformat(str(text))
    except ValueError:
        return False
    return True


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
