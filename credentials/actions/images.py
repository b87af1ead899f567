"""The badge image: read, checked, drawn anew as a square PNG without metadata, with a text for those who cannot see it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image, UnidentifiedImageError

from accounts.authority import holds
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


@transaction.atomic
def set_image(*, definition: Definition, upload: File[bytes], alt: str, by: Person) -> Definition:
    """Store the badge image and its text alternative.

    Refused: no image, too large, animated, smaller than 200 pixels, no text alternative, a definition not approved.
    PermissionDenied: not one of those who make the badges.
    """
    if not may_set(by, definition):
        raise PermissionDenied(NOT_YOURS)
    definition = Definition.objects.select_for_update(of=("self",)).get(pk=definition.pk)
    found = []
    if definition.current_id is None:
        found.append(Reason("The badge is created once the credential is approved."))
    if not alt.strip():
        found.append(Reason("Describe the image in a few words for people who cannot see it.", field="alt"))
    refuse_if(found)
    png = _drawn_anew(upload)
    definition.image.save(f"{definition.pk}.png", ContentFile(png), save=False)
    definition.image_alt = alt.strip()[:200]
    definition.save(update_fields=["image", "image_alt"])
    record.write(
        subject_kind="definition",
        subject_id=definition.pk,
        institution=definition.institution,
        act="badge image set",
        by=by,
        detail={"alt": definition.image_alt, "bytes": len(png)},
    )
    return definition


def _drawn_anew(upload: File[bytes]) -> bytes:
    """The pixels only, as a square PNG of at most SIDE by SIDE."""
    if (upload.size or 0) > LARGEST_FILE:
        raise Refused(Reason("The image is larger than 5 MB.", field="file"))
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
        raise Refused(Reason("This is not a PNG, JPEG or WebP image.", field="file")) from error
    return image
