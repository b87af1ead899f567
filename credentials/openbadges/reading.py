"""From what a stranger brings to the credential in it.

Source: Open Badges 3.0, "Open Badges Document Formats".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from credentials.openbadges import bake, jwt
from credentials.openbadges.parsing import LARGEST, check_size, parse_json, utf8

Json = dict[str, Any]


class Unreadable(ValueError):
    """There is no credential in it: the sentence says why."""


@dataclass(frozen=True)
class Reading:
    """The credential, the form it came in (json, jwt, png or svg), and its token if it is a JWT."""

    credential: Json
    form: str
    token: str = ""


def read(source: bytes | str | Mapping[str, Any]) -> Reading:
    """The credential in a document, token or image. Unreadable, in words, when there is none."""
    try:
        if isinstance(source, Mapping):
            check_size(dict(source))
            return Reading(dict(source), "json")
        if isinstance(source, bytes) and source.startswith(bake.PNG):
            return from_text(bake.extract_png(source), "png")
        if len(source) > bake.LARGEST:
            raise Unreadable("it is too large")
        text = utf8(source).strip()
        if text.startswith("<"):
            return from_text(bake.extract_svg(text.encode("utf-8", "surrogatepass")), "svg")
        return from_text(text, "")
    except ValueError as error:
        raise Unreadable(str(error).removesuffix(".")) from error


def from_text(text: str, container: str) -> Reading:
    if len(text) > 2 * LARGEST:
        raise Unreadable("it is too large")
    if bake.JWS.fullmatch(text):
        return Reading(jwt.credential(jwt.parts(text)[1]), container or "jwt", text)
    return Reading(parse_json(text), container or "json")
