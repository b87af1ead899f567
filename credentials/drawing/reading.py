"""An SVG as a tree of plain nodes with their lines. Read as a stream, so that what is too large ends the reading.

No document type, no entities, nothing fetched (defusedxml); UTF-8 only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.sax import SAXException
from xml.sax.handler import ContentHandler, feature_external_ges, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl, Locator

from defusedxml import DefusedXmlException, sax

from credentials.drawing.allowed import SVG
from credentials.drawing.errors import DrawingError

LARGEST = 1_500_000  # bytes
MOST_ELEMENTS = 8_000
DEEPEST = 64
MOST_ATTRIBUTES = 64

COMPRESSED = "The drawing is compressed (.svgz). Save it as plain SVG."
NOT_UTF_8 = "The drawing is not UTF-8 text. Save it as SVG in UTF-8."
NOT_SVG = "This cannot be read as SVG{where}. Save it again as plain SVG."
DOCUMENT_TYPE = "The drawing begins with a document type or defines entities. Save it as plain SVG; that line is not needed any more."
STYLE_SHEET = (
    "The drawing asks for a style sheet from elsewhere (line {line}). Save it with its styles inside."
)
TOO_LARGE = "The drawing is larger than 1.5 MB. Simplify it, or upload it as PNG."
TOO_MANY = f"The drawing has more than {MOST_ELEMENTS:,} parts. Simplify it, or upload it as PNG."
TOO_DEEP = (
    f"The drawing nests its parts more than {DEEPEST} deep (line {{line}}). Ungroup them and save it again."
)

ENCODING = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)""")
Name = tuple[str | None, str]


@dataclass
class Node:
    """One element: its namespace and name, its attributes by (namespace, name), what is in it, and its line."""

    space: str
    name: str
    attributes: dict[Name, str]
    line: int
    children: list[Node] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)  # of its text

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def all(self) -> list[Node]:
        """The element and everything in it."""
        found = [self]
        for each in found:
            found.extend(each.children)
        return found


def looks_like_svg(content: bytes) -> bool:
    """Whether it begins as a text with markup, or as one that was compressed."""
    start = content[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith((b"<", b"\x1f\x8b", b"\xff\xfe<", b"\xfe\xff\x00<", b"<\x00"))


def read(content: bytes) -> Node:
    """The drawing as a tree. DrawingError: too large, compressed, not UTF-8, not well formed, a document type, not SVG."""
    if content.startswith(b"\x1f\x8b"):
        raise DrawingError(COMPRESSED)
    if len(content) > LARGEST:
        raise DrawingError(TOO_LARGE)
    _check_encoding(content)
    tree = _Tree()
    parser: Any = sax.make_parser()
    parser.forbid_dtd = True
    parser.setFeature(feature_namespaces, True)
    parser.setFeature(feature_external_ges, False)
    parser.setContentHandler(tree)
    try:
        parser.parse(BytesIO(content))
    except DefusedXmlException as error:
        raise DrawingError(DOCUMENT_TYPE) from error
    except SAXException as error:
        line = getattr(error, "getLineNumber", lambda: None)()
        raise DrawingError(NOT_SVG.format(where=f" (line {line})" if line else "")) from error
    if tree.root is None or (tree.root.space, tree.root.name) != (SVG, "svg"):
        raise DrawingError(NOT_SVG.format(where=""))
    return tree.root


def _check_encoding(content: bytes) -> None:
    declared = ENCODING.match(content.removeprefix(b"\xef\xbb\xbf").lstrip())
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DrawingError(NOT_UTF_8) from error
    if "\x00" in text or (declared and declared[1].lower() not in (b"utf-8", b"us-ascii")):
        raise DrawingError(NOT_UTF_8)


class _Tree(ContentHandler):
    """Builds the nodes, and stops at what is too many or too deep."""

    def __init__(self) -> None:
        super().__init__()
        self.root: Node | None = None
        self.open: list[Node] = []
        self.count = 0
        self.place: Locator | None = None

    @property
    def line(self) -> int:
        return (self.place.getLineNumber() if self.place else None) or 1

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802
        self.place = locator

    def startElementNS(self, name: Name, qname: str | None, attrs: AttributesNSImpl) -> None:  # noqa: N802
        self.count += 1
        if self.count > MOST_ELEMENTS:
            raise DrawingError(TOO_MANY)
        if len(self.open) >= DEEPEST or len(attrs) > MOST_ATTRIBUTES:
            raise DrawingError(TOO_DEEP.format(line=self.line))
        given = {key: str(value) for key, value in attrs.items()}
        node = Node(name[0] or "", name[1], given, self.line)
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)

    def endElementNS(self, name: Name, qname: str | None) -> None:  # noqa: N802
        self.open.pop()

    def characters(self, content: str) -> None:
        if self.open and self.open[-1].name in ("style", "title", "desc"):
            self.open[-1].pieces.append(content)

    def processingInstruction(self, target: str, data: str) -> None:  # noqa: N802
        if target == "xml-stylesheet":
            raise DrawingError(STYLE_SHEET.format(line=self.line))
