"""oEmbed 1.0: what a site that was given a badge's address may show in its place. Pure.

Source: oembed.com, sections 2.2 to 2.3 (request, response, the types `rich` and `link`).
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any
from xml.etree import ElementTree

WIDTH, NARROWEST, HEIGHT = 440, 240, 230  # pixels of the card
SECONDS = 60  # for how long a card may be kept: a revocation is seen within it


@dataclass(frozen=True, kw_only=True)
class Card:
    """A badge as other sites show it; addresses are whole."""

    title: str
    issuer: str
    issuer_page: str
    frame: str
    site: str
    image: str = ""
    image_side: int = 0


def snippet(card: Card, width: int = WIDTH) -> str:
    """The HTML that a page of somebody else's takes over."""
    title = escape(f"Badge: {card.title}, {card.issuer}")
    return (
        f'<iframe src="{escape(card.frame)}" title="{title}" width="{width}" height="{HEIGHT}" loading="lazy"'
        ' style="border:0;max-width:100%"></iframe>'
    )


def response(card: Card, most_wide: int | None, most_high: int | None) -> dict[str, Any]:
    """The answer, within the size that was asked for: the card where it fits, else no more than a link."""
    width = min(most_wide or WIDTH, WIDTH)
    found: dict[str, Any] = {
        "version": "1.0",
        "type": "link",
        "title": card.title,
        "author_name": card.issuer,
        "author_url": card.issuer_page,
        "provider_name": card.issuer,
        "provider_url": card.site,
        "cache_age": SECONDS,
    }
    if card.image and card.image_side <= min(most_wide or card.image_side, most_high or card.image_side):
        side = card.image_side
        found |= {"thumbnail_url": card.image, "thumbnail_width": side, "thumbnail_height": side}
    if width < NARROWEST or (most_high or HEIGHT) < HEIGHT:
        return found
    return found | {"type": "rich", "html": snippet(card, width), "width": width, "height": HEIGHT}


def as_xml(values: dict[str, Any]) -> bytes:
    """The same answer as XML."""
    root = ElementTree.Element("oembed")
    for name, value in values.items():
        ElementTree.SubElement(root, name).text = str(value)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
