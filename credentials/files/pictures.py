"""The badge's picture, as its files carry it: pixels, and a drawing where there is none yet. Nothing is written here."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from PIL import Image

from credentials.looks import pack_of
from credentials.versions import version_of

if TYPE_CHECKING:
    from credentials.models import Award

SVG = "http://www.w3.org/2000/svg"
HEAVY, SIDE = 1_000_000, 400  # bytes of pixels above which a drawing holds a smaller copy; pixels on its side


def pixels_of(award: Award) -> bytes:
    """The badge's image as a PNG; nothing when it has none yet. The award was read by `Award.objects.shown`."""
    return _stored(award.badge_image) if award.badge_image else b""


def drawing_of(award: Award) -> bytes:
    """The badge as SVG, with its words in it: the drawing that it was made of, else one around its pixels, else its shape."""
    if award.badge_drawing:
        return _stored(award.badge_drawing)
    pixels = pixels_of(award)
    return framed(pixels, title_of(award), award.badge_alt) if pixels else shape_of(award)


def title_of(award: Award) -> str:
    """What the badge is for."""
    return version_of(award.version_id).title


def framed(pixels: bytes, title: str, words: str) -> bytes:
    """An SVG around a PNG, as large as it, with a title and a description for those who cannot see it."""
    pixels = _lighter(pixels) if len(pixels) > HEAVY else pixels
    with Image.open(io.BytesIO(pixels), formats=["PNG"]) as image:
        width, height = image.size
    data = base64.b64encode(pixels).decode()
    picture = f'<image width="{width}" height="{height}" href="data:image/png;base64,{data}"/>'
    return _svg(f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"', title, words, picture)


def _svg(size: str, title: str, words: str, inside: str) -> bytes:
    described = f'<desc id="words">{escape(words)}</desc>' if words else ""
    labels = 'aria-labelledby="title words"' if words else 'aria-labelledby="title"'
    head = f'<svg xmlns="{SVG}" {size} role="img" {labels}><title id="title">{escape(title)}</title>'
    return f"{head}{described}{inside}</svg>".encode()


def shape_of(award: Award) -> bytes:
    """The campus's shape with the title's first letter, as pages draw a badge that has no image yet."""
    look, title = pack_of(version_of(award.version_id).policy_id).look, title_of(award)
    context = {"colour": look.colour, "badge_shape": look.badge_shape, "initial": title[:1]}
    drawn = render_to_string("components/badge_drawing.html", context).strip()
    inside = drawn[drawn.index(">") + 1 : drawn.rindex("</svg>")]
    return _svg('viewBox="0 0 136 136" width="400" height="400"', title, "", inside)


def _lighter(pixels: bytes) -> bytes:
    """The same picture with fewer pixels; a drawing of many megabytes is of no use to anybody."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(pixels), formats=["PNG"]) as image:
        image.thumbnail((SIDE, SIDE))
        image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _stored(name: str) -> bytes:
    with default_storage.open(name, "rb") as file:
        return bytes(file.read())
