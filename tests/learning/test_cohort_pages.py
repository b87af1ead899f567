"""Cohorts in the browser and over the API: who sees whom, forms, lists, leaving."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from learning.actions import enrolments
from learning.models import Enrolment, Offering
from tests.credentials.support import definition
from tests.factories import PersonFactory
from tests.learning.cohorts import edited, enrolled, states, two_seats
from tests.support import api_for, site_for


@pytest.fixture
def cohort(model):
    return two_seats(model)


# --- who may, who sees ----------------------------------------------------------------------------

PAGES = ("edit/", "learners/", "learners/list.csv")


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("issuer", (200, 200, 200)), ("programme_manager", (200, 200, 200)), ("programme_director", (200, 200, 200)),
        ("assessor", (403, 200, 200)), ("proposer", (403, 200, 403)), ("registrar", (403, 200, 403)),
        ("learner", (404, 404, 404)), ("stranger", (404, 404, 404)),
    ],
)  # fmt: skip
def test_each_role_sees_what_is_its_business(model, cohort, who, expected):
    enrolled(cohort, model.issuer, 1)
    site = site_for(getattr(model, who))
    assert tuple(site.get(f"/offerings/{cohort.pk}/{page}").status_code for page in PAGES) == expected
    seen = b"Test learner 1" in site.get(f"/offerings/{cohort.pk}/learners/").content
    assert seen == (who not in ("proposer", "learner", "stranger"))
    rows = api_for(getattr(model, who)).get(f"/api/v1/offerings/{cohort.pk}/enrolments/")
    assert (rows.json().get("count", 0) == 1) == seen


@pytest.mark.parametrize("who", ["proposer", "registrar", "learner", "stranger"])
def test_others_enrol_and_end_nothing(model, cohort, who):
    (row,) = enrolled(cohort, model.issuer, 1)
    person = getattr(model, who)
    with pytest.raises(PermissionDenied):
        enrolled(cohort, person, 2)
    with pytest.raises(PermissionDenied):
        enrolments.leave(enrolment=row, by=person)
    with pytest.raises(PermissionDenied):
        edited(cohort, person)
    assert states(cohort) == [("learner1", "enrolled")]
    assert site_for(person).get(f"/offerings/enrolments/{row.pk}/end/").status_code in (403, 404)


def test_pages_need_a_sign_in(cohort):
    for path in ("/learning/", *(f"/offerings/{cohort.pk}/{page}" for page in PAGES)):
        assert Client().get(path)["Location"].startswith("/accounts/login/")


# --- in the browser -------------------------------------------------------------------------------


def test_form_enrols_several_and_keeps_what_was_typed(model, cohort):
    site, path = site_for(model.issuer), f"/offerings/{cohort.pk}/learners/"
    text = (
        "Demo one, one@learner.example\n\nDemo two <two@learner.example>\nDemo three\tthree@learner.example"
    )
    page = site.post(path, {"learners": f"{text}\nnobody"})
    assert page.status_code == 409
    assert "Line 5: write the name" in page.content.decode()
    assert "Demo two &lt;two@learner.example&gt;" in page.content.decode()
    assert not Enrolment.objects.exists()
    page = site.post(path, {"learners": text}, follow=True)
    assert "2 have seats and 1 is on the waiting list. Each gets a mail." in page.content.decode()
    assert [name for name, _ in states(cohort)] == ["one", "two", "three"]
    again = site.post(path, {"learners": "Demo one, one@learner.example"})
    assert again.status_code == 409
    assert "Line 1: one@learner.example is in this offering already." in again.content.decode()
    for bad in ("", "x" * 200_000, "a\0b c@d.example"):
        assert site.post(path, {"learners": bad}).status_code == 409


def test_edit_form_shows_what_is_and_refuses_in_words(model, cohort):
    enrolled(cohort, model.issuer, 1, 2)
    site, path = site_for(model.programme_director), f"/offerings/{cohort.pk}/edit/"
    form = site.get(path).context["form"]
    sent = {"title": "Spring", "starts_on": "2026-01-12", "capacity": "1", "mark": form["mark"].value()}
    sent |= {"assessors": [str(model.assessor.pk)], "term": "", "ends_on": "", "director": ""}
    page = site.post(path, sent)
    assert (page.status_code, "2 learners are enrolled" in page.content.decode()) == (409, True)
    page = site.post(
        path, sent | {"capacity": "5", "director": str(model.programme_director.pk)}, follow=True
    )
    assert "The offering is changed." in page.content.decode()
    assert Offering.objects.get().director == model.programme_director


def test_list_enrols_and_leaves_the_known(model, cohort):
    enrolled(cohort, model.issuer, 1)
    site = site_for(model.issuer)
    text = "name,email\nTest learner 1,learner1@learner.example\nTest two,two@learner.example\n,three@learner.example"
    page = site.post(f"/offerings/{cohort.pk}/learners/list/", {"text": text}, follow=True)
    body = page.content.decode()
    assert "Write the learner&#x27;s name" in body
    address = page.redirect_chain[-1][0]
    page = site.post(f"{address}file/", {"leave_out": "on"}, follow=True)
    assert "1 got a seat, 0 wait for one. 1 was left out, as you asked." in page.content.decode()
    assert states(cohort) == [("learner1", "enrolled"), ("two", "enrolled")]


def test_learner_leaves_by_a_page_that_says_what_it_means(model, cohort):
    rows = enrolled(cohort, model.issuer, 1, 2, 3)
    me = rows[0].learner
    site, path = site_for(me), f"/offerings/enrolments/{rows[0].pk}/end/"
    assert "Your seat goes to whoever waits next" in site.get(path).content.decode()
    assert states(cohort)[0] == ("learner1", "enrolled")  # GET writes nothing
    page = site.post(path, follow=True)
    assert page.redirect_chain == [("/learning/", 302)]
    assert states(cohort)[0] == ("learner1", "left")
    assert site_for(me).get(f"/offerings/enrolments/{rows[1].pk}/end/").status_code == 404  # another's


# --- by the API -----------------------------------------------------------------------------------


def test_api_opens_changes_enrols_and_ends(model):
    made, api = definition(model), api_for(model.issuer)
    body = {
        "definition": str(made.pk),
        "title": "Spring",
        "assessors": [model.assessor.email],
        "capacity": 1,
        "term": "spring",
        "term_year": 2097,
    }
    offering = api.post("/api/v1/offerings/", body, format="json").json()
    assert (offering["starts_on"], offering["capacity"], offering["taken"]) == ("2098-01-15", 1, 0)
    path = f"/api/v1/offerings/{offering['id']}/"
    learners = [{"name": f"L {n}", "email": f"l{n}@learner.example"} for n in (1, 2)]
    answer = api.post(f"{path}enrolments/", {"learners": learners}, format="json")
    assert [row["state"] for row in answer.json()] == ["enrolled", "waiting"]
    again = api.post(f"{path}enrolments/", {"learners": learners}, format="json")
    assert again.status_code == 409
    assert {r["field"] for r in again.json()["reasons"]} == {"learners.1.email", "learners.2.email"}
    bad = api.post(f"{path}edit/", body | {"capacity": 0}, format="json")
    assert bad.status_code == 400
    more = api.post(f"{path}edit/", body | {"capacity": 2}, format="json").json()
    assert (more["taken"], more["waiting"]) == (2, 0)
    ended = api.post(f"/api/v1/enrolments/{answer.json()[0]['id']}/end/")
    assert ended.json()["state"] == "left"
    assert (
        api_for(model.stranger).post(f"/api/v1/enrolments/{answer.json()[0]['id']}/end/").status_code == 404
    )


def test_stranger_without_any_role_sees_an_empty_page_of_their_own(db):
    page = site_for(PersonFactory()).get("/learning/")
    assert "Nothing yet" in page.content.decode()
