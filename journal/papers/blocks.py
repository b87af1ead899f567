"""The parts of a paper as plain data: what `render("document", ...)` takes as its `blocks`.

Every text is a text: whatever people wrote is set as it stands, and nothing in it is ever read as markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Block = dict[str, Any]
Piece = tuple[str, str]  # a text, and what became of it: same, added, removed, skipped
Cell = str | Sequence[Piece]

NOTHING = "Not answered"


def heading(level: int, text: Cell, note: str = "", *, look: str = "", new_page: bool = False) -> Block:
    """A heading; levels begin at 1 and skip none. `note`: a small line above it. `look`: "question",
    "aside" (which the contents leave out) or none."""
    words = _cell(text)
    return {
        "kind": "heading",
        "level": level,
        "text": words,
        "note": note,
        "look": look,
        "new_page": new_page,
    }


def text(said: str, look: str = "") -> Block:
    """Paragraphs, as they were written. `look`: "lead", "small", "faint", "strong" or none."""
    return {"kind": "text", "paragraphs": paragraphs(said), "look": look}


def quote(said: str, by: str = "") -> Block:
    """What somebody said, and who, where that is told."""
    return {"kind": "quote", "paragraphs": paragraphs(said), "by": by}


def facts(rows: Iterable[tuple[str, str]]) -> Block:
    """Terms, each with what it is here; those that are empty are left out."""
    return {"kind": "facts", "rows": [{"term": term, "text": said} for term, said in rows if said]}


def items(entries: Iterable[Cell]) -> Block:
    """A list with bullets."""
    return {"kind": "items", "entries": [_cell(entry) for entry in entries]}


def table(head: Sequence[Cell], rows: Iterable[Sequence[Cell]]) -> Block:
    """A table with a row of headings."""
    return {
        "kind": "table",
        "head": [_cell(cell) for cell in head],
        "rows": [[_cell(cell) for cell in row] for row in rows],
    }


def pieces(parts: Iterable[Piece]) -> Block:
    """A text in which some pieces were added and some removed, in paragraphs as it was written."""
    return {"kind": "pieces", "paragraphs": _in_paragraphs(parts)}


def contents() -> Block:
    """The headings of the first level, with their pages."""
    return {"kind": "contents"}


def paragraphs(said: str) -> list[str]:
    """The lines of a text, without empty ones."""
    return [line for line in said.splitlines() if line.strip()]


def _cell(said: Cell) -> list[dict[str, str]]:
    """A short text as its pieces; an empty one has none."""
    if isinstance(said, str):
        return [{"text": said, "kind": "same"}] if said else []
    return [{"text": part, "kind": kind} for part, kind in said]


def _in_paragraphs(parts: Iterable[Piece]) -> list[list[dict[str, str]]]:
    found: list[list[dict[str, str]]] = [[]]
    for said, kind in parts:
        for n, line in enumerate(said.split("\n")):
            if n:
                found.append([])
            if line:
                found[-1].append({"text": line, "kind": kind})
    return [line for line in found if line]


def document(
    *,
    title: str,
    kicker: str,
    institution: str,
    blocks: Sequence[Block],
    lead: str = "",
    footer: str = "",
    size: str = "us-letter",
) -> Mapping[str, Any]:
    """What the paper "document" is made of: a title with a line above and under it, blocks, and a line at the foot; of
    this `size` (see `sizes`)."""
    return {
        "size": size,
        "title": title,
        "kicker": kicker,
        "institution": institution,
        "lead": lead,
        "footer": footer,
        "blocks": list(blocks),
    }
