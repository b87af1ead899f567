"""Pages rendered once and filled for each stranger who would see the same but for a few values.

All awards of a credential look alike but for the holder's name and the address. Such a page is rendered with a blank
for each of these values and kept in the process, under a key that names all that decides the rest; a request fills
the blanks. So a page is never stale, and somebody signed in, or with a message waiting, never gets a kept one.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import conditional_escape

MARK = secrets.token_hex(8)  # nobody can write a blank into a name or a text
BLANK = re.compile(f"{MARK}-([a-z]+)-{MARK}")
MOST = 256  # pages of some 15 kB

Context = Callable[[Mapping[str, str]], dict[str, Any]]

_kept: dict[Hashable, list[str]] = {}


def page(
    request: HttpRequest, template: str, key: Hashable, values: Mapping[str, str], context: Context
) -> str:
    """The template rendered with `context(values)`, in which the values stand as plain text, or as HTML where marked safe."""
    if request.COOKIES or set(request.GET) - {"via"} or request.method not in ("GET", "HEAD"):
        return render_to_string(template, context(values), request)
    key = (template, *values, key)
    pieces = _kept.get(key)
    if pieces is None:
        pieces = _pieces(request, template, context({name: _blank(name) for name in values}))
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = pieces
    filled = {name: str(conditional_escape(value)) for name, value in values.items()}
    filled["nonce"] = str(request.csp_nonce)  # type: ignore[attr-defined]
    return "".join(filled[piece] if n % 2 else piece for n, piece in enumerate(pieces))


def _blank(name: str) -> str:
    return f"{MARK}-{name}-{MARK}"


def _pieces(request: HttpRequest, template: str, context: dict[str, Any]) -> list[str]:
    """Text and names of blanks in turn; the nonce of the response is a blank too."""
    text = render_to_string(template, context, request)
    nonce = str(request.csp_nonce)  # type: ignore[attr-defined]
    return BLANK.split(text.replace(nonce, _blank("nonce")))
