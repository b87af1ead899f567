"""The sandbox's pages for people: what is held, and a learner accepting a badge. They say what they are."""

import base64
import binascii
from html import escape

from issuance.sandbox import canvas
from issuance.sandbox.credly import decide
from issuance.sandbox.routing import Refusal, Reply, Request, Routes, Row

routes = Routes("")
SHOWN = 200
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }}
.note {{ background: #fff3cd; border: 1px solid #8a6d00; padding: .5rem 1rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; padding: .4rem; border-bottom: 1px solid #bbb; }}
button {{ font: inherit; padding: .4rem 1rem; }}
form {{ display: inline; }}
</style></head>
<body><p class="note">Sandbox of the platforms: an imitation for trial. Nothing here is a real badge.</p>
<main><h1>{title}</h1>{body}</main></body></html>"""


@routes.on("GET", "/")
def home(request: Request) -> Reply:
    """The newest badges held, pending ones with a button."""
    rows = request.state.held()
    newest = "".join(_line(request, row) for row in reversed(rows[-SHOWN:]))
    table = (
        f"<table><thead><tr><th>Platform</th><th>Badge</th><th>Recipient</th><th>State</th><th></th></tr></thead>"
        f"<tbody>{newest}</tbody></table>"
    )
    count = f"<p>{len(rows)} held{f'; the newest {SHOWN} are shown' if len(rows) > SHOWN else ''}.</p>"
    return _page(
        "Sandbox of the platforms", count + (table if rows else "<p>No badge has been sent yet.</p>")
    )


@routes.on("GET", "/credly/badges/{badge_id}")
def credly_badge(request: Request, badge_id: str) -> Reply:
    """A badge's own page."""
    badge = _credly(request, badge_id)
    about = f"<p>{escape(badge['issued_to'])}: {escape(badge['state'])}.</p>"
    return _page(badge["badge_template"]["name"], about)


@routes.on("GET", "/credly/badges/{badge_id}/accept")
def offer(request: Request, badge_id: str) -> Reply:
    """The page that a recipient's mail leads to. It changes nothing: mail scanners follow links too."""
    badge = _credly(request, badge_id)
    name = escape(badge["badge_template"]["name"])
    if badge["state"] != "pending":
        return _page(badge["badge_template"]["name"], f"<p>This badge is {escape(badge['state'])}.</p>")
    body = f"<p>{escape(badge['issued_to'])}, you have earned “{name}”.</p>{_buttons(badge_id)}"
    return _page("Accept your badge", body)


@routes.on("POST", "/credly/badges/{badge_id}/accept")
def accept(request: Request, badge_id: str) -> Reply:
    """The badge is the recipient's."""
    decide(request, badge_id, "accepted")
    return _see(f"/credly/badges/{badge_id}")


@routes.on("POST", "/credly/badges/{badge_id}/reject")
def reject(request: Request, badge_id: str) -> Reply:
    """The recipient does not want it."""
    decide(request, badge_id, "rejected")
    return _see(f"/credly/badges/{badge_id}")


@routes.on("GET", "/canvas/public/assertions/{award_id}")
def canvas_award(request: Request, award_id: str) -> Reply:
    """An award's public page."""
    row = request.state.badge("canvas", award_id)
    if not row:
        return _missing("Badge")
    reason = f" Revoked: {escape(str(row['revocationReason']))}." if row["revoked"] else ""
    about = f"<p>Issued on {escape(str(row['issuedOn']))}.{reason}</p>"
    return _page(_class_name(request, row), about + _buttons(award_id, "canvas/public/assertions"))


@routes.on("POST", "/canvas/public/assertions/{award_id}/{decision}")
def canvas_decision(request: Request, award_id: str, decision: str) -> Reply:
    """The recipient accepts or declines in the backpack."""
    canvas.decide(request, award_id, "accepted" if decision == "accept" else "rejected")
    return _see(f"/canvas/public/assertions/{award_id}")


@routes.on("GET", "/canvas/public/badges/{class_id}/image")
def class_image(request: Request, class_id: str) -> Reply:
    """The image of a badge class."""
    return _image(request.state.template("canvas-images", class_id))


@routes.on("GET", "/credly/images/{template_id}")
def image(request: Request, template_id: str) -> Reply:
    """The image that came with a template."""
    return _image(request.state.template("credly-images", template_id))


def _image(found: tuple[str, Row] | None) -> Reply:
    try:
        content = base64.b64decode(found[1]["data"].partition(",")[2]) if found else b""
    except binascii.Error:
        content = b""
    return Reply(200, content, content_type="image/png") if content else _missing("Image")


@routes.on("GET", "/accredible/credentials/{credential_id}")
def credential(request: Request, credential_id: str) -> Reply:
    """A credential's own page; unpublished ones have none."""
    row = request.state.badge("accredible", credential_id)
    if not row or not row["approve"]:
        return _missing("Credential")
    ends = f" It ends on {escape(str(row['expired_on']))}." if row["expired_on"] else ""
    about = f"<p>{escape(row['recipient']['name'])}, issued on {escape(str(row['issued_on']))}.{ends}</p>"
    return _page(row["name"], about)


def _line(request: Request, row: Row) -> str:
    name, who, state, path = _told(request, row)
    act = ""
    if state in ("pending", "unaccepted"):
        act = _buttons(row["id"], path)
    cells = [
        row["platform"].title(),
        f'<a href="/{path}/{escape(row["id"])}">{escape(name)}</a>',
        escape(f"{who}, {row['email']}".strip(", ")),
        state,
        act,
    ]
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _told(request: Request, row: Row) -> tuple[str, str, str, str]:
    """Of a badge: its name, whose it is, its state, and under which path its page is."""
    body = row["body"]
    if row["platform"] == "credly":
        return body["badge_template"]["name"], body["issued_to"], body["state"], "credly/badges"
    if row["platform"] == "canvas":
        state = "revoked" if body["revoked"] else body["acceptance"].lower()
        return _class_name(request, body), "", state, "canvas/public/assertions"
    state = "published" if body["approve"] else "unpublished"
    return body["name"], body["recipient"]["name"], state, "accredible/credentials"


def _class_name(request: Request, award: Row) -> str:
    found = request.state.template("canvas", award["badgeclass"])
    return str(found[1]["name"]) if found else "Badge"


def _buttons(badge_id: str, path: str = "credly/badges") -> str:
    path = f"/{path}/{escape(badge_id)}"
    return (
        f'<form method="post" action="{path}/accept"><button>Accept</button></form> '
        f'<form method="post" action="{path}/reject"><button>Decline</button></form>'
    )


def _credly(request: Request, badge_id: str) -> Row:
    badge = request.state.badge("credly", badge_id)
    if not badge:
        raise Refusal(_missing("Badge"))
    return badge


def _page(title: str, body: str) -> Reply:
    return Reply(200, PAGE.format(title=escape(title), body=body), content_type="text/html; charset=utf-8")


def _missing(what: str) -> Reply:
    body = f"<p>{what} not found.</p>"
    return Reply(404, PAGE.format(title="Not found", body=body), content_type="text/html; charset=utf-8")


def _see(path: str) -> Reply:
    return Reply(303, "", {"Location": path}, content_type="text/plain")
