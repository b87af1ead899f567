"""An item of evidence as Accredible's answers show it."""

import secrets

from issuance.sandbox.routing import Row

CATEGORIES = ("file", "url", "video", "grade", "transcript")


def shown(position: int, item: Row) -> Row:
    """What was sent as `url` is `link_url` in answers."""
    return {
        "id": secrets.randbelow(10**9) + 1,
        "description": item["description"],
        "link_url": item.get("url"),
        "type": item["category"],
        "string_object": item.get("string_object"),
        "preview_image_url": None,
        "supplemental": False,
        "position": position,
    }
