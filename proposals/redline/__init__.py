"""What changed between two versions of a document: by question, and inside an answer by word. Pure; nothing queries.

`texts` compares two texts, `lists` tables and lists, `documents` whole documents with the forms they were asked by.
"""

from proposals.redline.documents import Item, Section, Version, compare, counted
from proposals.redline.lists import Column, Entry, Row
from proposals.redline.texts import ADDED, REMOVED, SAME, Span

__all__ = [
    "ADDED",
    "REMOVED",
    "SAME",
    "Column",
    "Entry",
    "Item",
    "Row",
    "Section",
    "Span",
    "Version",
    "compare",
    "counted",
]
