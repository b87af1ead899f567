"""What a draft may hold: every kind of field, and everything that is refused."""

import datetime as dt

import pytest

from policies.engine import clean, clean_step
from policies.loader import packs
from policies.reasons import Reason
from policies.schema import Step
from tests.policies.examples import BOULDER, MODEL, MONTANA


def montana(raw):
    return clean(packs()["montana"], "proposal", raw)


@pytest.mark.parametrize("slug,answers", [("montana", MONTANA), ("cu_boulder", BOULDER), ("model", MODEL)])
def test_good_answers_pass_unchanged(slug, answers):
    assert clean(packs()[slug], "proposal", answers) == (answers, [])


def test_an_empty_draft_is_a_draft():
    assert montana({}) == ({}, [])


def test_empty_answers_are_left_out():
    raw = {"offering": {"title": "", "credits": None, "level": [], "summary": "   \n "}, "people": {}}
    assert montana(raw) == ({}, [])


def test_answers_come_back_in_the_order_of_the_form():
    cleaned, _ = montana({"statement": {"career": "x"}, "offering": {"modality": "online", "title": "T"}})
    assert list(cleaned) == ["offering", "statement"]
    assert list(cleaned["offering"]) == ["title", "modality"]


@pytest.mark.parametrize("raw", [None, [], "text", 5])
def test_what_is_no_document_is_refused(raw):
    assert montana(raw) == ({}, [Reason("The answers must be given as {section: {field: value}}.")])


def test_unknown_sections_and_fields_are_refused():
    cleaned, reasons = montana({"nowhere": {"x": 1}, "offering": {"colour": "red", "title": "T"}, 7: {}})
    assert cleaned == {"offering": {"title": "T"}}
    assert [(reason.text, reason.field) for reason in reasons] == [
        ("The form has no section “nowhere”.", "nowhere"),
        ("The form has no field “offering.colour”.", "offering.colour"),
        ("The form has no section “7”.", "7"),
    ]


def test_a_section_that_is_no_table_is_refused():
    cleaned, reasons = montana({"offering": "Wildfire"})
    assert cleaned == {}
    assert [reason.text for reason in reasons] == [
        "The section “The offering” must be given as {field: value}."
    ]


@pytest.mark.parametrize(
    "raw,stored",
    [(3, 3), ("3", 3), (" 11 ", 11), (3.0, 3), ("-2", -2), (0, 0), ("0", 0), (12, 12)],
)
def test_whole_numbers(raw, stored):
    assert montana({"offering": {"credits": raw}}) == ({"offering": {"credits": stored}}, [])


@pytest.mark.parametrize(
    "raw", [True, "three", "3.5", 3.5, [3], {"n": 3}, "1e3", "٣", 10**12, float("nan"), float("inf")]
)
def test_what_is_no_whole_number_is_refused(raw):
    cleaned, reasons = montana({"offering": {"credits": raw}})
    assert cleaned == {}
    assert reasons == [Reason("“Credits” must be a whole number.", "UM-4", "offering.credits")]


@pytest.mark.parametrize("raw,stored", [("2.5", 2.5), (2.5, 2.5), ("2.0", 2), (2.0, 2), (7, 7)])
def test_decimals(raw, stored):
    cleaned, reasons = clean(packs()["model"], "proposal", {"standard": {"credits": raw}})
    assert (cleaned, reasons) == ({"standard": {"credits": stored}}, [])
    assert type(cleaned["standard"]["credits"]) is type(stored)


@pytest.mark.parametrize("raw", ["2,5", "x", True, float("nan"), float("inf"), "", [], "1" * 400])
def test_what_is_no_decimal_is_refused_or_empty(raw):
    cleaned, reasons = clean(packs()["model"], "proposal", {"standard": {"credits": raw}})
    assert cleaned == {}
    assert len(reasons) == (0 if raw in ("", []) else 1)


def test_choices_are_known_sorted_and_once():
    raw = {"offering": {"level": ["graduate", "undergraduate", "graduate"], "modality": "hybrid"}}
    assert montana(raw) == ({"offering": {"level": ["undergraduate", "graduate"], "modality": "hybrid"}}, [])
    assert montana({"offering": {"level": "graduate"}})[0] == {"offering": {"level": ["graduate"]}}


@pytest.mark.parametrize(
    "field,raw,text",
    [
        (
            "modality",
            "by post",
            "“How it is taught” does not offer “by post”; choose from online, in_person, hybrid.",
        ),
        ("modality", ["online"], "“How it is taught” must be one of the choices offered."),
        ("modality", 1, "“How it is taught” must be one of the choices offered."),
        (
            "level",
            ["doctoral"],
            "“Level” does not offer “doctoral”; choose from undergraduate, graduate, continuing_education.",
        ),
        ("level", [1], "“Level” must be a list of the choices offered."),
        ("level", {"graduate": True}, "“Level” must be a list of the choices offered."),
    ],
)
def test_choices_that_are_not_offered(field, raw, text):
    cleaned, reasons = montana({"offering": {field: raw}})
    assert cleaned == {}
    assert [reason.text for reason in reasons] == [text]


def test_text_is_normalised():
    raw = {"offering": {"title": "  Fire\u0301\tand\r\nsmoke ", "summary": " One\r\n\r\ntwo\rthree "}}
    assert montana(raw) == (
        {"offering": {"title": "Firé and smoke", "summary": "One\n\ntwo\nthree"}},
        [],
    )


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x1b", "\x7f", "\x85", "\u202e", "\ud800"])
def test_control_characters_are_refused(character):
    cleaned, reasons = montana({"offering": {"summary": f"a{character}b"}})
    assert cleaned == {}
    assert [reason.text for reason in reasons] == [
        f"“Summary for learners” holds a hidden control character (U+{ord(character):04X}): type the text anew."
    ]


@pytest.mark.parametrize("raw", [5, True, ["x"], {"x": "y"}])
def test_text_must_be_text(raw):
    assert [reason.text for reason in montana({"offering": {"title": raw}})[1]] == ["“Title” must be text."]


def test_lengths_are_capped():
    assert montana({"offering": {"title": "x" * 120}})[1] == []
    too_long = montana({"offering": {"title": "x" * 121}})[1]
    assert [reason.text for reason in too_long] == [
        "“Title” is too long: 121 characters; at most 120 are possible."
    ]
    assert montana({"statement": {"career": "x " * 20_000}})[1] == []
    assert len(montana({"statement": {"career": "x" * 50_001}})[1]) == 1
    huge = {"statement": dict.fromkeys(("career", "badge", "resources"), "x" * 150000)}
    assert montana(huge) == (
        {},
        [Reason("The document is too large: at most 400,000 characters are possible.")],
    )


def test_a_draft_may_be_over_its_word_limit():
    text = "word " * 900
    assert montana({"statement": {"career": text}}) == ({"statement": {"career": text.strip()}}, [])


def test_nesting_bombs_are_refused():
    bomb = []
    for _ in range(500):
        bomb = [bomb]
    assert montana({"outcomes": {"outcomes": bomb}})[0] == {}


def test_rows_keep_known_columns_and_drop_empty_lines():
    raw = {
        "people": {
            "partners": [
                {"sector": "business", "name": " Sawmill "},
                {"name": "", "sector": ""},
                {"name": "County"},
            ]
        }
    }
    stored = [{"name": "Sawmill", "sector": "business"}, {"name": "County"}]
    assert montana(raw) == ({"people": {"partners": stored}}, [])


@pytest.mark.parametrize(
    "raw,text",
    [
        ("Sawmill", "must be a list of lines."),
        (["Sawmill"], "must be a list of lines."),
        ({"name": "Sawmill"}, "must be a list of lines."),
        ([{"nom": "Sawmill"}], "has no column “nom” (line 1); its columns are name, sector, part."),
        (
            [{"name": "A"}, {"sector": "church"}],
            "line 2: “Sector” does not offer “church”; choose from business, nonprofit, government.",
        ),
        ([{"name": 5}], "line 1: “Name” must be text."),
        ([{"name": "x"}] * 201, "has 201 lines; at most 200 are possible."),
    ],
)
def test_rows_that_are_refused(raw, text):
    cleaned, reasons = montana({"people": {"partners": raw}})
    assert cleaned == {}
    assert reasons == [Reason(f"“Partners outside the university” {text}", "UM-8", "people.partners")]


@pytest.mark.parametrize("raw", ["director@montana.example", " director@montana.example "])
def test_email(raw):
    assert montana({"people": {"director_email": raw}})[0] == {
        "people": {"director_email": "director@montana.example"}
    }


@pytest.mark.parametrize("raw", ["director", "a@b", "a b@c.example", 5])
def test_email_that_is_none(raw):
    assert len(montana({"people": {"director_email": raw}})[1]) == 1


@pytest.mark.parametrize(
    "link,ok", [("https://example.org/a", True), ("javascript:alert(1)", False), ("example.org", False)]
)
def test_web_addresses(link, ok):
    raw = {"learning": {"artifacts": [{"name": "Portfolio", "link": link}]}}
    assert (clean(packs()["cu_boulder"], "proposal", raw)[1] == []) is ok


def test_files_are_not_answers():
    cleaned, reasons = montana({"syllabi": {"files": ["syllabus.pdf"]}})
    assert cleaned == {}
    assert [(reason.clause, reason.field) for reason in reasons] == [("UM-12", "syllabi.files")]


TODAY = dt.date(2026, 9, 1)
STEP = Step(
    id="asked",
    kind="consultation",
    title="Asked",
    by="programme_manager",
    fields=[
        {"id": "on", "label": "Date", "kind": "date"},
        {"id": "agreed", "label": "Agreed", "kind": "boolean"},
        {"id": "note", "label": "Note", "required": False},
        {"id": "held", "label": "Held", "kind": "date", "required": False, "past": True},
    ],
)


@pytest.mark.parametrize(
    "raw,stored", [("on", True), ("yes", True), ("0", False), (False, False), ("No", False)]
)
def test_what_a_step_records(raw, stored):
    assert clean_step(STEP, {"on": "2026-08-31", "agreed": raw}, today=TODAY) == (
        {"on": "2026-08-31", "agreed": stored},
        [],
    )


@pytest.mark.parametrize("raw", ["31.8.2026", "2026-02-30", "20260831", 20260831])
def test_dates_that_are_none(raw):
    cleaned, reasons = clean_step(STEP, {"on": raw, "agreed": True}, today=TODAY)
    assert cleaned == {"agreed": True}
    assert [reason.text for reason in reasons] == ["“Date” must be a date, written as 2026-08-31."]


def test_a_step_must_be_complete():
    assert [reason.text for reason in clean_step(STEP, {"agreed": "maybe"}, today=TODAY)[1]] == [
        "“Agreed” must be yes or no.",
        "“Date” is still missing.",
    ]
    assert len(clean_step(STEP, "nonsense", today=TODAY)[1]) == 1


def test_a_step_that_sends_back_may_be_half_answered():
    """What is given must still fit."""
    assert clean_step(STEP, {"agreed": True}, today=TODAY, whole=False) == ({"agreed": True}, [])
    assert [reason.field for reason in clean_step(STEP, {"on": "soon"}, today=TODAY, whole=False)[1]] == [
        "on"
    ]


@pytest.mark.parametrize("day,refused", [("2026-08-31", False), ("2026-09-01", False), ("2026-09-02", True)])
def test_what_has_happened_does_not_lie_ahead(day, refused):
    _, reasons = clean_step(STEP, {"on": "2027-01-01", "agreed": True, "held": day}, today=TODAY)
    assert [(r.field, r.text) for r in reasons] == (
        [("held", "“Held” lies in the future.")] if refused else []
    )
