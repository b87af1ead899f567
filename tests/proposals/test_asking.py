"""Which questions a section asks: those whose conditions hold; what hangs on the same section the page follows itself."""

import pytest
from django.urls import reverse

from policies.loader import packs
from proposals import asking
from proposals.actions import proposals
from tests.support import site_for

CREDITS = {
    "name": "credit",
    "any_of": ["credit"],
    "none_of": [],
    "at_least": None,
    "below": None,
    "absent": False,
}


def section(slug, form, name):
    return packs()[slug].form(form).section(name)


def ids(fields):
    return [field.id for field in fields]


def test_a_condition_on_the_same_section_is_left_to_the_page():
    about = section("cu_boulder", "proposal", "about")
    assert {"credits", "complements"} <= set(ids(asking.asked(about, {}, "micro_credential")))
    credits = next(field for field in about.fields if field.id == "credits")
    assert asking.tests_here(about, credits) == [CREDITS]
    title = next(field for field in about.fields if field.id == "title")
    assert asking.tests_here(about, title) == []


@pytest.mark.parametrize("type, other", [("badge", "micro_certificate"), ("micro_certificate", "badge")])
def test_questions_for_another_type_are_not_asked(type, other):
    for form in packs()["florida_international"].forms:
        for one in form.sections:
            asked = set(ids(asking.asked(one, {}, type)))
            hanging = [
                f for f in one.fields if f.when and f.when.field == "type" and f.when.any_of == [other]
            ]
            assert asked.isdisjoint(ids(hanging))


def test_an_answer_that_is_there_keeps_its_question():
    fiu = packs()["florida_international"]
    one, field = next(
        (s, f)
        for s in fiu.form("proposal").sections
        for f in s.fields
        if f.when and f.when.any_of == ["micro_certificate"] and f.kind in ("text", "longtext")
    )
    answers = {one.id: {field.id: "Written before"}}
    assert field.id in ids(asking.asked(one, answers, "badge"))


@pytest.mark.parametrize(
    "market, expected",
    [({}, ["findings", "need"]), ({"market": "yes"}, ["findings"]), ({"market": "no"}, ["need"])],
)
def test_what_hangs_on_another_section_is_asked_until_that_says_no(market, expected):
    questions = ids(asking.asked(section("cu_denver", "proposal", "market"), {"fit": market}, "badge"))
    assert [name for name in questions if name in ("findings", "need")] == expected


@pytest.mark.django_db
def test_the_page_says_when_a_question_is_asked(campus):
    denver = campus("cu_denver")
    made = proposals.start(
        institution=denver.institution,
        unit=denver.unit,
        type="badge",
        proposers=[denver.proposer],
        by=denver.proposer,
    )
    page = site_for(denver.proposer).get(reverse("proposal_edit", args=[made.pk, "fit"])).content.decode()
    assert page.count("data-when=") == 2  # what it stacks into, and how it qualifies for credit
    assert page.count("Only where “") == 2
