"""Canvas Credentials' tokens, envelope and pages, as published."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from issuance.sandbox.routing import Handler, Refusal, Reply, Request, Routes, Row

routes = Routes("/canvas")


@routes.on("POST", "/o/token")
def token(request: Request) -> Reply:
    """A token for a password, or for a refresh token, sent as a form and never in the address."""
    if request.query:
        text = "Token grant parameters must be sent in post body, not query parameters"
        return Reply(400, {"error": text})
    form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
    if form.get("grant_type") == "refresh_token":
        issuer = request.state.door.issuer(f"refresh {form.get('refresh_token')}")
        return _admitted(request, issuer) if issuer else Reply(401, {"error": "invalid_grant"})  # assumed
    who = form.get("username", "")
    if left := request.state.door.throttled(who):
        text = "Too many login attempts."
        data = {"error": "login attempts throttled", "error_description": text, "expires": int(left) + 1}
        return Reply(429, data)
    issuer = request.state.account("canvas", f"{who}:{form.get('password', '')}")
    if form.get("grant_type", "password") != "password" or not issuer:
        request.state.door.failed(who)
        text = "Invalid credentials given."
        return Reply(401, {"error": "invalid_grant", "error_description": text})  # body and status assumed
    return _admitted(request, issuer)


def _admitted(request: Request, issuer: str) -> Reply:
    seconds = request.state.switch("canvas_token_seconds")
    access, refresh = request.state.door.admit(issuer, seconds)
    given = {"access_token": access, "token_type": "Bearer", "expires_in": seconds, "refresh_token": refresh}
    return Reply(200, given)


def on(method: str, path: str) -> Callable[[Handler], Handler]:
    """A route behind the token."""

    def keep(handler: Handler) -> Handler:
        def checked(request: Request, **arguments: str) -> Reply:
            scheme, _, given = request.headers.get("Authorization", "").partition(" ")
            request.account = request.state.door.issuer(given) if scheme == "Bearer" else ""
            if not request.account:
                return refuse(401, "no valid auth token found")
            return handler(request, **arguments)

        routes.on(method, f"/v2{path}")(checked)
        return handler

    return keep


def wrap(status: int, result: list[Row], headers: Row | None = None, **more: Any) -> Reply:
    """Rows in the envelope."""
    data = {"status": {"success": True, "description": "ok"}, "result": result, **more}
    return Reply(status, data, headers or {})


def refuse(status: int, description: str, *, fields: Any = None, rules: list[str] | None = None) -> Reply:
    """An error in the envelope."""
    data: Row = {"status": {"success": False, "description": description}, "result": []}
    if fields:
        data["fieldErrors"] = fields
    if rules:
        data["validationErrors"] = rules
    return Reply(status, data)


def bad(*, fields: Any = None, rules: list[str] | None = None) -> Refusal:
    """400, to be raised."""
    return Refusal(refuse(400, "bad request", fields=fields, rules=rules))


def missing() -> Refusal:
    """404, also for what the caller may not use; to be raised."""
    return Refusal(refuse(404, "entity not found or insufficient privileges"))


def paged(request: Request, rows: list[Row]) -> Reply:
    """Everything; with `num` one page, and the next one's address in the Link header."""
    num = request.query.get("num", "")
    if not num:
        return wrap(200, rows)
    if not num.isdigit() or not 1 <= int(num) <= 500:
        raise bad(rules=["num must be 1 to 500"])  # assumed
    start = int(request.query.get("cursor") or 0)
    part = rows[start : start + int(num)]
    if start + len(part) >= len(rows):
        return wrap(200, part)
    query = urlencode({**request.query, "cursor": start + len(part)})
    return wrap(200, part, {"Link": f'<{request.public_url}{request.path}?{query}>; rel="next"'})


def changed(request: Request, rows: list[Row]) -> Reply:
    """What was made or changed since a moment, with the moment to ask from next time."""
    since = moment(request.query.get("since"))
    found = [row for row in rows if since is None or row["updatedAt"] >= since.isoformat()]
    pagination = {"hasNext": False, "nextResults": None, "hasPrevious": False, "previousResults": None}
    return wrap(200, found, pagination=pagination, timestamp=now())


def now() -> str:
    """A moment as it is written there."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def moment(text: Any) -> datetime | None:
    """A moment as clients send it; None when it cannot be read."""
    try:
        found = datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found and not found.tzinfo else found
