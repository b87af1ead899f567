"""Stored files: the kind comes from the content, and nobody sees what they may not."""

import hashlib
import io
import uuid
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.urls import reverse
from openpyxl import Workbook
from PIL import Image

from journal import files_access, kinds
from journal.actions import files
from journal.models import StoredFile
from policies.reasons import Refused
from tests.support import site_for

pytestmark = pytest.mark.django_db

SUBJECT = uuid.UUID("00000000-0000-4000-8000-000000000001")
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def picture(kind):
    file = io.BytesIO()
    Image.new("RGB", (2, 2)).save(file, kind)
    return file.getvalue()


def archive(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def excel():
    file = io.BytesIO()
    Workbook().save(file)
    return file.getvalue()


def office(part, **more):
    return archive(**{"[Content_Types].xml": "<Types/>", part: "<x/>", **more})


ODT = archive(mimetype="application/vnd.oasis.opendocument.text", **{"content.xml": "<x/>"})


def stored(made, content=PDF, name="syllabus.pdf", by=None):
    return files.store(
        upload=SimpleUploadedFile(name, content, content_type="text/html"),
        institution=made.institution,
        subject_kind="proposal",
        subject_id=SUBJECT,
        field="syllabi.files",
        by=by or made.proposer,
    )


@pytest.mark.parametrize(
    ("content", "kind", "name"),
    [
        (PDF, "application/pdf", "syllabus.pdf"),
        (picture("PNG"), "image/png", "syllabus.pdf.png"),
        (picture("JPEG"), "image/jpeg", "syllabus.pdf.jpg"),
        (office("word/document.xml"), kinds.DOCX, "syllabus.pdf.docx"),
        (excel(), kinds.XLSX, "syllabus.pdf.xlsx"),
        (ODT, kinds.ODT, "syllabus.pdf.odt"),
        ("Grüße\r\n".encode(), "text/plain", "syllabus.pdf.txt"),
        ("Grüße".encode("utf-16"), "text/plain", "syllabus.pdf.txt"),
    ],
    ids=["pdf", "png", "jpeg", "docx", "xlsx", "odt", "utf8", "utf16"],
)
def test_the_kind_comes_from_the_content_and_mends_the_name(campus, content, kind, name):
    row = stored(campus(), content)
    assert (row.content_type, row.name, row.size) == (kind, name, len(content))
    assert row.sha256 == hashlib.sha256(content).hexdigest()
    assert default_storage.open(row.file.name).read() == content
    assert "syllabus" not in row.file.name


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"  \n<svg xmlns='http://www.w3.org/2000/svg'/>",
        b'\xef\xbb\xbf<?xml version="1.0"?><x/>',
        b"#!/bin/sh\nrm -rf /\n",
        b"%!PS-Adobe-3.0",
        b"MZ\x90\x00\x03program",
        b"\x7fELF\x02\x01\x01",
        b"GIF89a\x01\x00\x01\x00",
        b"text with a \x00 in it",
        b"\xff\xfe\x00",
        b"caf\xe9",
        archive(**{"anything.txt": "x"}),
        office("word/document.xml", **{"word/vbaProject.bin": b"macro"}),
        office("ppt/presentation.xml"),
        b"PK\x03\x04broken",
    ],
    ids=["html", "svg", "xml", "script", "postscript", "exe", "elf", "gif", "nul", "odd16", "latin1", "zip", "macros", "pptx", "brokenzip"],
)  # fmt: skip
def test_other_kinds_are_refused_in_words(campus, content):
    with pytest.raises(Refused, match="This kind of file cannot be stored. Possible are PDF"):
        stored(campus(), content, "syllabus.pdf")
    assert not StoredFile.objects.exists()


def test_an_empty_and_a_large_file_are_refused_at_their_field(campus, monkeypatch):
    made = campus()
    monkeypatch.setattr(files, "LIMIT", 1024 * 1024)
    for content, text in ((b"", "The file is empty."), (PDF + b"x" * 1024 * 1024, "The file has 1.0 MB")):
        with pytest.raises(Refused) as caught:
            stored(made, content)
        (reason,) = caught.value.reasons
        assert reason.text.startswith(text)
        assert reason.field == "syllabi.files"


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\me\\plan.PDF", "plan.PDF"),
        ("evil\u202efdp.exe", "evilfdp.exe.pdf"),
        ("...", "file.pdf"),
        ("a" * 300 + ".pdf", "a" * 196 + ".pdf"),
        ('x".html', 'x".html.pdf'),
    ],
)
def test_a_name_is_a_harmless_label(name, label):
    assert files.label(name, kinds.PDF) == label


def test_a_row_that_cannot_be_written_leaves_no_file(campus, monkeypatch):
    made, written = campus(), []

    def fails(self, *args, **kwargs):
        written.append(self.file.name)
        raise IntegrityError("no")

    monkeypatch.setattr(StoredFile, "save", fails)
    with pytest.raises(IntegrityError):
        stored(made)
    assert not default_storage.exists(written[0])


@pytest.fixture
def rule(monkeypatch):
    monkeypatch.setattr(files_access, "_rules", {})
    files_access.register("proposal", lambda row, person: row.uploaded_by == person and not row.removed_at)


def test_one_rule_a_kind(rule):
    with pytest.raises(RuntimeError):
        files_access.register("proposal", lambda row, person: True)


def test_a_download_is_never_shown_inline(campus, rule):
    made = campus()
    content = b"hello, <b>world</b>"
    row = stored(made, content, "notes.txt")
    answer = site_for(made.proposer).get(reverse("file", args=[row.pk]))
    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Disposition"] == 'attachment; filename="notes.txt"'
    assert answer["Content-Type"] == "text/plain"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert sorted(answer["Content-Security-Policy"].split("; ")) == ["default-src 'none'", "sandbox"]
    assert "no-store" in answer["Cache-Control"]


def test_who_may_not_see_it_gets_404(campus, rule):
    made = campus()
    row = stored(made)
    address = reverse("file", args=[row.pk])
    for person in (made.stranger, made.administrator):
        assert site_for(person).get(address).status_code == 404
    files.remove(stored=row, by=made.proposer)
    assert site_for(made.proposer).get(address).status_code == 404
    assert site_for(made.proposer).get(reverse("file", args=[uuid.uuid4()])).status_code == 404


def test_a_kind_without_a_rule_is_404(campus, monkeypatch):
    monkeypatch.setattr(files_access, "_rules", {})
    made = campus()
    assert site_for(made.proposer).get(reverse("file", args=[stored(made).pk])).status_code == 404


def test_strangers_are_asked_to_sign_in(campus, client):
    row = stored(campus())
    assert client.get(reverse("file", args=[row.pk])).status_code == 302


def test_a_removed_file_keeps_its_content_and_is_removed_once(campus):
    made = campus()
    row = stored(made)
    assert StoredFile.objects.of("proposal", SUBJECT).get() == row
    files.remove(stored=row, by=made.proposer)
    row.refresh_from_db()
    assert row.removed_by == made.proposer
    assert default_storage.exists(row.file.name)
    assert not StoredFile.objects.of("proposal", SUBJECT).exists()
    with pytest.raises(Refused, match="removed already"):
        files.remove(stored=row, by=made.proposer)
