"""Baking: the picture stays, one credential is in it, and what cannot carry one is refused in words."""

import io
import struct
import xml.etree.ElementTree as ET
import zlib

import pytest
from PIL import Image

from credentials.openbadges import bake
from tests.credentials.openbadges_examples import SVG, chunk, png

TEXT = '{"name":"Feuer – 🔥 ]]> end"}'
TOKEN = "eyJ.eyJ.sig"
KEYWORD = b"openbadgecredential"


@pytest.mark.parametrize("text", [TEXT, TOKEN])
def test_a_png_keeps_its_pixels_and_carries_the_text(text):
    plain = png()
    baked = bake.bake_png(plain, text)
    assert bake.extract_png(baked) == text
    with Image.open(io.BytesIO(plain)) as before, Image.open(io.BytesIO(baked)) as after:
        assert (after.mode, after.size, after.tobytes()) == (before.mode, before.size, before.tobytes())
        assert after.text["openbadgecredential"] == text


def test_a_png_holds_one_uncompressed_chunk_of_international_text():
    body = KEYWORD + b"\0\0\0\0\0" + TEXT.encode()
    assert bake.bake_png(png(), TEXT) == png(chunk(b"iTXt", body))


def test_an_older_credential_in_a_png_is_replaced():
    older = [
        chunk(b"tEXt", KEYWORD + b"\0old"),
        chunk(b"iTXt", KEYWORD + b"\0\0\0\0\0old"),
        chunk(b"tEXt", b"Author\0A unit"),
    ]
    baked = bake.bake_png(png(*older), TEXT)
    assert bake.extract_png(baked) == TEXT
    assert b"A unit" in baked
    assert baked.count(KEYWORD) == 1


ANIMATED = png(chunk(b"acTL", struct.pack(">II", 2, 0)))


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (b"", "not a PNG"),
        (b"GIF89a", "not a PNG"),
        (b"\xff\xd8\xff\xe0", "not a PNG"),
        (ANIMATED, "animated"),
        (png(width=5000), "5000 by 2 pixels"),
        (png(height=0), "2 by 0 pixels"),
        (png()[:-6], "cut off"),
        (png()[:40], "cut off"),
        (png()[:60] + b"\0" + png()[61:], "damaged"),
        (png() + b"tail", "goes on after its end"),
        (png()[:8] + png()[33:], "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(bake.LARGEST), "larger than 10 MB"),
        (png(*[chunk(b"tEXt", b"k\0v")] * 20_001), "too many parts"),
    ],
)
def test_a_png_that_cannot_carry_a_credential_is_refused(image, message):
    with pytest.raises(bake.BakeError, match=message):
        bake.bake_png(image, TEXT)


@pytest.mark.parametrize(
    ("chunks", "message"),
    [
        ([], "carries no credential"),
        ([chunk(b"iTXt", KEYWORD + b"\0\0\0\0\0{}")] * 2, "carries two credentials"),
        ([chunk(b"tEXt", KEYWORD + b"\0{}")], "not written as the specification asks"),
        ([chunk(b"iTXt", KEYWORD + b"\0\1\0\0\0" + zlib.compress(b"{}"))], "not written as"),
        ([chunk(b"iTXt", KEYWORD + b"\0\0\0")], "not written as"),
        ([chunk(b"iTXt", KEYWORD)], "not written as"),
        ([chunk(b"iTXt", KEYWORD + b"\0\0\0\0\0\xff")], "not written as"),
    ],
)
def test_a_png_without_one_sound_credential_says_so(chunks, message):
    with pytest.raises(bake.BakeError, match=message):
        bake.extract_png(png(*chunks))


def test_an_svg_holds_json_as_its_first_child():
    baked = bake.bake_svg(SVG, TEXT)
    root = ET.fromstring(baked)
    assert root[0].tag == "{https://purl.imsglobal.org/ob/v3p0}credential"
    assert root[0].text == '{"name":"Feuer – 🔥 ]]\\u003e end"}'
    assert bake.extract_svg(baked) == root[0].text
    assert [child.tag for child in root[1:]] == ["{http://www.w3.org/2000/svg}path"]
    assert baked.startswith(b'<?xml version="1.0"?>\n<!-- a badge -->\n<svg xmlns=')


def test_an_svg_holds_a_token_in_an_attribute():
    root = ET.fromstring(bake.bake_svg(SVG, TOKEN))
    assert (root[0].get("verify"), root[0].text) == (TOKEN, None)
    assert bake.extract_svg(bake.bake_svg(SVG, TOKEN)) == TOKEN


@pytest.mark.parametrize(
    "svg",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"<s:svg xmlns:s='http://www.w3.org/2000/svg' a='1 > 0'\n>\n</s:svg>",
        b'\xef\xbb\xbf<svg xmlns="http://www.w3.org/2000/svg" ></svg>',
    ],
)
def test_svgs_in_other_spellings_are_baked(svg):
    assert bake.extract_svg(bake.bake_svg(svg, TEXT)) == TEXT.replace(">", "\\u003e")


BOMB = b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>'
EXTERNAL = b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>'


@pytest.mark.parametrize(
    ("svg", "message"),
    [
        (b"", "cannot be read as SVG"),
        (b"<svg", "cannot be read as SVG"),
        (b"<html/>", "not an SVG"),
        (b"<svg/>", "not an SVG"),
        (BOMB, "document type or entities"),
        (EXTERNAL, "document type or entities"),
        (b"\xff\xfe<\x00s\x00", "not UTF-8"),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?>' + SVG[22:], "not UTF-8"),
        (b" " * 2_000_001, "larger than 2 MB"),
        (bake.bake_svg(SVG, TEXT), "carries a credential already"),
    ],
)
def test_an_svg_that_cannot_carry_a_credential_is_refused(svg, message):
    with pytest.raises(bake.BakeError, match=message):
        bake.bake_svg(svg, TEXT)


def test_an_svg_without_a_credential_says_so():
    with pytest.raises(bake.BakeError, match="carries no credential"):
        bake.extract_svg(SVG)
