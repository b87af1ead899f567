"""Papers: tagged PDFs in which people's text is text, whatever it is."""

import io
import random
import unicodedata

import pytest
from pypdf import PdfReader

from journal.papers import PaperError, blocks, render, rendering, texts
from journal.papers.answers import file_name
from tests.papers import read

MARKUP = (
    '#strong[x] #read("/etc/passwd") #sys.inputs $x$ *b* _i_ `raw` @label <label> = Heading\\ \\u{41} // c /* c */ '
    '"quotes" -- ~ --- [ ] { } <b>html</b> ]'
)


def document(*parts, **named):
    said = {"title": "Trial", "kicker": "Minutes", "institution": "Model University", "footer": "Made today"}
    return blocks.document(blocks=list(parts), **{**said, **named})


def test_every_part_has_its_tag():
    paper = read(
        render(
            "document",
            document(
                blocks.contents(),
                blocks.heading(1, "First", "Above"),
                blocks.text("One.\nTwo."),
                blocks.heading(2, "Second", look="question"),
                blocks.facts([("Term", "Fact"), ("Empty", "")]),
                blocks.quote("Said.", "Somebody"),
                blocks.items(["Entry"]),
                blocks.table(["A", "B"], [["a", ""], [[("c", "added")], "d"]]),
                blocks.pieces([("kept ", "same"), ("new", "added"), ("old\nolder", "removed")]),
                lead="A lead",
            ),
        )
    )
    assert paper.is_accessible and paper.language == "en-US" and paper.pages == 1
    heads = [
        tag for tag in paper.tags if tag in ("Title", "TOC", "H1", "H2", "BlockQuote", "L", "Table", "TH")
    ]
    assert heads == ["Title", "TOC", "H1", "H2", "L", "BlockQuote", "L", "Table", "TH", "TH"]
    assert "Empty" not in paper.text
    assert "[+new+][-old-] [-older-]" in paper.text
    assert "Page 1 of 1" in paper.text and "Made today" in paper.text


def test_what_people_wrote_is_never_markup():
    paper = read(render("document", document(blocks.text(MARKUP), title=MARKUP[:60], lead=MARKUP)))
    words = " ".join(MARKUP.split())
    assert paper.text.count(words) == 2  # in the lead and in the text
    assert "root:" not in paper.text


@pytest.mark.parametrize(
    ("written", "stands"),
    [
        ("a\x00b\x07c\x1bd", "abcd"),
        ("left\u202eright", "leftright"),
        ("one\r\ntwo\rthree\u2028four", "one two three four"),
        ("caf\u0065\u0301", "café"),
        ("party 🎉 time", "party [party popper] time"),
        ("grin 😀", "grin 😀"),
        ("the \ue000 sign", "the [u+e000] sign"),
        ("a" + "\u0301" * 5000 + "b", unicodedata.normalize("NFC", "a" + "\u0301" * 9) + "b"),
        ("ćḍ Ωμέγα Жизнь ₤", "ćḍ Ωμέγα Жизнь ₤"),
    ],
)
def test_signs_are_made_fit(written, stands):
    fit = texts.fit(written, texts.shown)
    assert " ".join(fit.split()).replace("\u200b", "") == stands


def test_scripts_of_the_world_are_set_or_named():
    said = "مرحبا بالعالم\nשלום עולם\nПривет\n張偉\n👩🏽‍🚀 done\nनमस्ते"
    paper = read(render("document", document(blocks.text(said), title="طلب")))
    assert paper.is_accessible
    assert "Привет" in paper.text and "done" in paper.text and "張偉" in paper.text


EAST = "提案：數據分析 张伟 山田さくら カタカナ 김민준 한국어 (한)"


def bare(monkeypatch):
    """As on a machine without faces of its own."""
    whole = rendering._set
    monkeypatch.setattr(
        rendering, "_set", lambda *given, **named: whole(*given, **named | {"system_fonts": False})
    )


def test_chinese_japanese_korean_and_arabic_are_set_with_the_faces_that_come_along(monkeypatch):
    bare(monkeypatch)
    said = document(blocks.text(f"{EAST}\nمرحبا بالعالم"), blocks.table([EAST], [["李"]]), title=EAST)
    paper = read(render("document", said))
    assert paper.is_accessible and "[U+" not in paper.text and "could not be set" not in paper.text
    assert (
        paper.text.replace(" ", "").count("數據分析张伟山田さくらカタカナ김민준한국어") == 3
        and "李" in paper.text
    )
    assert "مرحبا" in paper.text or "ﻣﺮﺣﺒﺎ" in paper.text or "ابحرم" in paper.text


@pytest.mark.parametrize("written", ["\U00020bb7野家", "ᠮᠣᠩᠭᠣᠯ", "🎉"])
def test_a_paper_says_that_signs_could_not_be_set_and_where_they_stand(monkeypatch, written):
    bare(monkeypatch)
    paper = read(render("document", document(blocks.text(f"Written: {written}"))))
    assert paper.is_accessible and paper.text.count("[") == 1 + sum(not texts.shown(ord(c)) for c in written)
    assert rendering.NAMED in paper.text
    assert rendering.NAMED not in read(render("document", document(blocks.text("Written: so")))).text


def test_every_sign_that_the_faces_have_can_be_set():
    signs = [chr(code) for code in range(0x20, 0x1FFFF) if texts.shown(code) and not 0xD800 <= code < 0xE000]
    assert len(signs) > 5000
    job = texts.fit(dict(document(blocks.text(" ".join(signs)))), texts.shown)
    template = "".join((rendering.HERE / "templates" / n).read_text() for n in ("look.typ", "document.typ"))
    assert rendering._set(template, job, 20, system_fonts=False).startswith(b"%PDF-1.7")


def test_any_text_becomes_a_paper():
    dice = random.Random(4)
    planes = [
        (0x20, 0x250),
        (0x300, 0x36F),
        (0x590, 0x700),
        (0x900, 0xE00),
        (0x3000, 0xD7FF),
        (0xE000, 0x1FFFF),
    ]
    for _ in range(1):
        said = "".join(chr(dice.randint(*dice.choice(planes))) for _ in range(2000))
        pdf = render(
            "document", document(blocks.text(said), blocks.table([said[:9]], [[said[9:99]]]), title=said[:40])
        )
        assert read(pdf).is_accessible


def test_long_texts_stay_on_the_sheet():
    words = " ".join(f"word{n}" for n in range(50_000))
    pdf = render("document", document(blocks.text(words), blocks.text("x" * 3_000)))
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) > 50
    assert "word0 " in pages[0].extract_text() and "word49999" in pages[-2].extract_text()
    assert sum(page.extract_text().count("x") for page in pages[-2:]) == 3_000


def test_a_paper_that_takes_too_long_is_given_up(monkeypatch):
    with pytest.raises(PaperError, match="took too long"):
        render("document", document(blocks.text("word " * 200_000)), seconds=0.5)


def test_a_failing_typesetter_is_an_error_for_people(monkeypatch, tmp_path):
    broken = tmp_path / "typesetter.py"
    broken.write_text("import os; os.abort()")
    (tmp_path / "templates").symlink_to(rendering.HERE / "templates")
    monkeypatch.setattr(rendering, "HERE", tmp_path)
    with pytest.raises(PaperError, match="could not be put on paper"):
        render("document", document())


def test_the_typesetter_reads_no_file_and_no_environment(monkeypatch):
    """Even a template of ours could not: the root is an empty folder."""
    monkeypatch.setenv("SECRET_KEY", "never")
    for attempt in (
        '#read("/etc/hostname")',
        '#read("../../../etc/hostname")',
        '#import "@preview/x:0.1.0": y',
    ):
        with pytest.raises(rendering._Unfit):
            rendering._set(attempt, {}, 10, system_fonts=False)


def test_files_have_harmless_names():
    assert file_name("Ünder/../water 2 revision 3") == "nder-water-2-revision-3.pdf"
    assert file_name("張偉") == "paper.pdf"
    assert len(file_name("a" * 300)) == 84
