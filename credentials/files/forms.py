"""The files of an award: what each is for, and how each is made of the stored credential. Nothing is written here."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings

from credentials.facts import keys_named
from credentials.files.certificate import certificate
from credentials.files.pictures import drawing_of, pixels_of
from credentials.openbadges import bake, did, jwt, ob2
from journal.papers import PaperError

if TYPE_CHECKING:
    from credentials.models import Award

NO_PIXELS = "This badge has no image yet, so the credential cannot be put into it."


class NoFile(Exception):
    """Why this award has no such file, in a sentence; `status` is 503 for what may be there in a while."""

    def __init__(self, sentence: str, status: int = 404) -> None:
        super().__init__(sentence)
        self.sentence, self.status = sentence, status


@dataclass(frozen=True)
class Form:
    """One form of an award. `kind` is what its answer says it is; `kinds` are the names by which it may be asked for."""

    ending: str
    kind: str
    kinds: tuple[str, ...]
    label: str
    purpose: str
    make: Callable[[Award], bytes]
    kept_as: str = ""  # the name of its file in a folder of many, without the ending
    pictured: bool = False  # only with an image
    common: bool = True  # one of those that most people want

    @property
    def short(self) -> str:
        """What people call it: PDF."""
        return self.ending.rsplit(".", 1)[-1].upper()


def json_of(award: Award) -> bytes:
    """The stored bytes."""
    return award.text.encode()


def jwt_of(award: Award) -> bytes:
    """The credential as a VC-JWT; the Data Integrity proof is not part of it."""
    document = json.loads(award.text)
    document.pop("proof", None)
    key = keys_named(award.campus_slug).jwt_key
    return jwt.encode(document, key, did.jwk_url(settings.ISSUER_ORIGIN, award.campus_slug, key.kid)).encode()


def png_of(award: Award) -> bytes:
    """The badge's image with the credential in it."""
    return _baked(award, award.text)


def svg_of(award: Award) -> bytes:
    """The badge's drawing with the credential in it."""
    try:
        return bake.bake_svg(drawing_of(award), award.text)
    except bake.BakeError as error:
        raise NoFile(f"The credential cannot be put into this badge’s drawing. {error}") from error


def pdf_of(award: Award) -> bytes:
    """The certificate."""
    try:
        return certificate(award)
    except PaperError as error:
        raise NoFile(str(error), 503) from error


def older_of(award: Award) -> bytes:
    """The hosted assertion of Open Badges 2.0."""
    return json.dumps(_assertion(award), ensure_ascii=False).encode()


def older_png_of(award: Award) -> bytes:
    """The badge's image with the address of that assertion in it."""
    return _baked(award, _assertion(award)["id"], bake.OLDER_KEYWORD)


def _baked(award: Award, text: str, keyword: bytes = bake.KEYWORD) -> bytes:
    pixels = pixels_of(award)
    if not pixels:
        raise NoFile(NO_PIXELS)
    try:
        return bake.bake_png(pixels, text, keyword)
    except bake.BakeError as error:
        raise NoFile(f"The credential cannot be put into this badge’s image. {error}") from error


def _assertion(award: Award) -> dict[str, Any]:
    if not award.badge_image:
        raise NoFile("This badge has no image yet, which Open Badges 2.0 needs.")
    try:
        return ob2.assertion(json.loads(award.text))
    except ValueError as error:
        raise NoFile(str(error)) from error


LD_JSON = "application/ld+json"
OLDER = "ob2.json"
# In the order in which people are told of them; the common ones first.
FORMS = {
    form.ending: form
    for form in (
        Form(
            "json",
            "application/vc+ld+json",
            ("application/vc+ld+json", "application/vc", LD_JSON, "application/json"),
            "Signed credential",
            "The badge itself, for wallets and for checking. Keep this one.",
            json_of,
            "credential",
        ),
        Form(
            "pdf",
            "application/pdf",
            ("application/pdf",),
            "Certificate",
            "One sheet to print or to send, with a code that leads to the proof.",
            pdf_of,
            "certificate",
        ),
        Form(
            "png",
            "image/png",
            ("image/png",),
            "Image with the credential inside",
            "For badge collections and mail. Send it as a file: many sites strip what is inside when they show it.",
            png_of,
            "badge",
            pictured=True,
        ),
        Form(
            "svg",
            "image/svg+xml",
            ("image/svg+xml",),
            "Drawing with the credential inside",
            "The same, sharp at every size.",
            svg_of,
            "badge",
            common=False,
        ),
        Form(
            "jwt",
            "text/plain; charset=utf-8",
            ("application/vc+jwt", "application/jwt", "text/plain"),
            "Credential as a token",
            "For systems that ask for a JWT.",
            jwt_of,
            "credential",
            common=False,
        ),
        Form(
            OLDER,
            LD_JSON,
            (),
            "Open Badges 2.0",
            "For older systems. Give them this address, not a copy: they look it up.",
            older_of,
            pictured=True,
            common=False,
        ),
        Form(
            "ob2.png",
            "image/png",
            (),
            "Open Badges 2.0 image",
            "For older badge collections that ask for a picture.",
            older_png_of,
            pictured=True,
            common=False,
        ),
    )
}
