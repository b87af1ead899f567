"""Drawings that must be refused, each with the beginning of the words that refuse it."""

import base64
import gzip
import io

from PIL import Image

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
