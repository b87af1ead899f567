"""A drawing from somebody else made safe: built anew from what is allowed, in one canonical form.

What acts, loads or moves is refused with its line, for leaving it out would change the drawing behind its author's back.
What draws nothing (editing data, comments, unknown attributes) is left out.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from credentials.drawing import pictures, styles
from credentials.drawing.allowed import (
    ACTS,
    ATTRIBUTES,
    ELEMENTS,
    LEFT_OUT,
    PROPERTIES,
    REFUSED,
    SVG,
    XLINK,
)
from credentials.drawing.errors import DrawingError
from credentials.drawing.reading import LARGEST, TOO_LARGE, Node, read
from credentials.drawing.weight import check_weight

SIDE = 600
NAME = re.compile(r"[A-Za-z_][\w.:-]*")
FRAGMENT = re.compile(r"#[A-Za-z_][\w.:-]*")
LENGTH = re.compile(r"\s*\+?(\d{1,6}(?:\.\d{1,6})?)(px|pt|mm|cm|in|pc|)\s*")
PIXELS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
NUMBERS = re.compile(r"[\s\d.,+\-eE]+")
PLAIN = re.compile(r"[^<>&\\]*")

UNKNOWN = "The drawing has a part that a badge cannot show: {name} (line {line}). Turn it into paths, or upload a PNG."
NO_SIZE = "The drawing does not say how large it is. Give it a viewBox, or a width and a height in pixels."
FLAT = "The drawing is far wider than high, or far higher than wide; a badge is shown as a square."


def clean(content: bytes, name: str = "", words: str = "") -> str:
    """The drawing in canonical form: one `<svg>` with a viewBox, shown as a square, no namespace but SVG's.

    With a name and words, these stand in it for those who cannot see it, in place of its own.
    DrawingError says what cannot be taken, where and what to do.
    """
    tree = read(content)
    pictures.check_number(node.line for node in tree.all() if node.name == "image")
    root = _kept(tree)
    assert root is not None  # noqa: S101 - the root is an svg, which is kept
    left, top, width, height = _view_box(root)
    root.attributes = {
        (None, "viewBox"): " ".join(f"{number:g}" for number in (left, top, width, height)),
        (None, "width"): str(SIDE),
        (None, "height"): str(SIDE),
        **{key: said for key, said in root.attributes.items() if key[1] not in _OF_THE_ROOT},
    }
    if name:
        _tell(root, name, words)
    check_weight(root)
    text = f'<svg xmlns="{SVG}"' + _written(root).removeprefix("<svg") + "\n"
    if len(text.encode()) > LARGEST:
        raise DrawingError(TOO_LARGE)
    return text


def _tell(root: Node, name: str, words: str) -> None:
    """Title and description of the whole drawing."""
    said = [("title", name), *([("desc", words)] if words else [])]
    told = [Node(SVG, tag, {}, root.line, pieces=[text]) for tag, text in said]
    root.children = [*told, *(child for child in root.children if child.name not in ("title", "desc"))]
    root.attributes[None, "role"] = "img"


_OF_THE_ROOT = ("viewBox", "width", "height", "preserveAspectRatio", "x", "y")


def _kept(node: Node) -> Node | None:
    """The element built anew, None when it is left out."""
    if node.space != SVG or node.name in LEFT_OUT:
        _check_left_out(node)
        return None
    if node.name in REFUSED:
        raise DrawingError(REFUSED[node.name].format(line=node.line))
    if node.name not in ELEMENTS:
        raise DrawingError(UNKNOWN.format(name=node.name[:40], line=node.line))
    new = Node(SVG, node.name, _attributes(node), node.line)
    new.children = [kept for child in node.children if (kept := _kept(child))]
    new.pieces = [styles.sheet(node.text, node.line) if node.name == "style" else node.text.strip()]
    return new


def _check_left_out(node: Node) -> None:
    """Nothing in it reaches the badge; a script hidden there is named all the same."""
    if node.name == "script":
        raise DrawingError(ACTS.format(line=node.line))
    for child in node.children:
        _check_left_out(child)


def _attributes(node: Node) -> dict[tuple[str | None, str], str]:
    kept: dict[tuple[str | None, str], str] = {}
    for (space, name), said in node.attributes.items():
        if space is None and name.lower().startswith("on"):
            raise DrawingError(ACTS.format(line=node.line))
        if name == "href" and space in (None, XLINK):
            kept[None, "href"] = _href(node, said)
        elif space is None and name in ATTRIBUTES | PROPERTIES:
            found = _attribute(name, said, node.line)
            if found:
                kept[None, name] = found
    return kept


def _href(node: Node, said: str) -> str:
    if node.name == "image":
        return pictures.embedded(said, node.line)
    if FRAGMENT.fullmatch(said.strip()) is None:
        raise DrawingError(styles.ELSEWHERE.format(line=node.line))
    return said.strip()


def _attribute(name: str, said: str, line: int) -> str:
    """The value; "" when it is left out."""
    if name == "id":
        return said if NAME.fullmatch(said) else ""
    if name == "style":
        return styles.declarations(said, line)
    if name in PROPERTIES or name in ("gradientTransform", "patternTransform"):
        return styles.value(said, line)
    if "url(" in said.lower().replace(" ", "") or not PLAIN.fullmatch(said):
        raise DrawingError(styles.ELSEWHERE.format(line=line))
    return " ".join(said.split())


def _view_box(root: Node) -> tuple[float, float, float, float]:
    """Left, top, width and height, from the viewBox or else from the size."""
    given = root.attributes.get((None, "viewBox"), "")
    numbers = _numbers(given)
    if len(numbers) != 4:
        size = [LENGTH.fullmatch(root.attributes.get((None, name), "")) for name in ("width", "height")]
        numbers = [0.0, 0.0, *(float(found[1]) * PIXELS[found[2]] for found in size if found)]
    if len(numbers) != 4 or not all(1e-3 <= number <= 1e6 for number in numbers[2:]):
        raise DrawingError(NO_SIZE)
    left, top, width, height = numbers
    if max(abs(left), abs(top)) > 1e6:
        raise DrawingError(NO_SIZE)
    if not 1 / 3 <= width / height <= 3:
        raise DrawingError(FLAT)
    return left, top, width, height


def _numbers(text: str) -> list[float]:
    if not NUMBERS.fullmatch(text):
        return []
    try:
        return [float(piece) for piece in text.replace(",", " ").split()]
    except ValueError:
        return []


def _written(node: Node) -> str:
    """The element as text."""
    attributes = "".join(f" {name}={quoteattr(said)}" for (_, name), said in node.attributes.items())
    inside = escape(node.text) + "".join(_written(child) for child in node.children)
    return f"<{node.name}{attributes}>{inside}</{node.name}>" if inside else f"<{node.name}{attributes}/>"
