"""The certificate: one sheet, readable by everyone, that says what was earned and leads to the proof."""

import io

import pytest
from django.test import Client
from pypdf import PdfReader

from credentials.files import certificate as certificates
from credentials.models import Award
from journal import papers
from policies.mapping import Competency
from tests.credentials.support import award, definition, with_image
from tests.factories import PersonFactory
from tests.papers import read

LETTER, A4 = (792, 612), (842, 595)  # points, on their side


@pytest.fixture
def model(campus):
    return campus("model")


def sheet(held):
    return read(Client().get(f"/awards/{held.pk}.pdf"))


def test_certificate_says_who_what_when_by_whom_and_where_it_is_proven(model, settings):
    settings.SITE_URL = "https://badges.model.example"
    made = with_image(definition(model, for_credit=True, credits=3), model)
    held = award(made, PersonFactory(name="Test learner"))
    paper = sheet(held)
    for said in (
        "Model University",
        "This certifies that Test learner has earned the micro-credential Reading fire data",
        "You can read, map and explain data of wildland fires.",
        "What was shown – Read a fire weather table – Map the perimeter of a fire",
        "Assessed by: Oral examination; Project.",
        "Explain three data sets and draw one map.",
        "Approved by the committee on 10 February 2026 and Dean on 20 February 2026, under Micro-credentials,",
        "MU 4.12, revision 2026-01.",
        f"Awarded on {held.awarded_on:%-d %B %Y}",
        "Valid until It does not expire",
        "Credits 3",
        "This sheet is proven by the address below, not by itself",
        f"https://badges.model.example/b/{held.code}",
        f"Award {held.pk}",
    ):
        assert said in paper.text
    assert "A person who voted" not in paper.text
    assert paper.is_accessible and (paper.language, paper.pages, paper.size) == ("en-US", 1, LETTER)
    heads = [tag for tag in paper.tags if tag in ("Title", "H1", "L", "Figure", "Link")]
    assert heads == ["Title", "H1", "L", "Figure", "L", "Figure", "Link"]


def test_pictures_have_words_and_the_sheet_can_be_kept(model):
    held = award(with_image(definition(model), model))
    found = Client().get(f"/awards/{held.pk}.pdf")
    assert found["Content-Disposition"] == f'attachment; filename="{held.definition.slug}.pdf"'
    assert alternatives(found.content) == [
        "The badge: A ring on blue",
        f"QR code of the address http://testserver/b/{held.code}",
    ]
    assert alternatives(Client().get(f"/awards/{award(definition(model, title='Bare')).pk}.pdf").content)[
        0
    ] == ("The badge: Bare")


def alternatives(pdf):
    """The words of the pictures, in reading order."""

    def walk(element):
        element = element.get_object() if hasattr(element, "get_object") else element
        if isinstance(element, list):
            for inner in element:
                yield from walk(inner)
        elif isinstance(element, dict) and "/S" in element:
            if "/Alt" in element:
                yield str(element["/Alt"])
            yield from walk(element.get("/K", []))

    return list(walk(PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]["/K"]))


MANY = [Competency(f"Competency {n} " + "of a long list " * 4, f"Way {n} of assessing it") for n in range(40)]
EXTREMES = {
    "many": ({"competencies": MANY}, {}, "more, which its page names"),
    "long": (
        {
            "title": ("A title that goes on " * 10)[:200].strip(),
            "competencies": MANY,
            "criteria": "word " * 900,
        },
        {"name": ("Demo learner of long name " * 8)[:200].strip()},
        "Demo learner of long name Demo learner of long name",
    ),
    "unbroken": ({"title": "T" * 200}, {"name": "N" * 200}, "NNNNNNNNNNNN"),
    "east": ({"title": "數據分析與地圖"}, {"name": "張偉 さくら 김민준"}, "數據分析與地圖"),
    "unknown signs": ({"title": "Trees 🎄 and 𠮷"}, {"name": "Demo \ue000 learner"}, "[U+"),
    "markup": ({"title": '#read("/etc/passwd") *b* $x$'}, {"name": "<b>Demo</b> #strong[x]"}, "<b>Demo</b>"),
    "little": (
        {"title": "X", "competencies": [], "criteria": "Y", "level": "", "workload": ""},
        {"name": ""},
        "the holder of this award",
    ),
}


@pytest.mark.parametrize("kind", EXTREMES)
def test_whatever_it_says_it_is_one_sheet_that_everyone_can_read(model, kind):
    changes, person, said = EXTREMES[kind]
    paper = sheet(award(definition(model, **changes), PersonFactory(**person)))
    assert (paper.pages, paper.is_accessible, paper.size) == (1, True, LETTER)
    assert said in paper.text
    assert "/b/" in paper.text and "root:" not in paper.text


def test_names_that_run_from_right_to_left_are_set(model):
    paper = sheet(award(definition(model, title="قراءة البيانات"), PersonFactory(name="محمد")))
    assert paper.is_accessible and paper.pages == 1
    assert "محمد" in paper.text or "ﻣﺤﻤﺪ" in paper.text or "دمحم" in paper.text


def test_sheet_is_as_large_as_the_campus_has_it(campus, model):
    held = award(definition(model))
    Award.objects.filter(pk=held.pk).update(expires_on="2031-05-04")
    pack = certificates.pack_of(held.version.policy_id)
    with pytest.MonkeyPatch.context() as patch:
        a4 = pack.model_copy(update={"look": pack.look.model_copy(update={"paper": "a4"})})
        patch.setattr(certificates, "pack_of", lambda key: a4)
        paper = sheet(held)
    assert paper.size == A4 and paper.pages == 1
    assert "Valid until 4 May 2031" in paper.text


def test_long_chains_are_counted(model):
    version = definition(model).current
    chain = [
        {"body": f"Body {n}", "outcome": "approve", "on": f"2026-01-0{n}", "clause": ""} for n in range(1, 7)
    ]
    version.approvals = chain
    pack = certificates.pack_of(version.policy_id)
    assert certificates.approval(version, pack).startswith(
        "Approved by 3 earlier decisions; Body 4 on 4 January 2026; Body 5 on 5 January 2026 and Body 6 on 6 January 2026, under"
    )
    version.approvals = chain[:1]
    assert certificates.approval(version, pack).startswith("Approved by Body 1 on 1 January 2026, under")
    version.approvals = []
    assert certificates.approval(version, pack).startswith("Awarded under")


def test_texts_are_cut_at_a_word():
    assert certificates.shortened("one two\n three", 20) == "one two three"
    assert certificates.shortened("one two three four", 12) == "one two…"
    assert certificates.shortened("x" * 30, 10) == "x" * 9 + "…"


def test_a_sheet_that_cannot_be_set_is_told_so(model, monkeypatch):
    held = award(definition(model))
    monkeypatch.setattr(certificates.papers, "render", refuse)
    found = Client().get(f"/awards/{held.pk}.pdf")
    assert (found.status_code, found["Cache-Control"]) == (503, "private, no-store")
    assert "took too long" in found.json()["detail"]


def refuse(*_given, **_named):
    raise papers.PaperError(papers.rendering.TOO_LONG)
