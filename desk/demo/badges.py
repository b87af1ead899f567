"""Badge images in the campus's colour and shape, drawn with Pillow."""

from __future__ import annotations

import io
import math
import textwrap
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image, ImageDraw, ImageFont

from credentials.actions import images
from desk.demo.acts import fresh

if TYPE_CHECKING:
    from desk.demo.cast import Campus
    from proposals.models import Proposal

SIDE = 600
FONT = settings.BASE_DIR / "static" / "fonts" / "source-serif-4-latin-opsz-normal.woff2"
PAPER = "#fbf8f1"
WIDTH, HEIGHT = 1.38 * SIDE, 0.9 * SIDE  # where the title has room in every shape
Points = list[tuple[float, float]]


def set_badge(campus: Campus, proposal: Proposal) -> None:
    """The programme manager sets the image of the approved credential."""
    definition = fresh(proposal).definition
    if definition is None:
        raise LookupError("Only an approved credential has a badge.")
    look = campus.pack.look
    png = draw(str(definition), look.short_name, look.colour, look.badge_shape)
    alt = f"A {look.badge_shape} badge of {campus.institution} with the words “{definition}”"
    images.set_image(
        definition=definition, upload=ContentFile(png, name="badge.png"), alt=alt, by=campus["manager"]
    )


def draw(title: str, campus: str, colour: str, shape: str) -> bytes:
    """A badge as PNG: the shape in the campus's colour, a ring, the title, the campus below."""
    twice = Image.new("RGBA", (2 * SIDE, 2 * SIDE), (0, 0, 0, 0))
    pen = ImageDraw.Draw(twice)
    pen.polygon(_outline(shape, 0.97), fill=colour)
    pen.polygon(_outline(shape, 0.89), outline=PAPER, width=8)
    pen.polygon(_outline(shape, 0.855), outline=PAPER, width=3)
    _write(pen, title, campus)
    out = io.BytesIO()
    twice.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()


def _outline(shape: str, size: float) -> Points:
    """The points of a shape around the middle, `size` of the half width."""
    if shape == "hexagon":
        return [_at(60 * n - 90, size) for n in range(6)]
    if shape == "shield":
        return _shield(size)
    return [
        _at(degrees / 2, size * (1 + 0.018 * math.cos(math.radians(degrees * 12)))) for degrees in range(720)
    ]


def _at(degrees: float, size: float) -> tuple[float, float]:
    angle = math.radians(degrees)
    return SIDE * (1 + size * math.cos(angle)), SIDE * (1 + size * math.sin(angle))


def _shield(size: float) -> Points:
    """A flat top, straight sides, and two curves that meet below."""
    half, top = SIDE * size * 0.86, SIDE * (1 - size)
    right = [
        (SIDE + half * math.cos(t) ** 0.6, SIDE * 1.1 + SIDE * size * 0.88 * math.sin(t))
        for t in (math.pi / 2 * n / 60 for n in range(60))
    ]
    left = [(2 * SIDE - x, y) for x, y in reversed(right)]
    return [(SIDE - half, top), (SIDE + half, top), *right, (SIDE, SIDE * (1.1 + size * 0.88)), *left]


def _write(pen: ImageDraw.ImageDraw, title: str, campus: str) -> None:
    lines = textwrap.wrap(title, 13)
    size = _fitting(pen, lines)
    font = ImageFont.truetype(FONT, size)
    top = SIDE - len(lines) * size * 0.58
    for n, line in enumerate(lines):
        pen.text((SIDE, top + n * size * 1.16), line, font=font, fill=PAPER, anchor="mm")
    below = top + (len(lines) - 0.1) * size * 1.16
    pen.line([(SIDE - 140, below), (SIDE + 140, below)], fill=PAPER, width=5)
    pen.text((SIDE, below + 74), campus, font=ImageFont.truetype(FONT, 70), fill=PAPER, anchor="mm")


def _fitting(pen: ImageDraw.ImageDraw, lines: list[str]) -> int:
    """The largest size of type in which every line fits between the rings, and all of them in height."""
    for size in range(150, 60, -6):
        font = ImageFont.truetype(FONT, size)
        widest = max(pen.textlength(line, font=font) for line in lines)
        if widest <= WIDTH and len(lines) * size * 1.16 <= HEIGHT:
            return size
    return 60
