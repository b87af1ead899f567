"""What is told of answers, and to whom: counts worked out by hand, small groups kept out of page, file and API alike."""

import csv
import io
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from evaluation import evidence
from evaluation.actions import mixing
from evaluation.evidence import About
from evaluation.models import Response, Survey
from evaluation.questions import Question
from evaluation.results.board import board, over_waves
from evaluation.results.reading import Answers, Asking, Group
from issuance.figures.small import Rule
from journal import clock
from tests.credentials.support import definition
from tests.evaluation.support import ask, finish, links, page, run_of
from tests.evaluation.test_asking import NOON
from tests.learning.support import DONE

SCALE = Question("value", "How much?", "scale")
SEVERAL = Question("helped", "What helped?", "choices", ("Teachers", "Material"))
TEXT = Question("why", "Why?")
FIVE = Rule(5)


def answers(questions, **cohorts):
    """Cohorts by name, each a list of sets of answers."""
    whole, groups = Group(), {}
    for name, rows in cohorts.items():
        groups[name] = Group()
        for row in rows:
            groups[name].add(row)
            whole.add(row)
    return Answers(
        Asking(Survey(key="x", audience="learners")), questions, whole, groups, {n: n for n in cohorts}
    )


def scale(*values):
    return [{"value": value} for value in values]


def table(made, key):
    chart = made.chart(key)
    return [chart.columns, *((line.label, *(cell.shown for cell in line.cells)) for line in chart.lines)]


def test_a_scale_is_counted_of_all_and_of_each_cohort():
    made = board(answers([SCALE], A=scale(5, 5, 4, 3, 1), B=scale(2, 2, 3, 4, 5, 5)), FIVE, {})
    assert table(made, "value") == [
        ("Answer", "All", "A", "B"),
        ("1, not at all", "1", "1", "0"),
        ("2", "2", "0", "2"),
        ("3", "2", "1", "1"),
        ("4", "2", "1", "1"),
        ("5, very much", "4", "2", "2"),
    ]
    # 5+5+4+3+1 = 18 and 2+2+3+4+5+5 = 21: 39 of 11 answers are 3.5; 3 of 5 and 3 of 6 chose 4 or 5.
    assert made.chart("value").source.endswith("11 answers, on average 3.5 of 5")
    assert table(made, "value-cohorts")[1:] == [("A", "60 %", "5", "3.6"), ("B", "50 %", "6", "3.5")]


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ({"A": 4}, None),
        ({"A": 5}, ["A"]),
        ({"A": 2, "B": 2}, None),
        ({"A": 3, "B": 3}, []),
        ({"A": 1, "B": 9}, []),
        ({"A": 1, "B": 9, "C": 6}, ["B"]),
        ({"A": 3, "B": 3, "C": 9}, ["C"]),
        ({"A": 0, "B": 5, "C": 5}, ["B", "C"]),
    ],
    ids=str,
)
def test_a_cohort_that_is_too_small_is_not_told_nor_what_would_give_it_away(sizes, told):
    """None: nothing of any. With one of one and one of nine the nine go too; with six beside them the six do."""
    cohorts = {name: scale(*[5] * number) for name, number in sizes.items()}
    made = board(answers([SCALE], **cohorts), FIVE, {})
    if told is None:
        assert (made.few, made.chart("value")) == (True, None)
    else:
        assert made.chart("value").columns == ("Answer", "All", *told)


def test_several_choices_and_texts_count_who_answered_them():
    rows = [{"helped": ["Teachers", "Material"], "why": f"Because {n}"} for n in range(4)]
    made = board(answers([SEVERAL, TEXT], A=[*rows, {"helped": ["Material"]}]), FIVE, {})
    assert table(made, "helped")[1:] == [("Teachers", "4", "4"), ("Material", "5", "5")]
    (texts,) = made.texts
    assert (texts.few, texts.written) == (True, ())
    made = board(answers([SEVERAL, TEXT], A=[*rows, {"why": "Because 4"}]), FIVE, {})
    assert table(made, "helped") == [("Answer", "All")]  # four answered it
    assert sorted(made.texts[0].written) == [f"Because {n}" for n in range(5)]


def test_from_wave_to_wave_only_waves_with_enough_are_told():
    groups = []
    for values in ((5, 5, 5, 4, 1), (5,), (3, 3, 3, 3, 5)):
        group = Group()
        for value in values:
            group.add({"value": value})
        groups.append(group)
    chart = over_waves(SCALE, list(zip(("6 weeks", "6 months", "1 year"), groups, strict=True)), FIVE)
    assert [(line.label, line.cells[0].shown) for line in chart.lines] == [
        ("6 weeks", "80 %"),
        ("1 year", "20 %"),
    ]


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "At once"), (1, "After 1 day"), (42, "After 6 weeks"), (182, "After 6 months"), (365, "After 1 year"), (1095, "After 3 years"), (10, "After 10 days")],
)  # fmt: skip
def test_waves_are_said_in_words(days, words):
    assert Asking(Survey(audience="learners"), days).when == words


@pytest.fixture
def place(campus):
    return campus("montana")


@pytest.fixture
def made(place):
    """Six answered in one cohort, one in another."""
    with clock.at(NOON):
        made = definition(place)
        finish(run_of(place, made), place, *"abcdef")
        finish(run_of(place, made, title="Summer 2026"), place, "z")
    ask(NOON)
    for n, token in enumerate(links()):
        page(token, {"go": "send", "q_value": "5", "q_worth": "no", "q_plans": f"=1+{n}"}, at=NOON)
    mixing.mix()
    return made


@pytest.mark.clause("UM-21", "UM-23")
def test_page_file_and_api_tell_the_same(place, made):
    site, api = Client(), APIClient()
    site.force_login(place.programme_director)
    api.force_authenticate(place.programme_manager)
    assert Response.objects.joined().count() == 7
    assert str(made) in site.get(reverse("surveys")).content.decode()
    shown = site.get(reverse("survey_results", args=[made.pk])).content.decode()
    assert "How was it? At once" in shown
    assert "7 answers, on average 5.0 of 5" in shown
    said = api.get(f"/api/v1/surveys/{made.pk}/").json()
    assert (said["chosen"]["asked"], said["chosen"]["answered"], said["board"]["answers"]) == (7, 7, 7)
    value = next(chart for chart in said["board"]["charts"] if chart["key"] == "value")
    assert value["columns"] == ["Answer", "All"]  # of six and one neither is told
    lines = list(
        csv.reader(
            io.StringIO(
                site.get(reverse("survey_results_file", args=[made.pk, "value"])).content.decode("utf-8-sig")
            )
        )
    )
    assert lines == [
        ["Answer", "All"],
        ["1, not at all", "0"],
        ["2", "0"],
        ["3", "0"],
        ["4", "0"],
        ["5, very much", "7"],
    ]
    whole = site.get(reverse("survey_results_file", args=[made.pk, "all"])).content.decode("utf-8-sig")
    assert "What of it do you mean to use at work?,'=1+0,All,1" in whole
    assert site.get(reverse("survey_results_file", args=[made.pk, "nothing"])).status_code == 404
    assert api.get("/api/v1/surveys/").json()["results"][0]["answered"] == 7


@pytest.mark.clause("UM-23")
def test_answers_feed_the_yearly_review_and_the_full_proposal(place, made):
    """All cohorts together, no words of anybody, and only while enough have answered."""
    about = About(made, DONE, DONE, ZoneInfo("America/Denver"), FIVE)
    told = {chart.key: chart for chart in evidence.charts(about) if chart.key.startswith("survey-")}
    assert set(told) == {"survey-reaction-0-worth", "survey-reaction-0-value"}
    worth = told["survey-reaction-0-worth"]
    assert worth.title == "How was it? At once: Was it worth your time?"
    assert [(line.label, [cell.shown for cell in line.cells]) for line in worth.lines] == [
        ("Yes", ["0"]),
        ("No", ["7"]),
    ]
    few = About(made, DONE, DONE, ZoneInfo("America/Denver"), Rule(8))
    assert not [chart for chart in evidence.charts(few) if chart.key.startswith("survey-")]


def test_who_sees_results(place, made):
    """Those whose roles cover the credential, and the director of an offering; nobody of another campus."""
    address = reverse("survey_results", args=[made.pk])
    codes = {}
    for name in ("programme_manager", "programme_director", "issuer", "learner", "nobody", "stranger"):
        site = Client()
        site.force_login(getattr(place, name))
        codes[name] = site.get(address).status_code
    assert codes == {
        "programme_manager": 200, "programme_director": 200, "issuer": 200, "learner": 404, "nobody": 404, "stranger": 404,
    }  # fmt: skip
    assert Client().get(address).status_code == 302
