"""Files that are no badge, and some that try to break whoever opens them."""

import gzip
import io
import zipfile
import zlib

from PIL import Image

from credentials.openbadges.bake import bake_png, bake_svg
from tests.credentials.openbadges_examples import SVG, chunk, png


def zip_bomb():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("badge.json", b"0" * 20_000_000)
    return made.getvalue()


def picture(kind):
    made = io.BytesIO()
    Image.new("RGB", (40, 40)).save(made, kind)
    return made.getvalue()


BOMB = zlib.compress(b"0" * 20_000_000)
FILES = {
    "empty": b"",
    "zip bomb": zip_bomb(),
    "gzip bomb": gzip.compress(b"0" * 20_000_000),
    "png bomb of pixels": png(width=100_000, height=100_000),
    "png bomb of text": png(chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0" + BOMB)),
    "png bomb of old text": png(chunk(b"zTXt", b"openbadges\0\0" + BOMB)),
    "png of a million parts": png(*[chunk(b"tEXt", b"a\0b")] * 30_000),
    "png that is cut": bake_png(png(), '{"a": 1}')[:-20],
    "png twice": png() + png(),
    "gif": picture("GIF"),
    "jpeg": picture("JPEG"),
    "webp": picture("WEBP"),
    "svg with a script": SVG.replace(b"<path", b"<script>alert(1)</script><path"),
    "svg with entities": b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>',
    "svg laughing": b'<!DOCTYPE l [<!ENTITY a "l"><!ENTITY b "&a;&a;&a;">]><svg>&b;</svg>',
    "svg that is deep": b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g>" * 50_000,
    "svg in UTF-16": SVG.decode().replace("?>", ' encoding="utf-16"?>').encode("utf-16"),
    "svg with nonsense": bake_svg(SVG, '{"a": 1}'),
    "deep json": b'{"a":' * 100_000,
    "json with NUL": b'{"a": "\x00"}',
    "json of numbers": b'{"a": 1' + b"0" * 4_000_000 + b"}",
    "token of bombs": b"e30." + b"A" * 3_000_000 + b".AA",
    "pdf": b"%PDF-1.7\n" + b"\x00" * 100,
}
