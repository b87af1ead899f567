"""Lists as people send them."""

import datetime as dt
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from accounts.tables import ColumnSpec, Problem, Row, read_table

COLUMNS = (
    ColumnSpec("name", required=True),
    ColumnSpec("email", kind="email", required=True, aliases=("e-mail address",)),
    ColumnSpec("starts", kind="date"),
)
PLAIN = "name,email,starts\nZoë Ø,Zoe@Test.example,2026-01-31\n"
ZOE = Row(2, {"name": "Zoë Ø", "email": "zoe@test.example", "starts": dt.date(2026, 1, 31)})


def read(content, columns=COLUMNS, **options):
    data = content.encode() if isinstance(content, str) else content
    return read_table(SimpleUploadedFile("list.csv", data), columns, **options)


def excel(*rows, sheet_two=()):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for row in sheet_two:
        book.create_sheet().append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        PLAIN.encode("utf-16-le"),
        PLAIN.encode("utf-16-be"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode("utf-16"),
        PLAIN.replace(",", "|").encode(),
        PLAIN.rstrip("\n").encode(),
        excel(("Name", "E-Mail Address", "Starts"), ("Zoë Ø", "Zoe@Test.example", dt.datetime(2026, 1, 31))),
    ],
    ids=[
        "plain",
        "bom",
        "utf16",
        "utf16le",
        "utf16be",
        "crlf",
        "cr",
        "semicolons",
        "tabs",
        "bars",
        "no_last_end",
        "excel",
    ],
)
def test_one_list_in_many_shapes(data):
    table = read(data)
    assert (table.rows, table.problems) == ([ZOE], [])


def test_excel_s_own_line_about_the_delimiter_counts_as_a_line():
    table = read("sep=;\r\nname;email\r\nA;a@test.example\r\nB;nothing\r\n")
    assert [row.line for row in table.rows] == [3]
    assert table.problems == [Problem(4, "email", "“nothing” is not an e-mail address.")]


def test_columns_come_in_any_order_and_missing_optional_ones_are_empty():
    table = read("E_Mail,NAME\na@test.example,A\n")
    assert table.rows == [Row(2, {"email": "a@test.example", "name": "A", "starts": None})]


def test_every_bad_line_is_named_by_number_and_column_and_good_lines_stay():
    table = read(
        "name,email,starts\n"
        "A,a@test.example,2026-01-31\n"
        ",b-at-test,31.1.2026\n"
        "\n"
        '"C\nwith two lines",c@test.example,\n'
        "D,d@test.example,,more\n"
        "E,e@test.example\n"
    )
    assert [row.line for row in table.rows] == [2, 5, 8]
    assert table.problems == [
        Problem(3, "name", "Write something here."),
        Problem(3, "email", "“b-at-test” is not an e-mail address."),
        Problem(3, "starts", "“31.1.2026” is not a date as 2026-01-31."),
        Problem(7, "", "There are 4 cells, but 3 columns. Put quotation marks around text with commas."),
    ]
    assert table.bad_lines == 2


@pytest.mark.parametrize("text", ["=1+1", "+1-555", "-sum(a1)", "@cmd", '=HYPERLINK("x")', "  =A1"])
def test_cells_like_formulas_are_refused_in_words(text):
    table = read(f'name;email\n"{text.replace(chr(34), chr(34) * 2)}";a@test.example\n')
    (problem,) = table.problems
    assert (problem.line, problem.column) == (2, "name")
    assert "looks like a formula" in problem.text


def test_a_formula_in_excel_is_refused_too():
    table = read(excel(("name", "email"), ("=A1", "a@test.example")))
    assert [(p.line, p.column) for p in table.problems] == [(2, "name")]


def test_duplicates_in_other_case_name_the_first_line():
    table = read("name,email\nA,a@test.example\nB,b@test.example\nC,A@TEST.example\n", unique=("email",))
    assert [row.line for row in table.rows] == [2, 3]
    assert table.problems == [Problem(4, "email", "This repeats line 2.")]


def test_bytes_of_another_encoding_are_named_by_line_and_column():
    table = read("name,email\nA,a@test.example\nZoë,z@test.example\n".encode("cp1252"))
    assert [row.line for row in table.rows] == [2]
    assert [(p.line, p.column) for p in table.problems] == [(3, "name")]
    assert "CSV UTF-8" in table.problems[0].text


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", Problem(1, "", "The file is empty.")),
        (b"\n\n", Problem(1, "", "The file is empty.")),
        (b"name,email\n", Problem(1, "", "The list has no lines below its headings.")),
        (
            b"name,phone\nA,1\n",
            Problem(1, "phone", "This column is not known. Possible are: name, email, starts."),
        ),
        (b"name,email,name\n", Problem(1, "name", "This column is there twice.")),
        (
            b"name\nA\n",
            Problem(
                1, "email", "This column is missing. The first line names the columns: name, email, starts."
            ),
        ),
        (
            b'name,email\nA,"a@test.example\nB,b@test.example\n',
            Problem(3, "", "A quotation mark is open or stands in the wrong place here."),
        ),
        (
            b"%PDF-1.7\n",
            Problem(1, "", "This is not a list. Save it as “CSV UTF-8” or as Excel (.xlsx)."),
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest",
            Problem(1, "", "This is an old Excel file (.xls). Save it as Excel (.xlsx) or as “CSV UTF-8”."),
        ),
        (
            b"PK\x03\x04 and no more",
            Problem(1, "", "This Excel file cannot be read. Save it anew, or as “CSV UTF-8”."),
        ),
    ],
)
def test_lists_that_cannot_be_read(content, expected):
    table = read(content)
    assert expected in table.problems
    assert table.rows == []


def test_another_zip_is_no_excel_list():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert read(file.getvalue()).problems[0].text.startswith("This is not an Excel list")


def test_a_hostile_excel_file_is_refused():
    """Entities that grow without end in the sheet's XML."""
    source = io.BytesIO(excel(("name", "email"), ("A", "a@test.example")))
    target = io.BytesIO()
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, bomb if name.endswith("sheet1.xml") else old.read(name))
    assert [p.text for p in read(target.getvalue()).problems] == [
        "This Excel file cannot be read. Save it anew, or as “CSV UTF-8”."
    ]


def test_numbers_and_marks_in_excel_cells():
    columns = (ColumnSpec("n", kind="integer"), ColumnSpec("ok", kind="boolean"), ColumnSpec("text"))
    table = read(excel(("n", "ok", "text"), (3.0, True, 5), (-2, "no", None)), columns)
    assert [row.values for row in table.rows] == [
        {"n": 3, "ok": True, "text": "5"},
        {"n": -2, "ok": False, "text": ""},
    ]


def test_choices_in_any_case_mean_what_they_stand_for():
    columns = (ColumnSpec("role", choices={"Section head": "section_head", "Issuer": "issuer"}),)
    table = read("role\nsection HEAD\nissuer\ndean\n", columns)
    assert [row.values["role"] for row in table.rows] == ["section_head", "issuer"]
    assert table.problems == [
        Problem(4, "role", "“dean” is not known here. Possible are: Section head, Issuer.")
    ]


@pytest.mark.parametrize("text", ["a\x00b", "a\x07b"])
def test_control_characters_are_refused(text):
    table = read(f"name,email\n{text},a@test.example\n")
    assert [(p.line, p.column) for p in table.problems] == [(2, "name")]


def test_a_cell_that_is_too_long():
    table = read(f"name,email\n{'x' * 201},a@test.example\n")
    assert table.problems == [Problem(2, "name", "There are 201 characters; up to 200 are possible.")]


def test_50_000_lines_are_read_and_one_more_is_not():
    lines = "".join(f"Person {n},p{n}@test.example\n" for n in range(50_000))
    table = read(f"name,email\n{lines}", unique=("email",))
    assert (len(table.rows), table.problems) == (50_000, [])
    table = read(f"name,email\n{lines}More,more@test.example\n", unique=("email",))
    assert table.problems == [Problem(50_002, "", "There are more than 50,000 lines. Split the list.")]


def test_thousands_of_bad_lines_are_counted_and_the_first_thousand_kept():
    table = read("name,email\n" + "A,none\n" * 3000)
    assert (table.bad_lines, len(table.problems)) == (3000, 1000)


def test_a_file_that_is_too_large(monkeypatch):
    monkeypatch.setattr("accounts.tables.reading.LIMIT", 10)
    assert read(PLAIN).problems[0].text.startswith("The file has")


def test_the_file_is_left_open_at_its_start():
    upload = SimpleUploadedFile("list.csv", PLAIN.encode())
    read_table(upload, COLUMNS)
    assert upload.read() == PLAIN.encode()


def test_a_choice_with_two_names_is_offered_by_the_first():
    columns = (
        ColumnSpec(
            "office", choices={"Office of the Provost": "provost", "Registrar": "r", "provost": "provost"}
        ),
    )
    (problem,) = read("office\ndean\n", columns).problems
    assert problem.text == "“dean” is not known here. Possible are: Office of the Provost, Registrar."
