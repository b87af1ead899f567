"""The canonical N-Quads of many documents of one shape, without expanding each by JSON-LD.

Documents of one batch differ only in some texts. One of them, with a marker for each text that varies, goes
through PyLD; its quads become patterns with holes. Filling the holes and labelling the blank nodes by their
first-degree hash gives the canonical form. Nodes whose hashes tie need the full algorithm: `fill` says None
then.
Source: RDF Dataset Canonicalization 1.0, sections 4.4 (algorithm) and 4.6 (first-degree hash).
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Any

from credentials.openbadges import rdf
from credentials.openbadges.rules import IRI, UNSAFE

Json = dict[str, Any]

# Random, so that no text of a credential can pass for a marker.
HOLE = 0  # in the shape, for a text
HOLES = f"https://{secrets.token_hex(8)}.invalid/"
MARKED = re.compile(re.escape(HOLES) + r"(\d+)#")
NODE = re.compile(r"_:b\d+")
TO_ESCAPE = re.compile(r'[\\"\n\r\t]')
ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


def survey(value: Any, shared: Sequence[Json], texts: list[str], shape: list[object]) -> None:
    """Gather the texts that vary, in order, and what is left without them: the document's shape.

    Parts that are the very objects of `shared`, types, numbers and truth values belong to the shape.
    """
    if isinstance(value, str):
        texts.append(value)
        shape.append(HOLE)
    elif isinstance(value, dict):
        shape.append("{")
        if any(value is part for part in shared):
            return
        for name, item in value.items():
            shape.append(name)
            if name in ("@context", "type"):
                shape.append(str(item))
            else:
                survey(item, shared, texts, shape)
        shape.append("}")
    elif isinstance(value, list):
        shape.append("[")
        for item in value:
            survey(item, shared, texts, shape)
        shape.append("]")
    else:
        shape.append(repr(value))


def marked(value: Any, shared: Sequence[Json], mark: Callable[[], str]) -> Any:
    """The document with a marker in place of each text that `survey` gathers, in the same order."""
    if isinstance(value, str):
        return mark()
    if isinstance(value, dict) and not any(value is part for part in shared):
        return {
            name: item if name in ("@context", "type") else marked(item, shared, mark)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [marked(item, shared, mark) for item in value]
    return value


class Pattern:
    """One quad as a %-pattern over what `Shape.fill` lays out: texts, escaped texts, node labels."""

    def __init__(self, line: str, holes: int) -> None:
        self.pattern = ""
        self.nodes: list[int] = []
        slots: list[int] = []
        # IRIs, literals (told by their quotation mark), blank nodes, and what stands between them
        for part in re.findall(r'<[^>]*>|"(?:[^"\\]|\\.)*"|_:b\d+|[^<"_]+|_', line):
            if NODE.fullmatch(part):
                self.nodes.append(int(part[3:]))
                slots.append(2 * holes + int(part[3:]))
                self.pattern += "%s"
            else:
                offset = holes if part.startswith('"') else 0
                slots += [offset + int(hole) for hole in MARKED.findall(part)]
                self.pattern += MARKED.sub("%s", part.replace("%", "%%"))
        self.has_holes = len(slots) > len(self.nodes)
        self.is_fixed = not slots
        self.pick: Callable[[Sequence[str]], Any] = itemgetter(*slots) if slots else lambda values: ()

    def fill(self, values: Sequence[str]) -> str:
        return self.pattern % self.pick(values)


class Shape:
    """The quads of every document of one shape."""

    def __init__(self, document: Json, shared: Sequence[Json], tokens: Sequence[object]) -> None:
        holes = tokens.count(HOLE)
        places = [before for before, token in pairwise(tokens) if token == HOLE]
        self.ids = [place for place, before in enumerate(places) if before == "id"]
        numbers = iter(range(holes))
        sample = marked(document, shared, lambda: f"{HOLES}{next(numbers)}#")
        patterns = [Pattern(line, holes) for line in quad_lines(rdf.dataset(sample))]
        self.fixed = [pattern.fill(()) for pattern in patterns if pattern.is_fixed]
        self.patterns = [pattern for pattern in patterns if not pattern.is_fixed]
        self.of_node: dict[int, list[Pattern]] = {}
        for pattern in self.patterns:
            for node in set(pattern.nodes):
                self.of_node.setdefault(node, []).append(pattern)
        self.node_count = max(self.of_node, default=-1) + 1
        self.first_node = 2 * holes
        self.known_hash = self.hashes_without_holes()

    def is_sound(self, texts: Sequence[str], known: frozenset[str]) -> bool:
        """Whether `rules.check` would pass a document with these texts; it passed others of this shape."""
        own = [texts[place] for place in self.ids]
        return (
            not UNSAFE.search("\n".join(texts))
            and all(map(IRI.fullmatch, own))
            and len({*own}) == len(own)
            and known.isdisjoint(own)
        )

    def fill(self, texts: Sequence[str]) -> str | None:
        """The canonical N-Quads with these texts; None when the shape alone cannot tell."""
        values = [*texts, *map(escaped, texts), *["_:z"] * self.node_count]
        hashes = {node: self.known_hash.get(node) or self.first_degree(node, values) for node in self.of_node}
        if len(set(hashes.values())) < len(hashes):
            return None
        for place, node in enumerate(sorted(hashes, key=hashes.__getitem__)):
            values[self.first_node + node] = f"_:c14n{place}"
        lines = self.fixed + [pattern.fill(values) for pattern in self.patterns]
        if len(set(lines)) < len(lines):
            return None
        lines.sort()
        return "".join(lines)

    def hashes_without_holes(self) -> dict[int, str]:
        """Blank nodes that are the same in every document of the shape."""
        values = [""] * self.first_node + ["_:z"] * self.node_count
        return {
            node: self.first_degree(node, values)
            for node, own in self.of_node.items()
            if not any(pattern.has_holes for pattern in own)
        }

    def first_degree(self, node: int, values: list[str]) -> str:
        """Hash of the quads around a blank node, in which it is `_:a` and every other one `_:z`."""
        values[self.first_node + node] = "_:a"
        lines = sorted(pattern.fill(values) for pattern in self.of_node[node])
        values[self.first_node + node] = "_:z"
        return hashlib.sha256("".join(lines).encode()).hexdigest()


def escaped(text: str) -> str:
    """A text as it stands in a literal of N-Quads."""
    return text.translate(ESCAPES) if TO_ESCAPE.search(text) else text


def quad_lines(dataset: rdf.Dataset) -> list[str]:
    """Each quad of PyLD's dataset as a line of N-Quads, its blank nodes still with their first names."""
    return [
        quad_line(triple, None if graph == "@default" else graph)
        for graph, triples in dataset.items()
        for triple in triples
    ]


def quad_line(triple: Json, graph: str | None) -> str:
    terms = [nquads_term(triple[part]) for part in ("subject", "predicate", "object")]
    if graph:
        terms.append(graph if graph.startswith("_:") else f"<{graph}>")
    return " ".join(terms) + " .\n"


def nquads_term(term: Json) -> str:
    if term["type"] == "IRI":
        return f"<{term['value']}>"
    if term["type"] == "blank node":
        return str(term["value"])
    quoted = f'"{escaped(term["value"])}"'
    if term.get("language"):
        return f"{quoted}@{term['language']}"
    return quoted if term["datatype"] == XSD_STRING else f"{quoted}^^<{term['datatype']}>"
