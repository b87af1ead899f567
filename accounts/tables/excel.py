"""Excel's .xlsx as numbered lines of cells, read as a stream; what a hostile or damaged file does is bounded.

A file is a ZIP of XML: what it unpacks to is limited before anything is read, entities are refused by defusedxml, links
to other files are not followed, and nothing is computed.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import IO, Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from accounts.tables.failures import BadFile, Cells

MAX_COLUMNS = 100
MAX_PARTS = 2_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_STRINGS = 64 * 1024 * 1024  # the only part that is held in memory whole
CHUNK = 1024 * 1024
MOST_NAMED = 5
UNREADABLE = "This Excel file cannot be read. Save it anew, or as “CSV UTF-8”."
PROTECTED = (
    "This file is protected by a password. Take the password off in Excel, save it, and send it again."
)
TOO_LARGE = "This Excel file is too large when unpacked. Save it as “CSV UTF-8”."
OPEN_DOCUMENT = "This is an OpenDocument list (.ods). Save it as Excel (.xlsx) or as “CSV UTF-8”."
BINARY = "This is a binary Excel file (.xlsb). Save it as Excel (.xlsx) or as “CSV UTF-8”."
NO_LIST = "This is not an Excel list (.xlsx). Save it as Excel (.xlsx) or as “CSV UTF-8”."
TAGS = re.compile(rb"<(?:\w+:)?(row|col|mergeCell)\b([^>]*)>")
TRUE = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']")
VALUE = re.compile(rb"\b(r|min|max|ref)=[\"']([^\"']*)[\"']")


@dataclass
class Scan:
    """What a sheet's XML says besides its cells: how many rows, and what hides or joins some."""

    rows: int = 0
    hidden_rows: int = 0
    hidden_columns: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    merges: int = 0

    @property
    def remarks(self) -> list[str]:
        """Sentences for people about what they may not see, or see otherwise than it is read."""
        found = []
        if self.hidden_rows:
            one = self.hidden_rows == 1
            many = "1 row is" if one else f"{self.hidden_rows:,} rows are"
            whole = "It is" if one else "They are"
            found.append(f"{many} hidden in Excel, by a filter or by hand. {whole} read too.")
        if self.hidden_columns:
            found.append(f"Hidden in Excel, and read too: column {', '.join(self.hidden_columns)}.")
        if self.merged:
            more = " and more" if self.merges > len(self.merged) else ""
            cells = ", ".join(self.merged)
            found.append(f"Merged cells count for their first row and column only: {cells}{more}.")
        return found


class Book:
    """An opened workbook and the sheet that is read. `sheet` chooses by number; None: the first that shows anything."""

    def __init__(self, file: IO[bytes], sheet: int | None = None) -> None:
        _check(file)
        try:
            self._book: Any = load_workbook(file, read_only=True, data_only=False, keep_links=False)
            self.sheets = [one.title for one in self._book.worksheets]
            self.sheet, self.scan = self._choose(sheet)
        except BadFile:
            raise
        except Exception as error:  # a broken or hostile file makes the library raise almost anything
            raise BadFile(UNREADABLE) from error

    @property
    def remarks(self) -> list[str]:
        """What people should know about how it is read."""
        found = self.scan.remarks
        if len(self.sheets) > 1:
            name = self.sheets[self.sheet]
            found.insert(0, f"The file has {len(self.sheets)} sheets. “{name[:40]}” is read.")
        return found

    def lines(self) -> Generator[Cells]:
        """Lines that hold something. Formulas come as their text (“=A1”), so that the cell check finds them."""
        try:
            sheet = self._book.worksheets[self.sheet]
            sheet.reset_dimensions()  # what the file says of its own size is not to be trusted
            for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), 1):
                if cells.count(None) != len(cells):
                    yield number, _without_tail([cell_text(cell) for cell in cells])
        except BadFile:
            raise
        except Exception as error:
            raise BadFile(UNREADABLE) from error

    def close(self) -> None:
        """Let go of the file's parts; the file itself stays open."""
        self._book.close()

    def _choose(self, sheet: int | None) -> tuple[int, Scan]:
        if sheet is not None and 0 <= sheet < len(self.sheets):
            return sheet, self._scanned(sheet)
        shown = [n for n, one in enumerate(self._book.worksheets) if one.sheet_state == "visible"]
        first: tuple[int, Scan] | None = None
        for number in shown[:20]:
            scan = self._scanned(number)
            if scan.rows:
                return number, scan
            first = first or (number, scan)
        if first is None:
            raise BadFile("Every sheet of this Excel file is hidden. Show the one to read, and save it.")
        return first

    def _scanned(self, sheet: int) -> Scan:
        """A pass over the sheet's XML, a piece at a time; a tag cut in two is put together again."""
        scan, rest = Scan(), b""
        with self._book.worksheets[sheet]._get_source() as source:
            while piece := source.read(CHUNK):
                text, cut = rest + piece, (rest + piece).rfind(b"<")
                whole, rest = (text[:cut], text[cut:][:CHUNK]) if cut > 0 else (text, b"")
                _note(scan, whole)
            _note(scan, rest)
        return scan


def _note(scan: Scan, text: bytes) -> None:
    for match in TAGS.finditer(text):
        tag, attributes = match[1], match[2]
        if tag == b"row":
            scan.rows += 1
            scan.hidden_rows += bool(TRUE.search(attributes))
        elif tag == b"col" and TRUE.search(attributes):
            said = dict(VALUE.findall(attributes))
            _note_columns(scan, said.get(b"min", b""), said.get(b"max", b""))
        elif tag == b"mergeCell":
            scan.merges += 1
            if len(scan.merged) < MOST_NAMED:
                scan.merged.append(
                    dict(VALUE.findall(attributes)).get(b"ref", b"")[:20].decode("ascii", "replace")
                )


def _note_columns(scan: Scan, first: bytes, last: bytes) -> None:
    if not (first.isdigit() and last.isdigit()):
        return
    for number in range(int(first), min(int(last), MAX_COLUMNS) + 1):
        if len(scan.hidden_columns) < MOST_NAMED:
            scan.hidden_columns.append(get_column_letter(number))


def _check(file: IO[bytes]) -> None:
    """BadFile unless it is a workbook that unpacks to something bearable."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            kind = archive.read("mimetype")[:80] if "mimetype" in names and _small(archive) else b""
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, EOFError) as error:
        raise BadFile(UNREADABLE) from error
    if kind.startswith(b"application/vnd.oasis.opendocument"):
        raise BadFile(OPEN_DOCUMENT)
    if "xl/workbook.bin" in names:
        raise BadFile(BINARY)
    if "xl/workbook.xml" not in names:
        raise BadFile(NO_LIST)
    if any(part.flag_bits & 1 for part in parts):
        raise BadFile(PROTECTED)
    strings = sum(part.file_size for part in parts if "sharedstrings" in part.filename.lower())
    if len(parts) > MAX_PARTS or sum(p.file_size for p in parts) > MAX_UNPACKED or strings > MAX_STRINGS:
        raise BadFile(TOO_LARGE)
    file.seek(0)


def _small(archive: zipfile.ZipFile) -> bool:
    return archive.getinfo("mimetype").file_size < 1000


def _without_tail(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def cell_text(value: object) -> str:
    """A cell as one would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, str | int | float):
        return str(value)
    return f"={getattr(value, 'text', '')}".replace("==", "=", 1)  # a formula over several cells
