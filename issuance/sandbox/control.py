"""The sandbox's own routes, under /_control/: switches, faults, what is held. No platform has these."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from issuance.sandbox import accredible_events, canvas, credly
from issuance.sandbox.faults import Fault, mixture
from issuance.sandbox.routing import Reply, Request, Routes, Row

routes = Routes("/_control")


@routes.on("GET", "/switches")
def switches(request: Request) -> Reply:
    """All switches."""
    return Reply(200, request.state.switches())


@routes.on("POST", "/switches")
def set_switches(request: Request) -> Reply:
    """Change some switches."""
    try:
        request.state.set_switches(request.json())
    except KeyError as error:
        return Reply(400, {"error": error.args[0]})
    return Reply(200, request.state.switches())


@routes.on("POST", "/faults")
def add_fault(request: Request) -> Reply:
    """Queue a fault: `{kind, platform, method, path, times, probability, seconds, retry_after}`."""
    wanted = request.json()
    try:
        request.state.faults.add(Fault(**wanted))
    except (TypeError, ValueError) as error:
        return Reply(400, {"error": str(error), "fields": [field.name for field in fields(Fault)]})
    return Reply(200, wanted)


@routes.on("POST", "/faults/mixture")
def mix_faults(request: Request) -> Reply:
    """From now on `share` of all calls break, in every way equally; further fields as of a fault."""
    wanted = request.json()
    try:
        faults = mixture(**wanted)
    except (TypeError, ValueError) as error:
        return Reply(400, {"error": str(error)})
    for fault in faults:
        request.state.faults.add(fault)
    return Reply(200, {"kinds": [fault.kind for fault in faults]})


@routes.on("GET", "/faults")
def faults_met(request: Request) -> Reply:
    """How many calls met each kind of fault."""
    return Reply(200, request.state.faults.taken())


@routes.on("DELETE", "/faults")
def clear_faults(request: Request) -> Reply:
    """Forget the faults that wait."""
    request.state.faults.clear()
    return Reply(200, {})


@routes.on("GET", "/held")
def held(request: Request) -> Reply:
    """Every badge held, of one platform or of all; `?count=1` for the number alone."""
    rows = request.state.held(request.query.get("platform", ""))
    if request.query.get("count"):
        return Reply(200, {"count": len(rows)})
    return Reply(200, {"count": len(rows), "badges": [_summary(row) for row in rows]})


@routes.on("GET", "/calls")
def calls(request: Request) -> Reply:
    """How many calls arrived at each platform, from first to last in how many seconds, and the most within any
    `window` seconds (30)."""
    window = float(request.query.get("window", "30"))
    answer: dict[str, Any] = {
        platform: {
            "calls": arrivals.count(),
            "seconds": arrivals.seconds(),
            "most_in_window": arrivals.most_in(window),
        }
        for platform, arrivals in request.state.arrivals.items()
    }
    return Reply(200, answer | {"window_seconds": window})


@routes.on("DELETE", "/calls")
def forget_calls(request: Request) -> Reply:
    """Count the calls from here on."""
    for arrivals in request.state.arrivals.values():
        arrivals.clear()
    return Reply(200, {})


@routes.on("POST", "/accounts")
def add_account(request: Request) -> Reply:
    """A further account: `{platform, token, account, name}`; `account` is Credly's organisation."""
    wanted = request.json()
    try:
        request.state.add_account(
            str(wanted["platform"]), str(wanted["token"]), str(wanted["account"]), str(wanted.get("name", ""))
        )
    except KeyError as error:
        return Reply(400, {"error": f"{error.args[0]} is missing"})
    return Reply(200, {})


@routes.on("POST", "/templates/{platform}/{template_id}")
def change_template(request: Request, platform: str, template_id: str) -> Reply:
    """Change a template or group, e.g. `{"state": "archived"}`."""
    found = request.state.template(platform, template_id)
    if not found:
        return Reply(404, {"error": "no such template"})
    account, template = found
    request.state.save_template(platform, account, template_id, template | request.json())
    return Reply(200, template | request.json())


@routes.on("POST", "/badges/{badge_id}/{decision}")
def decide_badge(request: Request, badge_id: str, decision: str) -> Reply:
    """What the earner would do at Credly or Canvas Credentials: `accepted` or `rejected`."""
    badge = None
    if decision in ("accepted", "rejected"):
        badge = credly.decide(request, badge_id, decision) or canvas.decide(request, badge_id, decision)
    return (
        Reply(200, badge)
        if badge
        else Reply(404, {"error": "no pending badge of that id, or no such decision"})
    )


@routes.on("DELETE", "/badges/{platform}/{badge_id}")
def delete_badge(request: Request, platform: str, badge_id: str) -> Reply:
    """What somebody at the platform would do by hand: delete a badge for good."""
    if not request.state.badge(platform, badge_id):
        return Reply(404, {"error": "no such badge"})
    request.state.drop_badge(platform, badge_id)
    return Reply(200, {})


@routes.on("POST", "/opened/{credential_id}")
def opened(request: Request, credential_id: str) -> Reply:
    """What the recipient would do at Accredible: open the mail or the page."""
    with request.state.step():
        credential = request.state.badge("accredible", credential_id)
        if credential:
            credential |= {"recipient_opened": True, "recipient_engaged": True}
            accredible_events.note(credential, accredible_events.VIEWED)
            request.state.change_badge("accredible", credential_id, credential)
    return Reply(200, credential) if credential else Reply(404, {"error": "no such credential"})


@routes.on("POST", "/tokens/expire")
def expire_tokens(request: Request) -> Reply:
    """End every access token that was given for a password."""
    request.state.door.expire()
    return Reply(200, {})


@routes.on("POST", "/reset")
def reset(request: Request) -> Reply:
    """Forget everything but the accounts."""
    request.state.reset()
    return Reply(200, {})


def _summary(row: Row) -> Row:
    body = row.pop("body")
    state = body.get("state") or ("published" if body.get("approve") else "unpublished")
    if "acceptance" in body:
        state = "revoked" if body["revoked"] else body["acceptance"].lower()
    ends = str(body.get("expired_on") or body.get("expires_at") or body.get("expires") or "")
    ended = bool(ends) and ends[:10] <= datetime.now(UTC).date().isoformat()
    evidence = body.get("evidence") or body.get("evidence_items") or []
    return row | {"state": state, "ended": ended, "evidence": evidence}
