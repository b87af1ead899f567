"""From an uploaded file to numbered lines of cells, whatever program wrote it. Streams; keeps one line at a time."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable, Generator
from contextlib import closing
from typing import IO, Any

from django.core.files.base import File
from openpyxl import load_workbook

Cells = tuple[int, list[str]]  # the number of the line and its cells

DELIMITERS = (",", ";", "\t", "|")
SAMPLE = 64 * 1024
MAX_COLUMNS = 100
MAX_UNPACKED = 300 * 1024 * 1024
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)


class BadFile(ValueError):
    """Why a file cannot be read at all, as a sentence, with the line where that shows."""

    def __init__(self, text: str, line: int = 1) -> None:
        super().__init__(text)
        self.text, self.line = text, line


def binary(upload: File[bytes] | IO[bytes]) -> IO[bytes]:
    """The plain file inside Django's wrappers, at its start."""
    inner: Any = upload
    while isinstance(inner, File):
        inner = inner.file
    inner.seek(0)
    return inner  # type: ignore[no-any-return]


def lines_of(file: IO[bytes], known: Callable[[str], bool]) -> Generator[Cells]:
    """The lines with their cells as text; BadFile when it is no list. `known(heading)` helps to find the delimiter."""
    start = file.read(SAMPLE)
    file.seek(0)
    if start.startswith(b"PK\x03\x04"):
        return _excel(file)
    if start.startswith(OLD_EXCEL):
        raise BadFile("This is an old Excel file (.xls). Save it as Excel (.xlsx) or as “CSV UTF-8”.")
    encoding = _encoding(start)
    if start.startswith(b"%PDF") or (encoding == "utf-8" and start.count(0) > len(start) // 20):
        raise BadFile("This is not a list. Save it as “CSV UTF-8” or as Excel (.xlsx).")
    return _text(file, encoding, known)


def _encoding(start: bytes) -> str:
    """By the byte order mark; without one UTF-16 shows by its zero bytes, and all else is taken for UTF-8."""
    for mark, encoding in MARKS:
        if start.startswith(mark):
            return encoding
    if start[1:400:2].count(0) > len(start[1:400:2]) // 2:
        return "utf-16-le"
    if start[0:400:2].count(0) > len(start[0:400:2]) // 2:
        return "utf-16-be"
    return "utf-8"


def _text(file: IO[bytes], encoding: str, known: Callable[[str], bool]) -> Generator[Cells]:
    """Lines of a text with a delimiter. Bytes that are not the encoding's become marks that the cell check finds."""
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
    reader = io.TextIOWrapper(file, encoding=encoding, errors=errors, newline="")  # type: ignore[arg-type]
    try:
        skipped, delimiter = _delimiter(reader, known)
        rows = csv.reader(reader, delimiter=delimiter, strict=True)
        before = skipped
        for cells in rows:
            yield before + 1, cells
            before = skipped + rows.line_num
    except csv.Error:
        line = skipped + rows.line_num
        raise BadFile("A quotation mark is open or stands in the wrong place here.", line) from None
    finally:
        reader.detach()


def _delimiter(reader: io.TextIOWrapper, known: Callable[[str], bool]) -> tuple[int, str]:
    """How many lines to skip (Excel's “sep=;”), and the delimiter that makes most headings known; rewinds."""
    first = reader.readline(SAMPLE)
    named = first.strip().strip('"').lower()
    if named.startswith("sep=") and len(named) == 5:
        return 1, named[4]
    reader.seek(0)
    while first and not first.strip():
        first = reader.readline(SAMPLE)
    reader.seek(0)
    found = {d: sum(known(cell) for cell in _split(first, d)) for d in DELIMITERS}
    return 0, max(DELIMITERS, key=lambda d: found[d])


def _split(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _excel(file: IO[bytes]) -> Generator[Cells]:
    """Lines of the first sheet. Formulas come as their text (“=A1”), so that the cell check finds them."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            unpacked = sum(info.file_size for info in archive.infolist())
        if "xl/workbook.xml" not in names:
            raise BadFile("This is not an Excel list (.xlsx). Save it as Excel (.xlsx) or as “CSV UTF-8”.")
        if unpacked > MAX_UNPACKED:
            raise BadFile("This Excel file is too large when unpacked. Save it as “CSV UTF-8”.")
        file.seek(0)
        with closing(load_workbook(file, read_only=True, data_only=False, keep_links=False)) as book:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what the file says of its own size is not to be trusted
            for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), 1):
                yield number, _without_tail([_cell_text(cell) for cell in cells])
    except BadFile:
        raise
    except Exception as error:  # a broken or hostile file makes the library raise almost anything
        raise BadFile("This Excel file cannot be read. Save it anew, or as “CSV UTF-8”.") from error


def _without_tail(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _cell_text(value: object) -> str:
    """A cell as one would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)
