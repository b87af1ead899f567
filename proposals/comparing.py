"""A red-line as pages and papers show it: the changes numbered through, each with a word for what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from proposals import redline
from proposals.redline import documents as states
from proposals.redline import texts
from proposals.redline.documents import Item

WORDS = {
    states.ANSWERED: "Answered now",
    states.EMPTIED: "Answer taken out",
    states.REWRITTEN: "Rewritten",
    states.CHANGED: "Changed",
    states.SPACING: "Only blanks and line breaks changed",
    states.REWORDED: "The question was reworded",
}


def numbered(
    sections: list[redline.Section], names: dict[str, str], last: int, only: bool
) -> Iterator[dict[str, Any]]:
    """Sections for the page, the changed questions numbered through; with `only` nothing else."""
    number = 0
    for section in sections:
        items = []
        for item in section.items:
            number += item.changed
            if item.changed or not only:
                items.append(_shown(item, number if item.changed else 0, last, only))
        for shown in items if section.kind == redline.SAME else []:
            shown["word"] = shown["word"] or _asked(shown["item"].state, names)
        if items:
            alone = _alone(section.kind, names)
            yield {"section": section, "alone": alone, "changes": section.changes, "items": items}


def _shown(item: Item, number: int, last: int, only: bool) -> dict[str, Any]:
    return {
        "item": item,
        "number": number,
        "of": last,
        "previous": max(number - 1, 0),
        "next": number + 1 if 0 < number < last else 0,
        "word": WORDS.get(item.state, ""),
        "spans": texts.abridged(item.spans) if only else item.spans,
        "rows": [row for row in item.rows if row.kind != redline.SAME or not only],
    }


def _asked(state: str, names: dict[str, str]) -> str:
    """In words, of a question that one of the two was not asked."""
    if state == states.NEW_QUESTION:
        return f"Asked only in {names['now']}"
    return f"Asked only in {names['was']}" if state == states.OLD_QUESTION else ""


def _alone(kind: str, names: dict[str, str]) -> str:
    """In words, of a section that one of the two forms does not have."""
    if kind == redline.ADDED:
        return f"Only {names['now']} has this section."
    return f"Only {names['was']} has this section." if kind == redline.REMOVED else ""
