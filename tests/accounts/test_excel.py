"""Excel files as people, other programs and attackers make them."""

import datetime as dt
import io
import zipfile

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from accounts.tables import ColumnSpec, Problem, read_table
from accounts.tables.excel import MAX_STRINGS, MAX_UNPACKED, PROTECTED
from accounts.tables.failures import BadFile
from accounts.tables.headings import NO_HEADINGS, head_of
from accounts.tables.sources import Source, binary

COLUMNS = (ColumnSpec("name"), ColumnSpec("email", "email", required=True), ColumnSpec("day", "date"))
HEAD = ("name", "email")


def saved(book):
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def excel(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return book


def remarks(book, sheet=None):
    with Source(saved(book), lambda heading: True, sheet) as source:
        return source.remarks


def lines(file, sheet=None):
    with Source(binary(file), lambda heading: True, sheet) as source:
        return list(source.lines)


def packed(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_parts(book, **parts):
    """A workbook with some of its parts in other words."""
    names = {"sheet": "xl/worksheets/sheet1.xml", "strings": "xl/sharedStrings.xml"}
    out = io.BytesIO()
    with zipfile.ZipFile(saved(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in [names.get(key, key) for key in parts]:
                new.writestr(name, old.read(name))
        for key, content in parts.items():
            new.writestr(names.get(key, key), content)
    out.seek(0)
    return out


def test_what_excel_hides_or_merges_is_said_and_read():
    book = excel(("name", "email", "grade"), ("A", "a@t.example", 1), ("B", "b@t.example", 2), ("C", None, 3))
    sheet = book.active
    sheet.column_dimensions["C"].hidden = True
    sheet.row_dimensions[3].hidden = True
    sheet.merge_cells("B3:B4")
    assert remarks(book) == [
        "1 row is hidden in Excel, by a filter or by hand. It is read too.",
        "Hidden in Excel, and read too: column C.",
        "Merged cells count for their first row and column only: B3:B4.",
    ]
    assert [number for number, _ in lines(saved(book))] == [1, 2, 3, 4]
    found = read_table(saved(excel(HEAD, ("A", "a@t.example"), ("B", None))), COLUMNS)
    assert found.problems == [Problem(3, "email", "Write an e-mail address.")]


def test_the_first_sheet_that_shows_something_is_read_and_another_by_number():
    book = excel()
    book.active.title = "Empty"
    hidden, shown, other = (book.create_sheet(name) for name in ("Hidden", "List", "Other"))
    hidden.sheet_state = "hidden"
    for sheet, name in ((hidden, "hidden"), (shown, "shown"), (other, "other")):
        sheet.append([name])
    assert lines(saved(book)) == [(1, ["shown"])]
    assert remarks(book) == ["The file has 4 sheets. “List” is read."]
    assert lines(saved(book), 3) == [(1, ["other"])]
    assert lines(saved(book), 99) == [(1, ["shown"])]


def test_days_are_read_as_days_and_bare_numbers_are_not_guessed():
    rows = [
        ("a@t.example", dt.datetime(2026, 1, 31)),
        ("b@t.example", dt.date(2026, 1, 31)),
        ("c@t.example", 46053),
    ]
    found = read_table(saved(excel(("email", "day"), *rows)), COLUMNS)
    assert [row.values["day"] for row in found.rows] == [dt.date(2026, 1, 31)] * 2
    assert found.problems == [
        Problem(
            4,
            "day",
            "“46053” is a number. If it is 31 January 2026, give the cells the format of a date in Excel.",
        )
    ]


@pytest.mark.parametrize("formula", ["=A1", ArrayFormula("A2:A2", "=UPPER(A1)")], ids=["plain", "array"])
def test_formulas_are_refused_and_never_computed(formula):
    found = read_table(saved(excel(HEAD, (formula, "a@t.example"))), COLUMNS)
    assert [(one.line, one.column) for one in found.problems] == [(2, "name")]
    assert "looks like a formula" in found.problems[0].text


def test_a_cell_at_the_last_row_costs_little():
    book = excel(HEAD, ("A", "a@t.example"))
    book.active.cell(1_048_576, 2, "z@t.example")
    assert [number for number, _ in lines(saved(book))] == [1, 2, 1_048_576]


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000


@pytest.mark.parametrize(
    "content, said",
    [
        (OLE + "EncryptedPackage".encode("utf-16-le"), PROTECTED),
        (OLE + "Workbook".encode("utf-16-le"), "an old Excel file (.xls)"),
        (packed(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "an OpenDocument list (.ods)"),
        (packed(**{"xl/workbook.bin": b"x"}), "a binary Excel file (.xlsb)"),
        (packed(**{"word/document.xml": b"<x/>"}), "not an Excel list (.xlsx)"),
        (packed(), "This is not a list"),
        (b"<html><table><tr><td>name</td></tr></table>", "a web page or XML"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "a web page or XML"),
        (b"\x89PNG\r\n\x1a\n", "This is not a list"),
        (packed(**{"xl/workbook.xml": b"<x"}), "cannot be read"),
        (
            packed(**{f"xl/{n}": b"" for n in range(2001)}, **{"xl/workbook.xml": b""}),
            "too large when unpacked",
        ),
    ],
    ids=range(11),
)
def test_files_of_other_kinds_are_refused_each_in_its_words(content, said):
    with pytest.raises(BadFile, match=".*") as caught:
        head_of(io.BytesIO(content), COLUMNS)
    assert said in caught.value.text


def test_files_that_unpack_to_too_much_are_refused_before_they_are_unpacked():
    big = {"sheet": b"0" * (MAX_UNPACKED + 1), "strings": b"0" * (MAX_STRINGS + 1)}
    for part, content in big.items():
        file = with_parts(excel(HEAD), **{part: content})
        assert file.seek(0, 2) < 1024 * 1024
        assert read_table(file, COLUMNS).problems[0].text.startswith("This Excel file is too large")


def test_entities_and_sizes_that_are_not_true_are_refused():
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData>&a;</sheetData></worksheet>'
    assert "cannot be read" in read_table(with_parts(excel(HEAD), sheet=bomb), COLUMNS).problems[0].text
    data = bytearray(
        with_parts(excel(HEAD), sheet=b"<worksheet>" + b" " * 50_000 + b"</worksheet>").getvalue()
    )
    place = data.rfind(b"xl/worksheets/sheet1.xml") - 46 + 24  # the size in the archive's directory
    data[place : place + 4] = (20).to_bytes(4, "little")
    assert "cannot be read" in read_table(io.BytesIO(bytes(data)), COLUMNS).problems[0].text


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx", "list.pdf", ""])
def test_what_a_file_is_shows_in_it_and_not_in_its_name(name):
    for content in (b"name,email\nA,a@t.example\n", saved(excel(HEAD, ("A", "a@t.example"))).getvalue()):
        file = io.BytesIO(content)
        file.name = name
        assert [row.values["email"] for row in read_table(file, COLUMNS).rows] == ["a@t.example"]


def test_a_list_without_headings_is_told_apart_from_one_with_strange_ones():
    with pytest.raises(BadFile, match="The first line is a person already"):
        head_of(io.BytesIO(b"A,a@t.example\nB,b@t.example\n"), COLUMNS)
    assert NO_HEADINGS
    head = head_of(io.BytesIO("Wer;Kontakt\nA;a@t.example\n".encode("utf-16")), COLUMNS)
    assert (head.headings, head.samples) == (["Wer", "Kontakt"], [["A", "a@t.example"]])


def test_a_list_with_too_many_columns_is_refused():
    with pytest.raises(BadFile, match="more than 100 columns"):
        head_of(io.BytesIO((",".join("abc" for _ in range(101)) + "\n").encode()), COLUMNS)
