"""Any list as plain text with commas, each line under its own number, so that a page can give it back to be mended."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from itertools import islice
from typing import IO

from django.core.files.base import File

from accounts.tables.columns import UNREADABLE
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
