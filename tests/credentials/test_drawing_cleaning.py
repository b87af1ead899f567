"""A drawing from somebody else: what is kept, what is left out, what is refused and in which words."""

import base64
import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from credentials.drawing.cleaning import clean
from credentials.drawing.errors import DrawingError
from credentials.drawing.pixels import png_of
from tests.credentials.hostile_drawings import HOSTILE, drawing


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_drawing_is_refused_in_words(case):
    content, words = HOSTILE[case]
    begun = time.process_time()
    with pytest.raises(DrawingError) as error:
        clean(content)
    assert str(error.value).startswith(words)
    assert time.process_time() - begun < 2


def outcome(content):
    """The drawing made safe, or else the words of the refusal."""
    try:
        return clean(content), ""
    except DrawingError as error:
        return "", str(error)


@given(
    st.lists(
        st.sampled_from(
            [
                b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'>", b"</svg>", b"<g>", b"</g>", b"<rect ",
                b"fill='url(#a)' ", b"style='fill:red;x:y'", b"id='a' ", b"/>", b"<style>", b"</style>", b".a{fill:", b"}",
                b"<use href='#a'/>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"&#0;", b"&amp;", b"\xff", b"\x00", b"<?a b?>",
                b"onload='x'", b"xlink:href='#a'", b"<a:b xmlns:a='c'/>", b"'", b'"', b"{", b"/*", b"*/",
            ]
        ),
        max_size=14,
    )
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_whatever_is_sent_is_made_safe_or_refused_in_words(pieces):
    content = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'>" + b"".join(pieces) + b"</svg>"
    once, refused = outcome(content)
    assert bool(once) != bool(refused)
    assert refused[-1:] in ("", ".", "!")
    assert not once or clean(once.encode()) == once


def test_editing_data_comments_and_unknown_attributes_are_left_out():
    given = drawing(
        '<!-- by hand --><metadata><r:RDF xmlns:r="urn:r"/></metadata><i:view xmlns:i="urn:i" i:zoom="2"/>'
        '<g i:label="x" xmlns:i="urn:i" data-name="y" aria-hidden="true"><title>A ring</title>'
        '<circle cx="50" cy="50" r="40" style="-x-font:serif; fill : #FF0000"/></g>',
        'viewBox="0,0,100,100" version="1.1" width="30" height="30"',
        '<?xml version="1.0" encoding="UTF-8"?><?other thing?>',
    )
    assert clean(given) == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="600" height="600">'
        '<g><title>A ring</title><circle cx="50" cy="50" r="40" style="fill:#FF0000"/></g></svg>\n'
    )


def test_drawing_made_safe_stays_as_it_is():
    given = drawing(
        "<style>.a,.b > rect{fill:url(#g);stroke:none!important}</style><defs><linearGradient id='g'><stop offset='0'"
        " stop-color='red'/></linearGradient><filter id='f'><feDropShadow dx='1'/></filter></defs>"
        "<g class='b' filter='url( \"#f\" )'><rect width='9' height='9' transform='rotate(3)'/></g>"
        "<use xmlns:l='http://www.w3.org/1999/xlink' l:href='#g'/><desc>5 &lt; 6 &amp; 7</desc>"
    )
    once = clean(given)
    assert '<use href="#g"/>' in once
    assert ".a,.b &gt; rect{fill:url(#g);stroke:none!important}" in once
    assert "<desc>5 &lt; 6 &amp; 7</desc>" in once
    assert clean(once.encode()) == once


def test_words_for_those_who_cannot_see_it_take_the_place_of_its_own():
    given = drawing('<title>Layer 1</title><g><title>A ring</title><circle r="4"/></g>', 'viewBox="0 0 9 9"')
    assert clean(given, "Fire <data>", "A flame & a ring") == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="600" height="600" role="img">'
        "<title>Fire &lt;data&gt;</title><desc>A flame &amp; a ring</desc>"
        '<g><title>A ring</title><circle r="4"/></g></svg>\n'
    )


@pytest.mark.parametrize(
    ("attributes", "box"),
    [
        ('width="200" height="100px"', "0 0 200 100"),
        ('width="25.4mm" height="1in"', "0 0 96 96"),
        ('width="72pt" height="6pc"', "0 0 96 96"),
        ('viewBox="-5 -5 10 10" width="1" height="9"', "-5 -5 10 10"),
    ],
)
def test_view_box_comes_from_the_size_where_there_is_none(attributes, box):
    assert f'viewBox="{box}" width="600" height="600"' in clean(drawing("", attributes))


def test_picture_inside_keeps_its_pixels_only():
    out = io.BytesIO()
    image = Image.new("RGB", (4, 4), "red")
    exif = image.getexif()
    exif[0x010E] = "Somebody's name"
    image.save(out, "JPEG", exif=exif)
    given = base64.b64encode(out.getvalue()).decode()
    text = clean(drawing(f'<image href="data:image/jpeg;base64,{given}" width="9" height="9"/>'))
    kept = base64.b64decode(text.split("base64,")[1].split('"')[0])
    assert b"Somebody" in out.getvalue()
    assert b"Somebody" not in kept
    assert Image.open(io.BytesIO(kept)).size == (4, 4)


def test_drawing_becomes_pixels():
    left = '<rect x="0" y="0" width="50" height="100" fill="#102030"/>'
    image = Image.open(io.BytesIO(png_of(clean(drawing(left)))))
    assert (image.format, image.size) == ("PNG", (600, 600))
    pixels = image.convert("RGBA")
    assert pixels.getpixel((100, 300)) == (0x10, 0x20, 0x30, 255)
    assert pixels.getpixel((500, 300))[3] == 0


def test_drawing_that_is_not_square_stands_in_the_middle():
    wide = clean(drawing('<rect width="200" height="100" fill="red"/>', 'viewBox="0 0 200 100"'))
    pixels = Image.open(io.BytesIO(png_of(wide))).convert("RGBA")
    assert [pixels.getpixel((300, y))[3] for y in (100, 300, 500)] == [0, 255, 0]


def test_drawing_on_which_nothing_can_be_seen_is_refused():
    with pytest.raises(DrawingError, match="Nothing can be seen on the drawing"):
        png_of(clean(drawing('<rect x="200" width="9" height="9"/>')))


def test_renderer_that_gives_up_is_told_in_words(monkeypatch):
    with pytest.raises(DrawingError, match="The drawing could not be drawn"):
        png_of("<svg")
    monkeypatch.setattr("credentials.drawing.pixels.SECONDS", 0.001)
    with pytest.raises(DrawingError, match="The drawing took too long"):
        png_of(clean(drawing()))
