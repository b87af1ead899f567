"""Accredible's groups, designs and account."""

from datetime import UTC, datetime

from issuance.sandbox.accredible import signed_in
from issuance.sandbox.routing import Handler, Refusal, Reply, Request, Routes, Row

routes = Routes("/accredible/v1")
FIRST_ID = 12_000
REQUIRED = ("name", "course_name", "course_description")
KEPT = (*REQUIRED, "course_link", "meta_data", "learning_outcomes", "badge_design_id", "certificate_design_id",
        "achievement_type")  # fmt: skip


def on(method: str, path: str, handler: Handler) -> None:
    """A route behind the key."""
    routes.on(method, path)(signed_in(handler))


def create_group(request: Request) -> Reply:
    """A group; its internal name is unique in the account (assumed from the vendor's plugin)."""
    wanted = request.json().get("group") or {}
    missing = {name: ["can't be blank"] for name in REQUIRED if not wanted.get(name)}
    if missing:
        raise Refusal(Reply(422, {"errors": missing}))
    with request.state.step():
        groups = request.state.templates("accredible", request.account)
        if any(group["name"] == wanted["name"] for group in groups):
            raise Refusal(Reply(422, {"errors": {"name": ["has already been taken"]}}))
        number = FIRST_ID + request.state.next_template()
        moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        group = {name: wanted.get(name) for name in KEPT} | {
            "id": number,
            "allow_duplicate_credentials": bool(wanted.get("allow_duplicate_credentials", False)),
            "created_at": moment,
            "updated_at": moment,
        }
        request.state.save_template("accredible", request.account, str(number), group)
    return Reply(200, {"group": group})


def view_group(request: Request, group_id: str) -> Reply:
    """One group of this account."""
    return Reply(200, {"group": _group(request, group_id)})


def update_group(request: Request, group_id: str) -> Reply:
    """Changes the fields that are given."""
    wanted = request.json().get("group") or {}
    changeable = (*KEPT, "allow_duplicate_credentials")
    group = _group(request, group_id) | {name: wanted[name] for name in changeable if name in wanted}
    request.state.save_template("accredible", request.account, group_id, group)
    return Reply(200, {"group": group})


def search_groups(request: Request) -> Reply:
    """By part of a name, by ids, by meta data (every pair given must match)."""
    wanted = request.json()
    groups = request.state.templates("accredible", request.account)
    found = [group for group in groups if _fits(group, wanted)]
    size, number = int(wanted.get("page_size", 50)), int(wanted.get("page", 1))
    pages = max(-(-len(found) // size), 1)
    meta = {
        "current_page": number,
        "next_page": number + 1 if number < pages else None,
        "prev_page": number - 1 if number > 1 else None,
        "total_pages": pages,
        "total_count": len(found),
    }
    return Reply(200, {"groups": found[(number - 1) * size : number * size], "meta": meta})


def create_design(request: Request) -> Reply:
    """A design: only that it is there."""
    wanted = request.json().get("design") or {}
    with request.state.step():
        number = FIRST_ID + request.state.next_template()
        design = {"id": number, "name": wanted.get("name", ""), "kind": wanted.get("kind", "badge")}
        request.state.save_template("accredible-designs", request.account, str(number), design)
    return Reply(200, {"design": design})


def view_design(request: Request, design_id: str) -> Reply:
    """One design."""
    found = request.state.template("accredible-designs", design_id)
    if not found or found[0] != request.account:
        raise Refusal(Reply(404, {"error": "Not found"}))
    return Reply(200, {"design": found[1]})


def issuer(request: Request) -> Reply:
    """The account and its credits."""
    name = request.state.account_name("accredible", request.account)
    left = request.state.switch("accredible_credits")
    return Reply(200, {"issuer": {"id": int(request.account), "name": name, "certificate_left": left}})


def _group(request: Request, group_id: str) -> Row:
    found = request.state.template("accredible", group_id)
    if not found or found[0] != request.account:
        raise Refusal(Reply(404, {"success": False, "data": "Group does not exist"}))
    return found[1]


def _fits(group: Row, wanted: Row) -> bool:
    meta = wanted.get("meta_data") or {}
    return (
        str(wanted.get("name", "")).lower() in group["name"].lower()
        and str(wanted.get("course_name", "")).lower() in group["course_name"].lower()
        and (not wanted.get("ids") or group["id"] in wanted["ids"])
        and all((group["meta_data"] or {}).get(name) == value for name, value in meta.items())
    )


on("POST", "/issuer/groups", create_group)
on("POST", "/issuer/groups/search", search_groups)
on("GET", "/issuer/groups/{group_id}", view_group)
on("PUT", "/issuer/groups/{group_id}", update_group)
on("POST", "/designs", create_design)
on("GET", "/designs/{design_id}", view_design)
on("GET", "/issuer/details", issuer)
