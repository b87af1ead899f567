"""From an uploaded file to numbered lines of cells, whatever program wrote it. Streams; keeps one line at a time."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Generator
from typing import IO, Any, Self

from django.core.files.base import File

from accounts.tables.excel import PROTECTED, Book
from accounts.tables.failures import BadFile, Cells

DELIMITERS = (",", ";", "\t", "|")
SAMPLE = 64 * 1024
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
NO_TEXT = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"PK\x05\x06")
WEB_PAGE = (
    "This is a web page or XML under the name of a list. Open it in Excel and save it as Excel (.xlsx)."
)
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)


def binary(upload: File[bytes] | IO[bytes]) -> IO[bytes]:
    """The plain file inside Django's wrappers, at its start."""
    inner: Any = upload
    while isinstance(inner, File):
        inner = inner.file
    inner.seek(0)
    return inner  # type: ignore[no-any-return]


class Source:
    """An opened list: its lines, and what is known of it before they are read. A context manager.

    `known(heading)` helps to find the delimiter of a text; `sheet` chooses one of several sheets by its number.
    `expected` is about how many lines there are, for showing progress. BadFile when it is no list.
    """

    def __init__(self, file: IO[bytes], known: Callable[[str], bool], sheet: int | None = None) -> None:
        self.book: Book | None = None
        start = file.read(SAMPLE)
        file.seek(0)
        if start.startswith(b"PK\x03\x04"):
            self.book = Book(file, sheet)
            self.lines, self.expected = self.book.lines(), self.book.scan.rows
            return
        encoding = _encoding(start)
        _check_text(file, start, encoding)
        self.lines, self.expected = _text(file, encoding, known), _line_ends(file)

    @property
    def remarks(self) -> list[str]:
        """What people should know about how it is read."""
        return self.book.remarks if self.book else []

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *ended: object) -> None:
        """Lets go of what was opened; the file itself stays open."""
        self.lines.close()
        if self.book:
            self.book.close()


def _check_text(file: IO[bytes], start: bytes, encoding: str) -> None:
    """BadFile for what is no text with columns, each kind by its own words."""
    if start.startswith(OLD_EXCEL):
        raise BadFile(_of_old_kind(file))
    head = start[:400].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta")):
        raise BadFile(WEB_PAGE)
    if start.startswith(NO_TEXT) or (encoding == "utf-8" and start.count(0) > len(start) // 20):
        raise BadFile("This is not a list. Save it as “CSV UTF-8” or as Excel (.xlsx).")


def _of_old_kind(file: IO[bytes]) -> str:
    """The words for a file of the kind that old Excel wrote, and new Excel writes with a password."""
    text = file.read()
    file.seek(0)
    if "EncryptedPackage".encode("utf-16-le") in text:
        return PROTECTED
    return "This is an old Excel file (.xls). Save it as Excel (.xlsx) or as “CSV UTF-8”."


def _line_ends(file: IO[bytes]) -> int:
    found = 1
    while piece := file.read(SAMPLE):
        found += max(piece.count(b"\n"), piece.count(b"\r"))
    file.seek(0)
    return found


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
    """How many lines to skip (Excel's “sep=;”), and the delimiter that makes most headings known, or most headings; rewinds."""
    first = reader.readline(SAMPLE)
    named = first.strip().strip('"').lower()
    if named.startswith("sep=") and len(named) == 5:
        return 1, named[4]
    reader.seek(0)
    while first and not first.strip():
        first = reader.readline(SAMPLE)
    reader.seek(0)
    cells = {d: _split(first, d) for d in DELIMITERS}
    return 0, max(DELIMITERS, key=lambda d: (sum(known(cell) for cell in cells[d]), len(cells[d])))


def _split(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])
