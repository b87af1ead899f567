"""The catalogue and a credential's page, as strangers see them."""

import datetime as dt

import pytest
from django.test import Client

from credentials.models import Standing
from learning.models import Offering
from policies.mapping import Competency
from tests.credentials.support import FAR, award, definition, texts, with_image
from tests.support import site_for


@pytest.fixture
def model(campus):
    return campus("model")


def titles(query=""):
    page = Client().get(f"/catalogue/{query}")
    assert page.status_code == 200
    return [card["title"] for card in page.context["cards"]]


def test_catalogue_lists_what_is_in_pilot_and_established_by_title(model):
    definition(model, title="Writing")
    definition(model, Standing.PILOT, title="Mapping")
    for standing in ("draft", "suspended", "teach_out", "lapsed", "retired"):
        definition(model, Standing(standing), title=f"Hidden {standing}")
    assert titles() == ["Mapping", "Writing"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("maps", ["Mapping"]),  # another form of a word in the title
        ("wildland", ["Mapping", "Writing"]),  # a word of the description
        ("mapp", ["Mapping"]),  # the beginning of a title
        ('"procedures"', ["Writing"]),  # a word of the criteria
        ("trials", ["Mapping", "Writing"]),  # the unit
        ("mapping -mapping", []),
        ("zebra", []),
        ("", ["Mapping", "Writing"]),
        ("%00", ["Mapping", "Writing"]),
        ("a%27%29%20or%20%28", []),
    ],
)
def test_search_finds_words_of_title_description_criteria_and_unit(model, words, expected):
    definition(model, title="Mapping", skills=[])
    writing = {
        "description": "On wildland work.",
        "criteria": "Write two procedures.",
        "competencies": [Competency("Plan a text", "Portfolio")],
    }
    definition(model, title="Writing", skills=[], **writing)
    assert titles(f"?q={words}") == expected


def test_campus_filter_shows_one_campus(model, campus):
    definition(model, title="Here")
    definition(campus("montana"), Standing.PILOT, title="There")
    assert titles("?institution=montana") == ["There"]
    assert titles("?institution=nowhere") == []
    assert titles() == ["Here", "There"]


def test_campus_filter_offers_only_campuses_with_something_public(model, campus):
    definition(model)
    definition(campus("montana"), Standing.DRAFT)
    page = Client().get("/catalogue/")
    assert [institution.slug for institution in page.context["institutions"]] == ["model"]


def test_empty_catalogue_says_what_will_appear(db):
    assert "A credential appears here on the day it is approved" in texts(Client().get("/catalogue/"))


def test_nothing_found_offers_everything(model):
    definition(model)
    page = Client().get("/catalogue/?q=zebra")
    assert "Nothing found" in texts(page)
    assert 'value="zebra"' in page.content.decode()


def test_catalogue_pages_after_twenty_four(model):
    for number in range(25):
        definition(model, title=f"Credential {number:02}")
    assert len(titles()) == 24
    assert titles("?page=2") == ["Credential 24"]
    assert titles("?page=nonsense") == titles()


def test_credential_page_answers_what_a_learner_asks(model):
    made = definition(
        model, Standing.PILOT, for_credit=True, credits=3, stacks_into="Certificate in data science"
    )
    award(made)
    offering = {"institution": model.institution, "definition": made, "created_by": model.issuer}
    for day in (dt.date(2099, 3, 1), dt.date(2098, 1, 12), dt.date(2020, 1, 1)):
        Offering.objects.create(title="Run", starts_on=day, created_at="2026-01-01T00:00Z", **offering)
    page = Client().get(f"/catalogue/{made.slug}/")
    assert page.status_code == 200
    assert page.context["facts"] == [
        {"term": "Offered by", "value": "Department of Trials, Model University"},
        {"term": "Next start", "value": "12 January 2098"},
        {"term": "Size", "value": "3 credits"},
        {"term": "Level", "value": "Undergraduate"},
        {"term": "Taught", "value": "Online"},
        {"term": "For", "value": "Students, Staff"},
        {"term": "Leads to", "value": "Certificate in data science"},
        {"term": "Held by", "value": "1 person"},
    ]
    words = texts(page)
    assert "Read a fire weather table Assessed by: Oral examination" in words
    assert "Explain three data sets and draw one map." in words
    assert f"badges are awarded until {FAR:%-d %B %Y}" in words
    assert "Mapping and Statistics" in words


def test_approval_chain_names_bodies_and_never_people(model):
    made = definition(model)
    clause = model.pack.clause("MU-5")
    for path in (f"/catalogue/{made.slug}/", f"/verify/{award(made).pk}/"):
        page = Client().get(path)
        assert "A person who voted" not in page.content.decode()
        words = texts(page)
        assert "The committee Approved 10 February 2026" in words
        assert "Dean Approved 20 February 2026" in words
        assert clause.text in words


def test_held_by_counts_live_awards_of_the_credential(model):
    made, other = definition(model), definition(model, title="Other")
    for _ in range(2):
        award(made)
    award(other)
    facts = {f["term"]: f["value"] for f in Client().get(f"/catalogue/{made.slug}/").context["facts"]}
    assert facts["Held by"] == "2 people"


@pytest.mark.parametrize("standing", ["suspended", "teach_out", "lapsed", "retired"])
def test_what_is_no_longer_offered_keeps_its_page_for_holders_only(model, standing):
    made = definition(model)
    award(made)
    definition_of_nobody = definition(model, Standing(standing), title="Nobody has it")
    made.standing = standing
    made.save()
    page = Client().get(f"/catalogue/{made.slug}/")
    assert page.status_code == 200
    assert "This credential is not offered now" in texts(page)
    assert 'content="noindex"' in page.content.decode()
    assert Client().get(f"/catalogue/{definition_of_nobody.slug}/").status_code == 404
    assert titles() == []


def test_badge_image_is_served_as_a_png(model):
    made = with_image(definition(model), model)
    answer = Client().get(f"/catalogue/{made.slug}/badge.png")
    assert answer.content.startswith(b"\x89PNG")
    assert answer["Content-Type"] == "image/png"
    assert answer["Cache-Control"] == "public, max-age=300"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_badge_without_image_is_drawn_and_has_no_file(model):
    made = definition(model)
    assert "<img" not in Client().get(f"/catalogue/{made.slug}/").content.decode()
    assert Client().get(f"/catalogue/{made.slug}/badge.png").status_code == 404


@pytest.mark.clause("MU-13")
def test_unapproved_credential_is_seen_by_its_campus_alone(model):
    made = definition(model, Standing.DRAFT)
    path = f"/catalogue/{made.slug}/"
    assert site_for(model.programme_manager).get(path).status_code == 200
    for person in (model.stranger, model.learner, model.nobody):
        assert site_for(person).get(path).status_code == 404
    assert Client().get(path).status_code == 404
