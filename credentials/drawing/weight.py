"""How much a drawing becomes once every part that it repeats is drawn: few words can ask for millions of shapes."""

from __future__ import annotations

from credentials.drawing.errors import DrawingError
from credentials.drawing.reading import Node
from credentials.drawing.styles import parts, sheet_parts

HEAVIEST = 40_000
LONGEST = 200  # of a chain in which each part holds or repeats the next
ID, HREF = (None, "id"), (None, "href")
CIRCLE = "A part of the drawing repeats itself without end (line {line}). Draw it once."
TOO_HEAVY = "The drawing repeats its parts too often: it would draw more than 40,000 shapes. Simplify it, or upload a PNG."


def check_weight(root: Node) -> None:
    """DrawingError when the whole is heavier than HEAVIEST, or refers to itself."""
    if _Scale(root).weigh(root) > HEAVIEST:
        raise DrawingError(TOO_HEAVY)


class _Scale:
    """Weighs each element once. Those under way are a circle when met again."""

    def __init__(self, root: Node) -> None:
        every = root.all()
        self.named = {node.attributes[ID]: node for node in every if ID in node.attributes}
        sheets = [rule for node in every if node.name == "style" for rule in sheet_parts(node.text)]
        self.rules = [(names, found) for names, found in sheets if found]
        self.known: dict[int, int] = {}
        self.under_way: set[int] = set()

    def weigh(self, node: Node) -> int:
        if id(node) in self.known:
            return self.known[id(node)]
        if id(node) in self.under_way:
            raise DrawingError(CIRCLE.format(line=node.line))
        if len(self.under_way) >= LONGEST:
            raise DrawingError(TOO_HEAVY)
        self.under_way.add(id(node))
        weight = 1 + sum(self.weigh(child) for child in node.children)
        weight += sum(self.weigh(self.named[part]) for part in self._parts(node) if part in self.named)
        self.under_way.discard(id(node))
        self.known[id(node)] = min(weight, HEAVIEST + 1)
        return self.known[id(node)]

    def _parts(self, node: Node) -> list[str]:
        found = [part for said in node.attributes.values() for part in parts(said)]
        href = node.attributes.get(HREF, "")
        if href.startswith("#"):
            found.append(href[1:])
        own = self._names(node)
        for names, pointed in self.rules:
            if not names.isdisjoint(own):
                found.extend(pointed)
        return found

    def _names(self, node: Node) -> set[str]:
        classes = node.attributes.get((None, "class"), "").split()
        return {"*", node.name, node.attributes.get(ID, node.name), *classes}
