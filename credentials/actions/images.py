"""The badge image: read, checked, drawn anew as a square PNG without metadata, with a text for those who cannot see it.

An SVG is made safe, kept as the badge's drawing, and drawn as that PNG.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image, UnidentifiedImageError

from accounts.authority import holds
from credentials.drawing import cleaning, pixels, reading
from credentials.drawing.composing import compose
from credentials.drawing.design import Design, of
from credentials.drawing.errors import DrawingError
from credentials.looks import pack_of
from credentials.models import Definition
from journal.actions import record
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from django.core.files.base import File

    from accounts.models import Person

SIDE = 600  # pixels, at most
LARGEST_FILE = 5 * 1024 * 1024
MOST_PIXELS = 25_000_000
FORMATS = ("PNG", "JPEG", "WEBP")
NOT_YOURS = "Only those who make the badges on this campus set a badge's image."


def may_set(person: Person, definition: Definition) -> bool:
    """Whoever the campus's policy lets make the badge, in most the programme manager."""
    version = definition.current
    actor = pack_of(version.policy_id).issuance.badge_by if version else "programme_manager"
    return holds(person, actor, definition.institution, definition.unit)


@dataclass(frozen=True)
class Picture:
    """A badge to be stored: its pixels, the drawing that they come from, and the choices that it was made of."""

    png: bytes
    svg: str = ""
    design: Mapping[str, str] | None = None


def set_image(*, definition: Definition, upload: File[bytes], alt: str, by: Person) -> Definition:
    """Store an uploaded badge image (PNG, JPEG, WebP or SVG) and its text alternative.

    Refused: no image, too large, animated, smaller than 200 pixels, a drawing that acts, loads, moves or holds letters,
    no text alternative, a definition not approved. PermissionDenied: not one of those who make the badges.
    """
    _check(definition, alt, by)
    return _store(definition=definition, picture=_read(upload, str(definition), _words(alt)), alt=alt, by=by)


def set_design(*, definition: Definition, design: Design, alt: str, by: Person) -> Definition:
    """Store a badge made of choices: its drawing, its pixels and the choices themselves.

    Refused: letters that cannot be read on their ground, words that have no room, signs that the letters lack, no text
    alternative, a definition not approved. PermissionDenied: not one of those who make the badges.
    """
    _check(definition, alt, by)
    design = of(design.as_dict())
    made = compose(design, str(definition), _words(alt))
    refuse_if(Reason(problem.text, field=problem.field) for problem in made.problems)
    try:
        svg = cleaning.clean(made.svg.encode())
        picture = Picture(pixels.png_of(svg), svg, design.as_dict())
    except DrawingError as error:
        raise Refused(Reason(str(error), field="title")) from error
    return _store(definition=definition, picture=picture, alt=alt, by=by)


def _words(alt: str) -> str:
    return alt.replace("\x00", "").strip()[:200]


def _check(definition: Definition, alt: str, by: Person) -> None:
    if not may_set(by, definition):
        raise PermissionDenied(NOT_YOURS)
    found = []
    if definition.current_id is None:
        found.append(Reason("The badge is created once the credential is approved."))
    if not _words(alt):
        found.append(Reason("Describe the image in a few words for people who cannot see it.", field="alt"))
    refuse_if(found)


@transaction.atomic
def _store(*, definition: Definition, picture: Picture, alt: str, by: Person) -> Definition:
    definition = Definition.objects.select_for_update(of=("self",)).get(pk=definition.pk)
    name = f"{definition.pk}-{hashlib.sha256(picture.png).hexdigest()[:12]}"  # a new picture has a new name
    definition.image.save(f"{name}.png", ContentFile(picture.png), save=False)
    definition.drawing = None
    if picture.svg:
        definition.drawing.save(f"{name}.svg", ContentFile(picture.svg.encode()), save=False)
    definition.design = dict(picture.design) if picture.design else None
    definition.image_alt = _words(alt)
    definition.save(update_fields=["image", "image_alt", "drawing", "design"])
    record.write(
        subject_kind="definition",
        subject_id=definition.pk,
        institution=definition.institution,
        act="badge image set",
        by=by,
        detail={
            "alt": definition.image_alt,
            "bytes": len(picture.png),
            "drawn": bool(picture.svg),
            "designed": bool(picture.design),
        },
    )
    return definition


def _read(upload: File[bytes], name: str, words: str) -> Picture:
    """What was sent, by its content and not by its name: a drawing or pixels."""
    if (upload.size or 0) > LARGEST_FILE:
        raise Refused(Reason("The image is larger than 5 MB.", field="file"))
    start = upload.read(200)
    upload.seek(0)
    if not reading.looks_like_svg(start):
        return Picture(_drawn_anew(upload))
    try:
        svg = cleaning.clean(upload.read(), name, words)
        return Picture(pixels.png_of(svg), svg)
    except DrawingError as error:
        raise Refused(Reason(str(error), field="file")) from error


def _drawn_anew(upload: File[bytes]) -> bytes:
    """The pixels only, as a square PNG of at most SIDE by SIDE."""
    image = _opened(upload)
    image = image.convert("RGBA")
    image.thumbnail((SIDE, SIDE))
    side = max(image.size)
    square = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    out = io.BytesIO()
    square.save(out, "PNG", optimize=True)
    return out.getvalue()


def _opened(upload: File[bytes]) -> Image.Image:
    try:
        image = Image.open(upload, formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise Refused(Reason("The image has too many pixels; 2,000 by 2,000 is plenty.", field="file"))
        if getattr(image, "n_frames", 1) > 1:
            raise Refused(Reason("The image is animated; a badge stands still.", field="file"))
        if min(image.size) < 200:
            raise Refused(
                Reason("The image is too small; it needs at least 200 by 200 pixels.", field="file")
            )
        image.load()
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError, SyntaxError) as error:
        raise Refused(Reason("This is not a PNG, JPEG, WebP or SVG image.", field="file")) from error
    return image
