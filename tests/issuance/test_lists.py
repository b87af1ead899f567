"""Lists of recipients as people send them; what a list can be is tested with `accounts.tables`."""

import io
import tracemalloc

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from accounts.tables.dry_runs import NO_NAME
from issuance import lists
from issuance.checking.typed import Line
from policies.reasons import Refused

ONE = [Line(2, "Test learner", "learner@test.example")]


def upload(data):
    return SimpleUploadedFile("list.csv", data if isinstance(data, bytes) else data.encode())


def excel(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def refusal(data):
    with pytest.raises(Refused) as caught:
        lists.read(upload(data))
    return [(r.field, r.text) for r in caught.value.reasons]


@pytest.mark.parametrize(
    "data",
    [
        "name,email\nTest learner,learner@test.example\n",
        "First name;Last name;E-mail address\r\nTest;learner;Learner@Test.example\r\n",
        "Surname\tGiven name\tMail\nlearner\tTest\tlearner@test.example",
        "Learner,Recipient email\nTest learner,learner@test.example\n".encode("utf-8-sig"),
        "full name|EMAIL\nTest learner|learner@test.example".encode("utf-16"),
        excel(("Student", "e-mail"), ("Test learner", "learner@test.example")),
    ],
    ids=["plain", "two names", "tabs", "mark", "utf16", "excel"],
)
def test_headings_people_use_are_known(data):
    assert lists.read(upload(data)) == ONE


def test_all_columns_are_read():
    data = "name,email,evidence url,narrative\nX,x@test.example,https://e.example/1,“Did it”\n"
    assert lists.read(upload(data)) == [Line(2, "X", "x@test.example", "https://e.example/1", "“Did it”")]


def test_every_bad_line_is_named_by_number_and_column():
    data = "name,email\nX,x@test.example\n,y@test.example\n\nZ,not an address\nX,X@test.example\n=1,a@test.example\n"
    assert refusal(data) == [
        ("recipients.3.name", f"Line 3, column “name”: {NO_NAME}"),
        ("recipients.5.email", "Line 5, column “email”: “not an address” is not an e-mail address."),
        ("recipients.6.email", "Line 6, column “email”: This repeats line 2."),
        (
            "recipients.7.name",
            "Line 7, column “name”: “=1” looks like a formula. Write plain text, without = + - @ in front.",
        ),
    ]


def test_more_bad_lines_than_are_listed_are_counted():
    data = "name,email\n" + "X,bad\n" * 1500
    reasons = refusal(data)
    assert len(reasons) == 1001
    assert reasons[-1] == ("", "500 more lines have something wrong.")


@pytest.mark.parametrize(
    "data, text",
    [
        ("", "The file is empty."),
        ("name\nX\n", "This column is missing."),
        ("name,email,shoe size\n", "This column is not known."),
        ("name,email\n", "The list has no lines below its headings."),
        (b"%PDF-1.4 \x00", "This is not a list."),
        ("name,email\nJosé,x@test.example".encode("latin-1"), "These characters cannot be read."),
    ],
)
def test_list_that_cannot_be_used_says_why(data, text):
    assert any(text in reason for _, reason in refusal(data))


def test_lines_become_a_list_that_reads_the_same():
    lines = [
        Line(2, "O’Neill, X", "x@test.example", "https://e.example", "a “b”"),
        Line(3, "Y", "y@test.example"),
    ]
    assert lists.read(upload(lists.text_of(lines))) == lines


def test_50000_lines_are_read_in_bounded_memory():
    data = "name,email\n" + "".join(f"Test learner {n},learner{n}@test.example\n" for n in range(50_000))
    file = upload(data)
    tracemalloc.start()
    try:
        assert len(lists.read(file)) == 50_000
        assert tracemalloc.get_traced_memory()[1] < 100 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_50001_lines_are_refused():
    data = "name,email\n" + "".join(f"X,learner{n}@test.example\n" for n in range(50_001))
    assert "There are more than 50,000 lines. Split the list." in refusal(data)[-1][1]
