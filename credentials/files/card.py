"""What others show where a credential's page is posted: its badge in the middle of a wide picture, on paper, under the
campus's colour. Pure."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

WIDE, HIGH, SIDE, BAND = 1200, 630, 480, 24  # pixels
PAPER: Final = "#fbf8f1"


def card_of(badge: bytes, colour: str) -> bytes:
    """A PNG of 1200 by 630 pixels around the badge's own."""
    card = Image.new("RGB", (WIDE, HIGH), PAPER)
    ImageDraw.Draw(card).rectangle((0, 0, WIDE, BAND), fill=colour or "#1d1a16")
    picture = Image.open(BytesIO(badge)).convert("RGBA")
    picture.thumbnail((SIDE, SIDE))
    if max(picture.size) < SIDE:
        scale = SIDE / max(picture.size)
        picture = picture.resize((round(picture.width * scale), round(picture.height * scale)))
    place = (WIDE - picture.width) // 2, BAND + (HIGH - BAND - picture.height) // 2
    card.paste(picture, place, picture)
    out = BytesIO()
    card.save(out, "PNG", optimize=True)
    return out.getvalue()
