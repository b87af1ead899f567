"""Open Badges 2.0: finding an assertion in what a stranger brings.

Source: Open Badges 2.0, "Assertion", and "Baking" (PNG: a text chunk of the keyword `openbadges`; SVG: an element
`assertion` of the namespace http://openbadges.org, the address or the signature in its attribute `verify`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from credentials.openbadges import bake, jwt
from credentials.openbadges.parsing import LARGEST, parse_json, utf8
from credentials.openbadges.structure import has_type

Json = dict[str, Any]

KEYWORD = b"openbadges"
NAMESPACE = "http://openbadges.org"
CONTEXT = "w3id.org/openbadges/v2"
OLDER = "w3id.org/openbadges/v1"


@dataclass(frozen=True)
class Found:
    """An assertion as it was brought: its text read, or only its address; its signature if it bears one."""

    assertion: Json
    form: str
    url: str = ""
    token: str = ""


def find(source: bytes | str | Mapping[str, Any]) -> Found | None:
    """The assertion of Open Badges 2.0 in it; None when it is something else, or nothing that can be read."""
    try:
        if isinstance(source, Mapping):
            return _of(dict(source), "json")
        if isinstance(source, bytes) and source.startswith(bake.PNG):
            return _from_text(_in_png(source), "png")
        if len(source) > bake.LARGEST:
            return None
        text = utf8(source).strip()
        if text.startswith("<"):
            return _from_text(_in_svg(text.encode()), "svg")
        return _from_text(text, "") if not text.startswith("http") else None
    except ValueError:
        return None


def _from_text(text: str, container: str) -> Found | None:
    if not text or len(text) > 2 * LARGEST:
        return None
    if text.startswith(("https://", "http://")):
        return Found({}, container, url=text)
    if bake.JWS.fullmatch(text):
        return _of(jwt.parts(text)[1], container or "jwt", text)
    return _of(parse_json(text), container or "json")


def _of(document: Json, form: str, token: str = "") -> Found | None:
    return Found(document, form, str(document.get("id", "")), token) if is_assertion(document) else None


def is_assertion(document: Json) -> bool:
    """Whether it says of itself that it is an assertion of Open Badges 2.0, or of the older 1.1."""
    named = document.get("@context")
    names = [str(name) for name in (named if isinstance(named, list) else [named])]
    ours = any(CONTEXT in name or OLDER in name for name in names)
    return ours and (has_type(document, "Assertion") or {"recipient", "badge"} <= document.keys())


def _in_png(png: bytes) -> str:
    """The text of the one chunk; "" when there is none, or one of Open Badges 3.0."""
    bodies = []
    for kind, body in bake.chunks(png):
        name = body.split(b"\0", 1)[0] if kind in bake.TEXT_CHUNKS else b""
        if name == bake.KEYWORD:
            return ""
        if name == KEYWORD and kind != b"zTXt":
            bodies.append((kind, body[len(KEYWORD) + 1 :]))
    if len(bodies) != 1:
        return ""
    kind, body = bodies[0]
    if kind == b"iTXt":
        parts = body[2:].split(b"\0", 2)
        return utf8(parts[2]).strip() if body[:1] == b"\0" and len(parts) == 3 else ""
    return utf8(body).strip()


def _in_svg(svg: bytes) -> str:
    found = bake.svg_root(svg).findall(f".//{{{NAMESPACE}}}assertion")
    return ((found[0].text or "").strip() or found[0].get("verify", "").strip()) if len(found) == 1 else ""
