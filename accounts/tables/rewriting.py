"""How a list of ours is written, with cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from accounts.tables.columns import FORMULA_START


def as_csv(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV for spreadsheets: a text that begins like a formula gets an apostrophe in front."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def harmless(cell: object) -> object:
    """The cell as no spreadsheet computes it (OWASP, CSV injection)."""
    if isinstance(cell, str) and cell.startswith((*FORMULA_START, "\t", "\r", "\n")):
        return f"'{cell}"
    return "" if cell is None else cell
