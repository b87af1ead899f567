"""A credential inside its own picture: PNG (one uncompressed iTXt chunk) and SVG (one element after `<svg>`).

The picture itself is not signed and stays as it is, byte for byte.
Source: Open Badges 3.0, "Open Badges Document Formats"; PNG (Third Edition), sections 5.3, 11.3.3.4; SVG as
XML 1.0.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import quoteattr

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

PNG = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadgecredential"
OLDER_KEYWORD = b"openbadges"  # Open Badges 2.0, "Baking": PNGs for consumers that read no other
TEXT_CHUNKS = (b"iTXt", b"tEXt", b"zTXt")
LARGEST = 10_000_000  # bytes of a PNG
LARGEST_SVG = 2_000_000
MOST_CHUNKS = 20_000
WIDEST = 4096  # pixels on a side

SVG = "http://www.w3.org/2000/svg"
OPEN_BADGES = "https://purl.imsglobal.org/ob/v3p0"
ATTRIBUTE = r"""\s+[^\s=<>/"']+\s*=\s*(?:"[^"<]*"|'[^'<]*')"""
START = re.compile(rf"<(?P<name>[A-Za-z_][\w.:-]*)(?P<attributes>(?:{ATTRIBUTE})*)\s*(?P<empty>/?)>")
PROLOG = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", re.DOTALL)
ENCODING = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)""")
JWS = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


class BakeError(ValueError):
    """The image cannot carry a credential, or carries none: the sentence says why."""


def bake_png(png: bytes, text: str, keyword: bytes = KEYWORD) -> bytes:
    """The PNG with `text` (JSON or compact JWS; with the older keyword JSON or an assertion's address) in it, in place of any
    credential that it carried."""
    head, *rest = [chunk for chunk in chunks(png) if not is_credential(*chunk)]
    body = (
        keyword + b"\0" + b"\0\0" + b"\0" + b"\0" + text.encode()
    )  # not compressed, no language, no translation
    return PNG + b"".join(written(*chunk) for chunk in [head, (b"iTXt", body), *rest])


def extract_png(png: bytes) -> str:
    """The one credential of a PNG."""
    found = [chunk for chunk in chunks(png) if is_credential(*chunk) and chunk[1].startswith(KEYWORD)]
    if len(found) != 1:
        raise BakeError(
            "The image carries no credential." if not found else "The image carries two credentials."
        )
    kind, body = found[0]
    if kind != b"iTXt" or body[len(KEYWORD) + 1 : len(KEYWORD) + 2] != b"\0":
        raise BakeError("The credential in the image is not written as the specification asks.")
    parts = body[len(KEYWORD) + 3 :].split(b"\0", 2)
    try:
        return parts[2].decode()
    except (IndexError, UnicodeDecodeError) as error:
        raise BakeError("The credential in the image is not written as the specification asks.") from error


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and body of each chunk. BakeError unless the file is a sound, still PNG of moderate size."""
    if len(png) > LARGEST:
        raise BakeError(f"The image is larger than {LARGEST // 1_000_000} MB.")
    if not png.startswith(PNG):
        raise BakeError("The image is not a PNG.")
    offset, kind, count = len(PNG), b"", 0
    while kind != b"IEND":
        count += 1
        kind, body = chunk_at(png, offset)
        if offset == len(PNG):
            check_header(kind, body)
        if count > MOST_CHUNKS:
            raise BakeError("The image has too many parts.")
        if kind == b"acTL":
            raise BakeError("The image is animated; a still one is needed.")
        offset += len(body) + 12
        yield kind, body
    if offset != len(png):
        raise BakeError("The image goes on after its end.")


def chunk_at(png: bytes, offset: int) -> tuple[bytes, bytes]:
    if offset + 12 > len(png):
        raise BakeError("The image is cut off.")
    length, kind = struct.unpack_from(">I4s", png, offset)
    end = offset + 8 + length
    if end + 4 > len(png):
        raise BakeError("The image is cut off.")
    if struct.unpack_from(">I", png, end)[0] != zlib.crc32(png[offset + 4 : end]):
        raise BakeError("The image is damaged.")
    return kind, png[offset + 8 : end]


def check_header(kind: bytes, body: bytes) -> None:
    if kind != b"IHDR" or len(body) != 13:
        raise BakeError("The image is damaged.")
    width, height = struct.unpack_from(">II", body)
    if not 0 < width <= WIDEST or not 0 < height <= WIDEST:
        raise BakeError(f"The image is {width} by {height} pixels; {WIDEST} on a side are the most.")


def is_credential(kind: bytes, body: bytes) -> bool:
    return kind in TEXT_CHUNKS and body.split(b"\0", 1)[0] in (KEYWORD, OLDER_KEYWORD)


def written(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def bake_svg(svg: bytes, text: str) -> bytes:
    """The SVG with `text` as its first child: JSON in CDATA, a compact JWS in the attribute `verify`."""
    source = svg_text(svg)
    if any(element.tag.startswith(f"{{{OPEN_BADGES}}}") for element in svg_root(svg).iter()):
        raise BakeError("The image carries a credential already; upload the plain image.")
    prolog = PROLOG.match(source)
    start = START.match(source, prolog.end() if prolog else 0)
    if start is None or re.search(r"\sxmlns:openbadges\s*=", start["attributes"]):
        raise BakeError("The image cannot be read as SVG.")
    tag = f'<{start["name"]}{start["attributes"]} xmlns:openbadges="{OPEN_BADGES}">'
    closing = f"</{start['name']}>" if start["empty"] else ""
    return (
        source[: start.start()] + tag + credential_element(text) + closing + source[start.end() :]
    ).encode()


def credential_element(text: str) -> str:
    if JWS.fullmatch(text):
        return f"<openbadges:credential verify={quoteattr(text)}/>"
    # Inside JSON `]]>` can only stand in a string, where the escape means the same.
    safe = text.replace("]]>", "]]\\u003e")
    return f"<openbadges:credential><![CDATA[{safe}]]></openbadges:credential>"


def extract_svg(svg: bytes) -> str:
    """The one credential of an SVG."""
    found = svg_root(svg).findall(f"{{{OPEN_BADGES}}}credential")
    if len(found) != 1:
        raise BakeError(
            "The image carries no credential." if not found else "The image carries two credentials."
        )
    text = found[0].get("verify") or found[0].text or ""
    return text.strip()


def svg_root(svg: bytes) -> Element:
    """The parsed picture; BakeError for entities, document types, and what is not SVG."""
    svg_text(svg)
    try:
        root: Element = fromstring(svg, forbid_dtd=True)
    except DefusedXmlException as error:
        raise BakeError("The image has a document type or entities; save it as plain SVG.") from error
    except (ParseError, ValueError, LookupError) as error:
        raise BakeError("The image cannot be read as SVG.") from error
    if root.tag != f"{{{SVG}}}svg":
        raise BakeError("The image is not an SVG.")
    return root


def svg_text(svg: bytes) -> str:
    if len(svg) > LARGEST_SVG:
        raise BakeError(f"The image is larger than {LARGEST_SVG // 1_000_000} MB.")
    declared = ENCODING.match(svg.removeprefix(b"\xef\xbb\xbf"))
    try:
        text = svg.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BakeError("The image is not UTF-8 text.") from error
    if declared and declared[1].lower() not in (b"utf-8", b"us-ascii"):
        raise BakeError("The image is not UTF-8 text.")
    return text
