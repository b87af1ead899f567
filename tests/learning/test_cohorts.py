"""Cohorts: seats, the waiting list that moves up by itself, leaving, terms, who may, and what is told."""

import datetime as dt
import threading

import pytest
from django.db import connection

from accounts.actions import people
from journal import clock
from journal.models import Entry, Mail
from learning import personal
from learning.actions import changes, editing, enrolments, offerings
from learning.actions.merging import move
from learning.models import Enrolment, Offering
from tests.credentials.support import definition
from tests.learning.cohorts import SPRING, edited, enrolled, named, states, two_seats, why
from tests.learning.support import recorded, run_of


@pytest.fixture
def cohort(model):
    return two_seats(model)


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
