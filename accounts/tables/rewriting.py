"""Any list as plain text with commas, each line under its own number, so that a page can give it back to be mended.

Also how a list of ours is written, with cells that no spreadsheet takes for a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import IO

from django.core.files.base import File

from accounts.tables.columns import FORMULA_START, UNREADABLE
from accounts.tables.failures import BadFile
from accounts.tables.reading import LIMIT
from accounts.tables.sources import Source, binary


def rewritten(
    upload: File[bytes] | IO[bytes], known: Callable[[str], bool], most: int
) -> tuple[str, BadFile | None]:
    """The list as CSV, and why it could not be read to its end (None: it could). `known(heading)` finds the delimiter."""
    out, written, file = io.StringIO(), 0, binary(upload)
    write = csv.writer(out, lineterminator="\n").writerow
    if file.seek(0, 2) > LIMIT:
        return "", BadFile(f"The file is larger than {LIMIT // 1024 // 1024} MB. Split the list.")
    file.seek(0)
    try:
        with Source(file, known) as source:
            for number, cells in islice(source.lines, most + 2):
                # Lines that were empty, or the rest of a cell with line ends.
                out.write("\n" * (number - 1 - written))
                write([_cell(cell) for cell in cells])
                written = number
    except BadFile as error:
        return out.getvalue(), error
    return out.getvalue(), None


def _cell(text: str) -> str:
    """A cell on one line; bytes that are no text stay marked as unreadable, so that the check names them."""
    return UNREADABLE.sub("\ufffd", " ".join(text.splitlines()))


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
