"""Cohorts: seats, the waiting list that moves up by itself, leaving, terms, who may, and what is told."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client

from accounts.actions import people
from journal import clock
from journal.models import Entry, Mail
from learning import personal
from learning.actions import changes, editing, enrolments, offerings
from learning.actions.enrolments import Named
from learning.actions.merging import move
from learning.models import Enrolment, Offering
from policies.reasons import Refused
from tests.credentials.support import definition
from tests.factories import PersonFactory
from tests.learning.support import STARTED, recorded, run_of
from tests.support import api_for, site_for

SPRING = {"term": "spring", "term_year": 2025}  # the model campus's spring of 2026: 15 January to 20 May


def named(*numbers):
    return [
        Named(f"Test learner {n}", f"learner{n}@learner.example", place) for place, n in enumerate(numbers, 1)
    ]


@pytest.fixture
def cohort(model):
    """Two seats."""
    made = definition(model)
    return offerings.open_offering(
        definition=made,
        title="Spring",
        starts_on=STARTED,
        assessors=[model.assessor],
        by=model.issuer,
        capacity=2,
    )


def states(offering):
    rows = offering.enrolments.order_by("turn").values_list("learner__email", "state")
    return [(email.partition("@")[0], state) for email, state in rows]


def enrolled(cohort, by, *numbers):
    return enrolments.enrol(offering=cohort, learners=named(*numbers), by=by)


def edited(cohort, by, **changes):
    values = {
        "title": cohort.title, "starts_on": cohort.starts_on, "ends_on": cohort.ends_on, "capacity": cohort.capacity,
        "assessors": list(cohort.assessors.all()), "director": cohort.director, "by": by,
    }  # fmt: skip
    return editing.edit_offering(offering=cohort, **(values | changes))


def why(act, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    return [(r.field, r.text) for r in refused.value.reasons]


# --- seats and the waiting list -------------------------------------------------------------------


def test_seats_are_given_in_turn_and_the_rest_wait(model, cohort):
    enrolled(cohort, model.issuer, 1, 2, 3)
    assert states(cohort) == [("learner1", "enrolled"), ("learner2", "enrolled"), ("learner3", "waiting")]
    seats = Offering.objects.with_seats().get(pk=cohort.pk)
    assert (seats.taken, seats.queued, seats.seats_left) == (2, 1, 0)
    assert not Offering.objects.with_room().exists()
    told = dict(Mail.objects.values_list("to", "kind"))
    assert told == {
        "learner1@learner.example": "enrolled",
        "learner2@learner.example": "enrolled",
        "learner3@learner.example": "waiting_list",
    }
    entry = Entry.objects.filter(subject_id=cohort.definition_id).latest("number")
    ids = {row.learner.email[7]: str(row.learner_id) for row in Enrolment.objects.all()}
    assert (entry.act, entry.by) == ("learners enrolled", model.issuer)
    assert entry.detail == {
        "offering": str(cohort.pk), "enrolled": [ids["1"], ids["2"]], "waiting": [ids["3"]]
    }  # fmt: skip


def test_who_leaves_gives_the_seat_to_the_next_who_is_told(model, cohort):
    rows = enrolled(cohort, model.issuer, 1, 2, 3, 4)
    enrolments.leave(enrolment=rows[0], by=rows[0].learner)
    assert states(cohort) == [
        ("learner1", "left"), ("learner2", "enrolled"), ("learner3", "enrolled"), ("learner4", "waiting"),
    ]  # fmt: skip
    assert list(Mail.objects.filter(kind="moved_up").values_list("to", flat=True)) == [
        "learner3@learner.example"
    ]
    acts = (
        Entry.objects.filter(subject_id=cohort.definition_id).order_by("-number").values_list("act", "by")[:2]
    )
    assert list(acts) == [("moved up from the waiting list", None), ("enrolment ended", rows[0].learner_id)]
    enrolments.leave(enrolment=rows[0], by=rows[0].learner)  # twice is harmless
    assert [state for _, state in states(cohort)].count("enrolled") == 2


def test_who_leaves_the_waiting_list_moves_nobody(model, cohort):
    rows = enrolled(cohort, model.issuer, 1, 2, 3, 4)
    enrolments.leave(enrolment=rows[2], by=model.assessor)
    assert states(cohort)[2:] == [("learner3", "left"), ("learner4", "waiting")]
    assert Mail.objects.get(kind="enrolment_ended").to == "learner3@learner.example"


def test_who_comes_again_stands_at_the_end(model, cohort):
    rows = enrolled(cohort, model.issuer, 1, 2, 3)
    enrolments.leave(enrolment=rows[0], by=rows[0].learner)
    enrolled(cohort, model.issuer, 1)
    assert states(cohort)[-1] == ("learner1", "waiting")


def test_more_seats_move_the_list_up(model, cohort):
    enrolled(cohort, model.issuer, 1, 2, 3, 4)
    edited(cohort, model.issuer, capacity=3)
    assert [state for _, state in states(cohort)] == ["enrolled", "enrolled", "enrolled", "waiting"]
    edited(cohort, model.issuer, capacity=None)
    assert [state for _, state in states(cohort)] == ["enrolled"] * 4


def test_nobody_moves_up_once_it_is_over(model, cohort):
    edited(cohort, model.issuer, ends_on=dt.date(2027, 1, 1))
    rows = enrolled(cohort, model.issuer, 1, 2, 3)
    with clock.at(dt.datetime(2027, 2, 1, tzinfo=dt.UTC)):
        enrolments.leave(enrolment=rows[0], by=model.issuer)
        assert states(cohort)[2] == ("learner3", "waiting")
        assert why(enrolled, cohort, model.issuer, 5) == [("", enrolments.OVER)]


def test_capacity_never_falls_below_those_enrolled(model, cohort):
    enrolled(cohort, model.issuer, 1, 2)
    found = why(edited, cohort, model.issuer, capacity=1)
    assert found == [("capacity", "2 learners are enrolled, so there cannot be fewer seats.")]
    assert why(edited, cohort, model.issuer, capacity=0)[0][0] == "capacity"


def test_a_list_cannot_name_somebody_twice_or_anew(model, cohort):
    enrolled(cohort, model.issuer, 1)
    found = why(enrolled, cohort, model.issuer, 1, 2, 2)
    assert found == [
        ("learners.1.email", "learner1@learner.example is in this offering already."),
        ("learners.2.email", "learner2@learner.example stands here more than once."),
        ("learners.3.email", "learner2@learner.example stands here more than once."),
    ]
    assert len(states(cohort)) == 1


def test_a_credential_without_the_right_to_award_enrols_nobody(model, cohort):
    cohort.definition.standing = "suspended"
    cohort.definition.save()
    assert why(enrolled, cohort, model.issuer, 1) == [("", enrolments.NOT_APPROVED)]


# --- finishing, merging, erasing -------------------------------------------------------------------


def test_finishing_follows_the_record_and_keeps_the_seat(model, cohort):
    (row, _, _) = enrolled(cohort, model.issuer, 1, 2, 3)
    completion = recorded(cohort, model.assessor, email=row.learner.email)
    assert states(cohort)[0] == ("learner1", "finished")
    assert states(cohort)[2] == ("learner3", "waiting")
    assert why(enrolments.leave, enrolment=row, by=row.learner) == [("", enrolments.FINISHED)]
    changes.withdraw(completion=completion, reason="Wrong person", by=model.assessor)
    assert states(cohort)[0] == ("learner1", "enrolled")


def test_two_records_of_one_learner_become_one_seat(model, cohort):
    one, two, _ = enrolled(cohort, model.issuer, 1, 2, 3)
    move(two.learner, one.learner)
    standing = cohort.enrolments.standing().order_by("turn").values_list("learner__email", "state")
    assert list(standing) == [
        ("learner2@learner.example", "enrolled"),
        ("learner3@learner.example", "enrolled"),
    ]


def test_who_is_erased_gives_the_seat_up(model, cohort):
    one, _, _ = enrolled(cohort, model.issuer, 1, 2, 3)
    assert [told.key for told in personal.told(one.learner)] == ["completions", "enrolments"]
    personal.erase(one.learner, one.learner)
    row = Enrolment.objects.get(pk=one.pk)
    assert (row.state, row.learner_name) == ("left", "")
    assert states(cohort)[2] == ("learner3", "enrolled")


# --- terms and dates ------------------------------------------------------------------------------


def test_an_offering_takes_the_days_of_its_term(model):
    made = offerings.open_offering(
        definition=definition(model),
        title="T",
        starts_on=None,
        assessors=[model.assessor],
        by=model.issuer,
        **SPRING,
    )
    assert (made.starts_on, made.ends_on) == (dt.date(2026, 1, 15), dt.date(2026, 5, 20))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_on": dt.date(2026, 1, 14)}, "starts_on"),
        ({"starts_on": dt.date(2026, 5, 1), "ends_on": dt.date(2026, 5, 21)}, "ends_on"),
        ({"term": "winter"}, "term"),
        ({"term_year": None}, "term"),
        ({"term_year": -3}, "term"),
    ],
)
def test_days_lie_within_the_term(model, cohort, changes, field):
    values = {"starts_on": dt.date(2026, 2, 1), "ends_on": None, **SPRING, **changes}
    assert [one for one, _ in why(edited, cohort, model.issuer, **values)] == [field]


def test_dates_that_the_office_entered_count(model, cohort):
    model.institution.terms.create(
        year=2025, key="spring", starts_on=dt.date(2026, 1, 20), ends_on=dt.date(2026, 5, 2)
    )
    ((field, text),) = why(edited, cohort, model.issuer, starts_on=dt.date(2026, 1, 15), **SPRING)
    assert field == "starts_on"
    assert "from 20 January 2026 to 2 May 2026" in text


def test_it_cannot_begin_after_what_is_recorded(model, cohort):
    recorded(cohort, model.assessor)
    ((field, text),) = why(edited, cohort, model.issuer, starts_on=dt.date(2026, 3, 2))
    assert (field, text) == (
        "starts_on", "Something is recorded of 1 March 2026 already, so it cannot begin later."
    )  # fmt: skip


def test_a_change_stands_in_the_record_and_a_stale_form_is_refused(model, cohort):
    mark = editing.mark_of(cohort)
    edited(cohort, model.issuer, title="Autumn", mark=mark)
    entry = Entry.objects.filter(subject_id=cohort.definition_id).latest("number")
    assert (entry.act, entry.detail["changed"]) == ("offering changed", {"title": ["Spring", "Autumn"]})
    assert why(edited, cohort, model.issuer, title="Winter", mark=mark) == [("", editing.CHANGED)]
    count = Entry.objects.count()
    edited(Offering.objects.get(pk=cohort.pk), model.issuer)
    assert Entry.objects.count() == count  # nothing changed, nothing written


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
    } | SPRING
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


# --- the last seat --------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_who_want_the_last_seat_get_one_seat_and_one_place(campus):
    model = campus("model")
    cohort = run_of(model, definition(model))
    edited(cohort, model.issuer, capacity=1)
    people.ensure_learners(recipients=[(f"learner{n}@learner.example", "Test") for n in (1, 2)])
    ready, raised = threading.Barrier(2), []

    def act(n):
        try:
            ready.wait(10)
            enrolments.enrol(offering=cohort, learners=named(n), by=model.issuer)
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(n,)) for n in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert raised == []
    assert sorted(cohort.enrolments.values_list("turn", "state")) == [(1, "enrolled"), (2, "waiting")]


def test_stranger_without_any_role_sees_an_empty_page_of_their_own(db):
    page = site_for(PersonFactory()).get("/learning/")
    assert "Nothing yet" in page.content.decode()
