"""A drawing from somebody else: what is kept, what is left out, what is refused and in which words."""

import base64
import gzip
import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from credentials.drawing.cleaning import clean
from credentials.drawing.errors import DrawingError
from credentials.drawing.pixels import png_of

SVG = 'xmlns="http://www.w3.org/2000/svg"'
SCRIPT = "The drawing holds a script (line {}). Take it out; a badge stands still and does nothing."
ELSEWHERE = "The drawing loads something from elsewhere (line {}). Embed it, or take it out."
DOCTYPE = "The drawing begins with a document type or defines entities."
NO_PICTURE = "A picture in the drawing cannot be read (line 2). Embed it again as PNG or JPEG."


def drawing(inside="", attributes='viewBox="0 0 100 100"', head=""):
    return f"{head}<svg {SVG} {attributes}>\n{inside}</svg>".encode()


def data(kind="PNG", size=(10, 10)):
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(out.getvalue()).decode()}"


def lol(levels=9):
    names = [f"l{n}" for n in range(levels)]
    inner = "".join(
        f'<!ENTITY {name} "{f"&{below};" * 10}">' for below, name in zip(names, names[1:], strict=False)
    )
    return f'<!DOCTYPE svg [<!ENTITY l0 "lol">{inner}]>'


def laughing_use(levels=10):
    """Each group draws the one below ten times: 10 to the power of `levels` circles."""
    groups = ['<g id="g0"><circle r="1"/></g>']
    for n in range(1, levels):
        groups.append(f'<g id="g{n}">' + f'<use href="#g{n - 1}"/>' * 10 + "</g>")
    return f"<defs>{''.join(groups)}</defs><use href='#g{levels - 1}'/>"


def laughing_patterns(levels=8):
    """The same by patterns that a style sheet names."""
    made = [
        f'<pattern id="p{n}">'
        + f'<rect class="c{n - 1}"/>' * 10
        + f"</pattern><style>.c{n}{{fill:url(#p{n})}}</style>"
        for n in range(levels)
    ]
    return "".join(made) + f'<rect class="c{levels - 1}"/>'


HOSTILE = {
    "a script": (drawing("<script>alert(1)</script>"), SCRIPT.format(2)),
    "a script hidden in editing data": (
        drawing('<e:x xmlns:e="urn:e"><e:y><script>alert(1)</script></e:y></e:x>'),
        SCRIPT.format(2),
    ),
    "an event": (drawing('<g>\n<rect onclick="alert(1)" width="9" height="9"/></g>'), SCRIPT.format(3)),
    "an event of the root": (drawing("", 'viewBox="0 0 9 9" onload="alert(1)"'), SCRIPT.format(1)),
    "an event in capitals": (drawing('<rect OnLoad="alert(1)"/>'), SCRIPT.format(2)),
    "a page inside": (
        drawing('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>'),
        "The drawing holds a page inside itself (line 2).",
    ),
    "a link": (
        drawing('<a href="javascript:alert(1)"><rect/></a>'),
        "The drawing holds a link (line 2).",
    ),
    "javascript behind use": (
        drawing('<use xmlns:x="http://www.w3.org/1999/xlink" x:href="javascript:alert(1)"/>'),
        ELSEWHERE.format(2),
    ),
    "use from another host": (drawing('<use href="http://evil.example/a.svg#b"/>'), ELSEWHERE.format(2)),
    "use from a path": (drawing('<use href="/a.svg#b"/>'), ELSEWHERE.format(2)),
    "use of data": (
        drawing('<use href="data:image/svg+xml;base64,PHN2Zy8+#x"/>'),
        ELSEWHERE.format(2),
    ),
    "a picture from another host": (
        drawing('<image href="https://evil.example/a.png"/>'),
        ELSEWHERE.format(2),
    ),
    "a picture from a file": (drawing('<image href="file:///etc/passwd"/>'), ELSEWHERE.format(2)),
    "a drawing as picture": (
        drawing(f'<image href="data:image/svg+xml;base64,{base64.b64encode(drawing()).decode()}"/>'),
        NO_PICTURE,
    ),
    "a page as picture": (drawing('<image href="data:text/html,&lt;script>1&lt;/script>"/>'), NO_PICTURE),
    "a picture that is none": (drawing('<image href="data:image/png;base64,AAAA"/>'), NO_PICTURE),
    "a picture of another kind than it says": (
        drawing(f'<image href="{data("JPEG").replace("jpeg", "png")}"/>'),
        NO_PICTURE,
    ),
    "a picture of too many pixels": (
        drawing(f'<image href="{data(size=(2500, 2500))}"/>'),
        "A picture in the drawing is too large (line 2).",
    ),
    "an import": (drawing('<style>@import "http://evil.example/a.css";</style>'), ELSEWHERE.format(2)),
    "an import of data": (drawing("<style>@import url(data:text/css,x)</style>"), ELSEWHERE.format(2)),
    "a face from elsewhere": (
        drawing("<style>@font-face{font-family:x;src:url(http://evil.example/f)}</style>"),
        "The style sheet of the drawing has a rule with @ (line 2).",
    ),
    "a style from elsewhere": (
        drawing('<rect style="fill:url(http://evil.example/a.svg#b)"/>'),
        ELSEWHERE.format(2),
    ),
    "a style in a sheet from elsewhere": (
        drawing("<style>.a{fill:red;mask:URL( 'http://evil.example/a' )}</style>"),
        ELSEWHERE.format(2),
    ),
    "a property that is left out, from elsewhere": (
        drawing('<rect style="background:url(http://evil.example/a)"/>'),
        ELSEWHERE.format(2),
    ),
    "an attribute from elsewhere": (drawing('<rect fill="url(//evil.example/a#b)"/>'), ELSEWHERE.format(2)),
    "a source hidden behind an escape": (
        drawing('<rect style="fill:u\\72l(http://evil.example/a#b)"/>'),
        "A style of the drawing cannot be read (line 2).",
    ),
    "a set of images": (
        drawing("<rect style=\"mask:image-set('http://evil.example/a' 1x)\"/>"),
        "A style of the drawing cannot be read (line 2).",
    ),
    "a filter that loads": (
        drawing('<filter id="f"><feImage href="http://evil.example/a"/></filter>'),
        "The drawing has a part that a badge cannot show: feImage (line 2).",
    ),
    "a style sheet of the file": (
        drawing(head='<?xml-stylesheet href="http://evil.example/a.css"?>'),
        "The drawing asks for a style sheet from elsewhere (line 1).",
    ),
    "movement": (
        drawing('<rect><animate attributeName="x" to="9"/></rect>'),
        "The drawing moves (line 2)",
    ),
    "a movement that sets a link": (
        drawing('<set attributeName="href" to="javascript:alert(1)"/>'),
        "The drawing moves (line 2)",
    ),
    "letters": (drawing("<text>Hi</text>"), "The drawing holds letters as text (line 2)"),
    "an unknown part": (
        drawing("<marquee/>"),
        "The drawing has a part that a badge cannot show: marquee (line 2).",
    ),
    "a billion laughs": (drawing(head=lol()), DOCTYPE),
    "an entity from a file": (
        drawing(head='<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        DOCTYPE,
    ),
    "a document type": (
        drawing(head='<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">'),
        DOCTYPE,
    ),
    "a billion uses": (drawing(laughing_use()), "The drawing repeats its parts too often"),
    "patterns in patterns by classes": (
        drawing(laughing_patterns()),
        "The drawing repeats its parts too often",
    ),
    "a chain of 2,000 uses": (
        drawing("".join(f'<g id="g{n}"><use href="#g{n + 1}"/></g>' for n in range(2000))),
        "The drawing repeats its parts too often",
    ),
    "comments that never end": (
        drawing(f"<style>{'/* ' * 450_000}</style>"),
        "A style of the drawing cannot be read (line 2).",
    ),
    "a style sheet without a rule": (
        drawing(f"<style>{'a ' * 700_000}</style>"),
        "A style of the drawing cannot be read (line 2).",
    ),
    "a style sheet of line ends": (
        drawing("<style>" + "\n" * 1_400_000 + "x</style>"),
        "A style of the drawing cannot be read (line 2).",
    ),
    "a style sheet of 60,000 rules": (
        drawing(f"<style>{'.a{fill:url(#b)}' * 60_000}</style>"),
        "The style sheet of the drawing has more than 500 rules (line 2).",
    ),
    "many rules for many parts": (
        drawing(f"<style>{'.a{fill:url(#b)}' * 500}</style>" + '<g class="a"/>' * 7_000 + '<g id="b"/>'),
        "The drawing repeats its parts too often",
    ),
    "a value that is one long word": (
        drawing(f'<rect fill="{"a" * 1_400_000}("/>'),
        "A style of the drawing cannot be read (line 2).",
    ),
    "a value of spaces": (
        drawing(f'<rect fill="{"a (" + " " * 1_400_000}b"/>'),
        "A style of the drawing cannot be read (line 2).",
    ),
    "six pictures": (
        drawing(f'<image href="{data()}"/>' * 6),
        "The drawing holds more than 5 pictures (line 2).",
    ),
    "a circle": (
        drawing('<g id="a"><use href="#b"/></g>\n<g id="b"><use href="#a"/></g>'),
        "A part of the drawing repeats itself without end (line 2).",
    ),
    "100,000 parts": (drawing("<g/>" * 100_000), "The drawing has more than 8,000 parts."),
    "nesting without end": (
        drawing("<g>" * 5000 + "</g>" * 5000),
        "The drawing nests its parts more than 64 deep",
    ),
    "5 MB": (drawing(f"<desc>{'x' * 5_000_000}</desc>"), "The drawing is larger than 1.5 MB."),
    "UTF-16": (f"<svg {SVG}/>".encode("utf-16"), "The drawing is not UTF-8 text."),
    "UTF-16 that says UTF-8": (
        f'<?xml version="1.0" encoding="utf-8"?><svg {SVG}/>'.encode("utf-16-le"),
        "The drawing is not UTF-8 text.",
    ),
    "another encoding": (
        drawing(head='<?xml version="1.0" encoding="utf-7"?>'),
        "The drawing is not UTF-8 text.",
    ),
    "an .svgz": (gzip.compress(drawing()), "The drawing is compressed (.svgz). Save it as plain SVG."),
    "no SVG": (b"<html><body/></html>", "This cannot be read as SVG."),
    "SVG's name without its namespace": (b'<svg viewBox="0 0 9 9"/>', "This cannot be read as SVG."),
    "broken off": (drawing("<g>")[:-7], "This cannot be read as SVG (line 2)."),
    "a prefix of nothing": (drawing("<x:g/>"), "This cannot be read as SVG (line 2)."),
    "no size": (drawing("<rect/>", ""), "The drawing does not say how large it is."),
    "a size of the page": (drawing("<rect/>", 'width="100%" height="100%"'), "The drawing does not say"),
    "no width": (drawing("", 'viewBox="0 0 0 100"'), "The drawing does not say how large it is."),
    "no number": (drawing("", 'viewBox="0 0 nan 100"'), "The drawing does not say how large it is."),
    "a banner": (drawing("", 'viewBox="0 0 900 100"'), "The drawing is far wider than high"),
}


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
