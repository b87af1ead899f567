"""Rubrics: an assessor picks the level reached; it stands in the signed badge and on its page."""

import dataclasses
import datetime as dt

import pytest
from django.urls import reverse

from credentials.actions import accepting, renewal
from credentials.learned import Mastered
from credentials.models import Award
from issuance import awarding
from issuance.actions import requests
from issuance.checking.typed import Line
from learning import lists
from learning.entry import Met
from learning.models import CompetencyMet
from learning.reading import mastery_for
from policies.mapping import Competency
from policies.reasons import Refused
from policies.rubrics import Level
from tests.credentials.support import definition, texts, with_image
from tests.learning.support import MAP, READ, WHO, missing, recorded, run_of
from tests.learning.test_mastery import approved
from tests.lists import file, send
from tests.support import api_for, site_for

RUBRIC = (
    Level("Begun", "Finds a row.", 1, False),
    Level("Good", "Reads a row.", 2),
    Level("Very good", "Reads the table.", 3),
)
TWO = [Competency(READ, "Oral examination", RUBRIC), Competency(MAP, "Project")]


@pytest.fixture
def judged(model):
    return run_of(model, with_image(definition(model, competencies=TWO), model))


def levels():
    return dict(CompetencyMet.objects.values_list("competency", "level"))


def test_level_is_asked_where_there_is_a_rubric_and_nowhere_else(model, judged):
    for shown, said in (
        (Met(READ), "Say which level was reached: Good, Very good."),
        (Met(READ, level="Splendid"), "“Splendid” is none of its levels; they are Begun, Good, Very good."),
        (Met(READ, level="Begun"), "“Begun” does not count as shown yet. Leave it out until it does."),
        (Met(MAP, level="Good"), "It has no rubric, so no level can be given."),
    ):
        with pytest.raises(Refused) as refused:
            recorded(judged, model.assessor, competencies=[shown])
        assert [(r.text, r.field) for r in refused.value.reasons] == [
            (f"{shown.name}: {said}", "competencies.1.level")
        ]
    with pytest.raises(Refused):  # all of them, without a word on the level
        recorded(judged, model.assessor)
    recorded(judged, model.assessor, competencies=[Met(READ, level="Good"), Met(MAP)])
    assert levels() == {READ: "Good", MAP: ""}


def test_form_offers_the_levels_that_count_and_keeps_what_was_chosen(model, judged):
    site, page = site_for(model.assessor), reverse("offering", args=[judged.pk])
    field = site.get(page).context["form"].fields["met_1_level"]
    assert [value for value, _ in field.choices] == ["", "Good", "Very good"]
    sent = {"name": "Learner", "email": WHO, "completed_on": "2026-03-01", "evidence": "Seen", "met_1": "on"}
    refused = site.post(page, sent)
    assert (refused.status_code, list(refused.context["form"].errors)) == (409, ["met_1_level"])
    assert site.post(page, sent | {"met_1_level": "Very good"}).status_code == 302
    assert levels() == {READ: "Very good"}
    assert f"{READ}: Very good" in texts(site.get(page))
    made = CompetencyMet.objects.get().completion
    correct = reverse("completion_correct", args=[made.pk])
    form = site.get(correct).context["form"]
    assert form["met_1_level"].value() == "Very good"
    site.post(correct, sent | {"met_1_level": "Good", "reason": "Heard again"})
    assert levels() == {READ: "Good"}
    assert made.changes.get().before["competencies"] == {READ: ["2026-03-01", "", "Very good"]}


def test_list_takes_a_level_with_or_without_a_day_and_names_the_bad_cell(model, judged):
    head = f"name,email,completed on,evidence,{READ}\n"
    good = (
        head
        + "One,one@learner.example,2026-03-01,Seen,Good\nTwo,two@learner.example,2026-03-01,Seen,very  GOOD 2026-02-03\n"
    )
    site, path = site_for(model.assessor), reverse("offering_list", args=[judged.pk])
    send(site, path, good)
    assert "Recorded for 2 learners." in texts(file(site))
    assert sorted(CompetencyMet.objects.values_list("level", "met_on")) == [
        ("Good", CompetencyMet.objects.get(level="Good").completion.completed_on),
        ("Very good", dt.date(2026, 2, 3)),
    ]
    bad = (
        head
        + "Three,three@learner.example,2026-03-01,Seen,Goodish\nFour,four@learner.example,2026-03-01,Seen,yes\n"
    )
    page = send(site, path, bad)
    assert "“Goodish” is neither a level" in texts(page)
    assert "Say which level was reached: Good, Very good." in texts(page) or "neither a level" in texts(page)
    (column,) = [one for one in lists.template(judged) if one.name == READ]
    assert column.example == f"Good {judged.institution.today()}"
    assert column.help.endswith("Its levels: Begun, Good, Very good.")


def awarded_by_api(model, judged):
    """The award of a learner whose mastery an assessor recorded over HTTP."""
    body = {
        "offering": str(judged.pk), "name": "Learner", "email": WHO, "completed_on": "2026-03-01", "evidence": "Seen",
        "competencies": [{"name": READ, "level": "Very good"}, MAP],
    }  # fmt: skip
    made = api_for(model.assessor).post("/api/v1/completions/", body, format="json")
    assert [(one["competency"], one["level"]) for one in made.json()["met"]] == [
        (READ, "Very good"),
        (MAP, ""),
    ]
    _, told = mastery_for(judged.definition, [WHO])
    assert told[WHO] == (Mastered(READ, "", "Very good"), Mastered(MAP))
    request = requests.submit(definition=judged.definition, lines=[Line(2, "Learner", WHO)], by=model.issuer)
    requests.approve(request=request, by=model.registrar)
    awarding.run(request.job.pk)
    return Award.objects.get()


def test_level_goes_into_the_signed_badge_and_onto_its_page(model, judged):
    award = awarded_by_api(model, judged)
    subject = award.credential["credentialSubject"]
    own = f"{subject['achievement']['id']}#competency-1"
    levels = [("Begun", "Finds a row."), ("Good", "Reads a row."), ("Very good", "Reads the table.")]
    assert subject["achievement"]["resultDescription"][0] == {
        "id": own,
        "type": ["ResultDescription"],
        "name": f"{READ}: Oral examination",
        "resultType": "RubricCriterionLevel",
        "requiredLevel": f"{own}-level-2",
        "rubricCriterionLevel": [
            {"id": f"{own}-level-{n}", "type": ["RubricCriterionLevel"], "name": name, "description": said, "points": str(n)}
            for n, (name, said) in enumerate(levels, 1)
        ],
    }  # fmt: skip
    assert subject["result"][0] == {
        "type": ["Result"], "resultDescription": own, "status": "Completed", "achievedLevel": f"{own}-level-3",
    }  # fmt: skip
    accepting.accept(award=award, visibility="public", by=award.holder)
    page = texts(site_for(model.stranger).get(reverse("verify", args=[award.pk])))
    assert "Very good (level 3 of 3, 3 points)" in page
    assert "Judged by 3 levels" in page
    said = dataclasses.replace(renewal.said_by(award), name="Another name")
    newer = renewal.correct(award=award, said=said, reason="A slip.", by=model.programme_manager)
    assert newer.credential["credentialSubject"]["result"] == subject["result"]


def test_mastery_under_another_rubric_must_be_confirmed(model, judged):
    recorded(judged, model.assessor, competencies=[Met(READ, level="Good"), Met(MAP)])
    assert missing(judged.definition) == []
    stricter = (RUBRIC[0], dataclasses.replace(RUBRIC[1], counts=False), RUBRIC[2])
    made = approved(
        model, made=judged.definition, competencies=[Competency(READ, "Oral examination", stricter), TWO[1]]
    )
    assert [text for _, text in missing(made)] == [
        "Recorded under other requirements than those in force (version 2); an assessor must confirm it."
    ]
