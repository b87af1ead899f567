"""Accredible's list of events. The name of the list is not documented and assumed here, and so is the form of days."""

from datetime import UTC, datetime

from issuance.sandbox.accredible import on
from issuance.sandbox.routing import Reply, Request, Row

VIEWED = "recipient_view_certificate"


def note(credential: Row, event: str) -> None:
    """Something happened to this credential."""
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    credential["events"] = [*credential.get("events", []), {"event": event, "created_at": moment}]


@on("GET", "/v1/analytics")
def events(request: Request) -> Reply:
    """What happened from `start_date` on to the credentials of a group, page by page."""
    wanted = {"account": request.account}
    if group := request.query.get("group_id"):
        wanted["template"] = group
    since = request.query.get("start_date", "")
    rows = [
        {"credential": {"id": row["id"], "license_id": row["license_id"]}, **event}
        for row in request.state.badges("accredible", wanted)
        for event in row.get("events", [])
        if event["created_at"] >= since
    ]
    size, number = int(request.query.get("page_size", "50")), int(request.query.get("page", "1"))
    pages = max(1, -(-len(rows) // size))
    meta = {
        "current_page": number,
        "next_page": number + 1 if number < pages else None,
        "prev_page": number - 1 or None,
        "total_pages": pages,
        "total_count": len(rows),
    }
    return Reply(200, {"events": rows[(number - 1) * size : number * size], "meta": meta})
