"""What kind of file it is, by its content alone; the name that somebody gave it is never believed."""

from __future__ import annotations

import io
import re
import zipfile
from typing import IO

import puremagic

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
TEXT = "text/plain"

ALLOWED = {
    PDF: (".pdf",),
    DOCX: (".docx",),
    ODT: (".odt",),
    PNG: (".png",),
    JPEG: (".jpg", ".jpeg"),
    TEXT: (".txt", ".csv"),
    XLSX: (".xlsx",),
}
WORDS = "PDF, Word (docx), OpenDocument text (odt), PNG, JPEG, plain text, CSV and Excel (xlsx)"

# Text that programs run or browsers draw is not plain text, whatever it is called.
MARKUP = re.compile(rb"^\s*(<\?xml|<!doctype|<html|<head|<body|<svg|<script|<\?php|#!|%!ps)", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
PICTURES_AND_PAPERS = {".pdf": PDF, ".png": PNG, ".jpg": JPEG, ".jpeg": JPEG, ".jfif": JPEG}
SAMPLE = 64 * 1024


def kind_of(file: IO[bytes]) -> str | None:
    """The media type of an allowed kind; None for anything else. Leaves the file at its start."""
    file.seek(0)
    start = file.read(SAMPLE)
    try:
        if start.startswith(b"PK\x03\x04"):
            return _office_kind(file)
        return _marked_kind(start) or _text_kind(start, file)
    finally:
        file.seek(0)


def _marked_kind(start: bytes) -> str | None:
    """Kinds that begin with a mark of their own."""
    try:
        found = puremagic.from_string(start)
    except (puremagic.PureError, ValueError):
        return None
    kind = PICTURES_AND_PAPERS.get(found)
    marks = {PDF: b"%PDF-", PNG: b"\x89PNG\r\n\x1a\n", JPEG: b"\xff\xd8\xff"}
    return kind if kind and start.startswith(marks[kind]) else None


def _office_kind(file: IO[bytes]) -> str | None:
    """Word, Excel and OpenDocument files are zip archives that say what they are; those with macros are refused."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return None
            if "[Content_Types].xml" in names:
                return DOCX if "word/document.xml" in names else XLSX if "xl/workbook.xml" in names else None
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                return ODT if archive.read("mimetype").strip() == ODT.encode() else None
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
        return None
    return None


def _text_kind(start: bytes, file: IO[bytes]) -> str | None:
    """Plain text: all of it readable as UTF-8 or UTF-16, without control characters, and no markup."""
    if not start or MARKUP.match(start.removeprefix(b"\xef\xbb\xbf")):
        return None
    encoding = "utf-16" if start.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    file.seek(0)
    reader = io.TextIOWrapper(file, encoding=encoding)  # type: ignore[arg-type]
    try:
        while chunk := reader.read(SAMPLE):
            if CONTROL.search(chunk):
                return None
    except UnicodeError:
        return None
    finally:
        reader.detach()
    return TEXT
