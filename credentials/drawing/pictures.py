"""Pictures inside a drawing: PNG or JPEG as data, of moderate size, their pixels only."""

from __future__ import annotations

import base64
import binascii
import io
import re
from collections.abc import Iterable

from PIL import Image

from credentials.drawing.errors import DrawingError

LARGEST = 1_000_000  # bytes, each
MOST, MOST_PIXELS = 5, 2_250_000
DATA = re.compile(r"data:image/(png|jpe?g);base64,([A-Za-z0-9+/=\s]+)", re.IGNORECASE)

ELSEWHERE = "The drawing loads something from elsewhere (line {line}). Embed it, or take it out."
NO_PICTURE = "A picture in the drawing cannot be read (line {line}). Embed it again as PNG or JPEG."
TOO_LARGE = "A picture in the drawing is too large (line {line}). Embed a smaller one; 1,000 by 1,000 pixels is plenty."
TOO_MANY = (
    f"The drawing holds more than {MOST} pictures (line {{line}}). Make them one, or upload the badge as PNG."
)


def check_number(lines: Iterable[int]) -> None:
    """DrawingError when there are too many, each of which is drawn anew."""
    found = list(lines)
    if len(found) > MOST:
        raise DrawingError(TOO_MANY.format(line=found[MOST]))


def embedded(href: str, line: int) -> str:
    """The picture as data, drawn anew. DrawingError: from elsewhere, of another kind, unreadable, too large, moving."""
    found = DATA.fullmatch(href.strip())
    if found is None:
        words = NO_PICTURE if href.strip().lower().startswith("data:") else ELSEWHERE
        raise DrawingError(words.format(line=line))
    try:
        content = base64.b64decode("".join(found[2].split()), validate=True)
    except binascii.Error as error:
        raise DrawingError(NO_PICTURE.format(line=line)) from error
    if len(content) > LARGEST:
        raise DrawingError(TOO_LARGE.format(line=line))
    kind = "PNG" if found[1].lower() == "png" else "JPEG"
    pixels = base64.b64encode(_drawn_anew(content, kind, line)).decode()
    return f"data:image/{kind.lower()};base64,{pixels}"


def _drawn_anew(content: bytes, kind: str, line: int) -> bytes:
    out = io.BytesIO()
    try:
        image: Image.Image = Image.open(io.BytesIO(content), formats=[kind])
        if image.width * image.height > MOST_PIXELS or getattr(image, "n_frames", 1) > 1:
            raise DrawingError(TOO_LARGE.format(line=line))
        image.load()
        plain = image.convert("RGBA" if kind == "PNG" else "RGB")
        plain.save(out, kind, optimize=True, **({} if kind == "PNG" else {"quality": 88}))
    except DrawingError:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DrawingError(NO_PICTURE.format(line=line)) from error
    return out.getvalue()
