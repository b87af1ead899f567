"""Progress by requirement: the assessor's grid, its file, and the learner's own page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from learning.actions import enrolments
from learning.actions.enrolments import Named
from learning.entry import Met
from learning.grid import lines
from tests.credentials.support import award, set_standing
from tests.learning.support import DONE, MAP, READ, partly, recorded
from tests.support import api_for, site_for


def enrol(offering, model, *addresses):
    named = [Named("Test learner", address, n) for n, address in enumerate(addresses, 1)]
    return enrolments.enrol(offering=offering, learners=named, by=model.issuer)


@pytest.fixture
def shown(model, offering):
    """One who has done all, one who has shown one of two, one of whom nothing is recorded."""
    enrol(offering, model, "all@learner.example", "part@learner.example", "none@learner.example")
    recorded(offering, model.assessor, email="all@learner.example", name="All")
    one = Met(READ, DONE, "Seen in the field")
    partly(offering, model.assessor, one, email="part@learner.example", name="Part", evidence="")
    return offering


def test_grid_says_who_has_shown_what_and_who_may_be_issued(model, shown):
    found = {line.email.partition("@")[0]: line for line in lines(shown)}
    assert {who: line.state for who, line in found.items()} == {
        "all": "ready", "part": "on_the_way", "none": "on_the_way"
    }  # fmt: skip
    assert [reason.text for reason in found["part"].missing] == [
        "The learner has not completed the programme yet."
    ]
    body = site_for(model.assessor).get(f"/offerings/{shown.pk}/progress/").content.decode()
    assert "Seen in the field" in body
    assert "May be issued the badge (1)" in body
    ready = site_for(model.assessor).get(f"/offerings/{shown.pk}/progress/?show=ready").content.decode()
    assert "all@learner.example" in ready
    assert "none@learner.example" not in ready
    award(shown.definition, found["all"].completion.learner)
    assert lines(shown)[0].state == "holds"


def test_grid_as_a_file(model, shown):
    answer = site_for(model.assessor).get(f"/offerings/{shown.pk}/progress.csv")
    heads, *rows = answer.content.decode("utf-8-sig").split("\r\n")
    assert heads == f"name,email,{READ},{MAP},completed on,state,missing"
    part = next(row for row in rows if "part@" in row)
    assert part.startswith("Test learner,part@learner.example,2026-03-01,,,On the way,")
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("who", "status"),
    [("assessor", 200), ("issuer", 200), ("programme_manager", 200), ("registrar", 200), ("proposer", 403),
     ("learner", 404), ("stranger", 404)],
)  # fmt: skip
def test_grid_is_for_those_who_assess_and_issue(model, shown, who, status):
    site = site_for(getattr(model, who))
    for page in ("progress/", "progress.csv"):
        assert site.get(f"/offerings/{shown.pk}/{page}").status_code == status


def test_grid_takes_as_many_queries_for_three_as_for_one(model, offering):
    site, counts = site_for(model.assessor), []
    for addresses in (["a@learner.example"], ["b@learner.example", "c@learner.example"]):
        enrol(offering, model, *addresses)
        for address in addresses:
            recorded(offering, model.assessor, email=address)
        site.get(f"/offerings/{offering.pk}/progress/")
        with CaptureQueriesContext(connection) as queries:
            site.get(f"/offerings/{offering.pk}/progress/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_learner_is_told_what_is_missing_and_what_to_do(model, shown):
    part = shown.enrolments.get(learner__email="part@learner.example").learner
    body = site_for(part).get("/learning/").content.decode()
    assert f"Show “{MAP}”. It is assessed by: Project." in body
    assert f"Show “{READ}”" not in body
    assert "an assessor records that you have completed the programme" in body
    (mine,) = api_for(part).get("/api/v1/my-learning/").json()
    assert (mine["state"], [one["met_on"] for one in mine["asked"]]) == ("on_the_way", ["2026-03-01", None])
    assert [one["text"] for one in mine["missing"]] == ["The learner has not completed the programme yet."]
    none = shown.enrolments.get(learner__email="none@learner.example").learner
    assert "Seen in the field" not in site_for(none).get("/learning/").content.decode()


def test_learner_is_told_when_all_is_there_and_when_they_hold_it(model, shown):
    done = shown.enrolments.get(learner__email="all@learner.example").learner
    assert "Everything is there. Department of Trials asks for your badge" in (
        site_for(done).get("/learning/").content.decode()
    )
    award(shown.definition, done)
    assert (
        "You hold the badge. There is nothing left to do."
        in site_for(done).get("/learning/").content.decode()
    )


def test_who_waits_is_told_the_place(model, offering):
    offering.capacity = 1
    offering.save()
    rows = enrol(offering, model, "one@learner.example", "two@learner.example", "three@learner.example")
    body = site_for(rows[2].learner).get("/learning/").content.decode()
    assert "You are number 2 of 2." in body
    assert "You need not do anything" in body
    set_standing(offering.definition, "suspended")
    assert site_for(rows[2].learner).get("/learning/").status_code == 200
