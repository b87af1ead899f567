"""Who is asked, when, once; by mail with a personal link, with reminders, and never again after a stop."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from evaluation.actions import asking, planning, templates
from evaluation.models import Invitation, InvitationState, Survey, SurveyLink, SurveyStop
from evaluation.tasks import plan
from journal import clock
from journal.models import Mail
from learning.actions import changes, completions
from tests.credentials.support import definition
from tests.evaluation.support import ask, finish, hashes, links, page, run_of, state
from tests.learning.support import DONE, STARTED

ZONE = ZoneInfo("America/Denver")
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=ZONE)  # of the day of completion
DAY = dt.timedelta(days=1)


@pytest.fixture
def place(campus):
    return campus("montana")


@pytest.fixture
def offering(place):
    with clock.at(NOON):
        return run_of(place, definition(place))


def waves():
    return sorted(Invitation.objects.values_list("survey__key", "wave", "state"))


@pytest.mark.clause("UM-21", "UM-23")
def test_learners_are_asked_at_once_and_weeks_months_and_years_later(place, offering):
    """The document: right after finishing; again over the weeks, months or years that follow."""
    with clock.at(NOON):
        finish(offering, place, "ann", "bo")
    assert ask(NOON) == 2
    assert {m.to for m in Mail.objects.filter(kind="survey_asked")} == {
        "ann@learner.example",
        "bo@learner.example",
    }
    assert ask(NOON) == 0
    planned = Invitation.objects.filter(person__email="ann@learner.example", state="planned")
    days = [(row.wave, row.due_at.astimezone(ZONE)) for row in planned]
    assert days == [
        (42, dt.datetime(2026, 4, 12, 9, tzinfo=ZONE)),
        (182, dt.datetime(2026, 8, 30, 9, tzinfo=ZONE)),
        (365, dt.datetime(2027, 3, 1, 9, tzinfo=ZONE)),
        (1095, dt.datetime(2029, 2, 28, 9, tzinfo=ZONE)),
    ]
    assert ask(NOON + 41 * DAY) == 2  # the reminder of the first, which is open still
    assert ask(NOON + 42 * DAY) == 2
    assert {m.subject for m in Mail.objects.filter(kind="survey_asked")} == {
        "How was it? Reading fire data: 5 minutes for " + place.institution.name,
        "What became of it? Reading fire data: 3 minutes for " + place.institution.name,
    }


def test_reminders_come_once_each_and_only_without_an_answer(place, offering):
    with clock.at(NOON):
        finish(offering, place, "ann", "bo")
    ask(NOON)
    ann = links(to="ann@learner.example")[0]
    assert page(ann, {"go": "send", "q_value": "4"}, at=NOON + DAY).status_code == 200
    assert ask(NOON + 6 * DAY) == 0
    assert ask(NOON + 7.1 * DAY) == 1
    assert ask(NOON + 8 * DAY) == 0
    (again,) = links("survey_reminder")
    assert Mail.objects.get(kind="survey_reminder").to == "bo@learner.example"
    assert page(again, at=NOON + 8 * DAY).status_code == 200
    assert page(links(to="bo@learner.example")[0], at=NOON + 8 * DAY).status_code == 200
    ask(NOON + 61 * DAY)
    assert state(again) == InvitationState.CLOSED
    assert page(again, at=NOON + 61 * DAY).status_code == 410


def test_nobody_is_asked_twice_by_a_worker_that_was_killed(place, offering, monkeypatch):
    """Killed before the end of its transaction it has asked nobody; run again it asks each once."""
    with clock.at(NOON):
        finish(offering, place, "ann", "bo", "cy")
    posted = asking.mail.post_many

    def killed(**given):
        if Mail.objects.filter(kind="survey_asked").count() == 2:
            raise SystemExit
        posted(**given)

    monkeypatch.setattr(asking.mail, "post_many", killed)
    with pytest.raises(SystemExit), transaction.atomic():
        ask(NOON)
    assert (Mail.objects.filter(kind="survey_asked").count(), hashes()) == (0, set())
    monkeypatch.undo()
    assert (ask(NOON), ask(NOON)) == (3, 0)
    assert Mail.objects.filter(kind="survey_asked").count() == 3
    assert len(hashes()) == 3


def test_the_token_is_stored_as_its_hash_alone(place, offering):
    with clock.at(NOON):
        finish(offering, place, "ann")
    ask(NOON)
    (token,) = links()
    assert len(token) == 43
    assert hashes() == {asking.token_hash(token)}


def test_what_is_taken_back_or_moved_is_asked_accordingly(place, offering):
    with clock.at(NOON):
        ann, bo = finish(offering, place, "ann", "bo")
        changes.correct(
            completion=ann,
            completed_on=DONE - 2 * DAY,
            competencies=[],
            evidence="Portfolio",
            reason="The day was wrong",
            by=place.assessor,
        )
        changes.withdraw(completion=bo, reason="Somebody else", by=place.assessor)
    dates = Invitation.objects.filter(person=ann.learner, wave=42).get().due_at.astimezone(ZONE)
    assert dates == dt.datetime(2026, 4, 10, 9, tzinfo=ZONE)
    assert set(Invitation.objects.filter(person=bo.learner).values_list("state", flat=True)) == {"dropped"}
    assert ask(NOON) == 1


def test_who_finished_long_before_it_was_recorded_is_asked_only_what_is_ahead(place, offering):
    with clock.at(NOON + 100 * DAY):
        finish(offering, place, "ann")
    assert waves() == [
        ("results", 42, "planned"),
        ("results", 182, "planned"),
        ("results", 365, "planned"),
        ("results", 1095, "planned"),
    ]


@pytest.mark.clause("UM-21")
def test_each_module_is_asked_about_where_the_office_says_so(place, offering):
    """The document: or after each course or module."""
    with clock.at(NOON):
        survey = next(s for s in templates.keep(place.institution) if s.key == "reaction")
        Survey.objects.filter(pk=survey.pk).update(after="module")
        from_parts(offering, place, "Read a fire weather table")
    assert ask(NOON) == 1
    with clock.at(NOON + DAY):
        from_parts(offering, place, "Map the perimeter of a fire")
    assert ask(NOON + DAY) == 1
    first, second = links()
    assert "About the part “Read a fire weather table”" in page(first, at=NOON).content.decode()
    page(first, {"go": "send", "q_value": "5"}, at=NOON)
    assert (state(first), state(second)) == ("answered", "asked")


def from_parts(offering, place, name):
    completions.record(
        offering=offering,
        email="ann@learner.example",
        name="Learner ann",
        completed_on=None,
        competencies=[name],
        evidence="Seen",
        by=place.assessor,
    )


def test_graduates_are_asked_what_the_office_begins_to_ask_later(place, offering):
    """Their record stood before the survey; whose day is ahead is still asked."""
    with clock.at(NOON):
        finish(offering, place, "ann")
        Invitation.objects.all().delete()
        plan()
        assert planning.plan_missing() == 0
    assert waves() == [
        ("reaction", 0, "planned"),
        ("results", 42, "planned"),
        ("results", 182, "planned"),
        ("results", 365, "planned"),
        ("results", 1095, "planned"),
    ]


def test_whoever_stops_is_asked_nothing_any_more(place, offering):
    with clock.at(NOON):
        finish(offering, place, "ann", "bo")
    ask(NOON)
    ann, bo = links(to="ann@learner.example")[0], links(to="bo@learner.example")[0]
    assert page(ann, name="survey_stop", at=NOON).status_code == 200
    assert SurveyStop.objects.count() == 0  # reading writes nothing
    done = page(ann, {"what": "all"}, name="survey_stop", at=NOON)
    assert "sends you no more surveys" in done.content.decode()
    assert page(ann, {"what": "all"}, name="survey_stop", at=NOON).status_code == 200
    assert page(bo, {"what": "this"}, name="survey_stop", at=NOON).status_code == 200
    assert page(bo, {"what": "this"}, name="survey_stop", at=NOON).status_code == 410
    assert page(ann, at=NOON).status_code == 410
    assert ask(NOON + 42 * DAY) == 1  # bo left out one, ann all
    with clock.at(NOON + 43 * DAY):
        again = run_of(place, definition(place, title="Another"), title="Another")
        finish(again, place, "ann", on=(NOON + 43 * DAY).date())
    assert ask(NOON + 44 * DAY) == 0
    assert SurveyLink.objects.count() == 3


def test_offerings_that_ran_before_ask_by_the_models_policy_too(campus):
    """The model pack asks at four levels; the offering began on STARTED."""
    place = campus("model")
    with clock.at(NOON):
        finish(run_of(place, definition(place)), place, "ann")
    assert STARTED < DONE
    assert waves() == [
        ("outcome", 365, "planned"),
        ("reaction", 0, "planned"),
        ("use", 60, "planned"),
        ("use", 180, "planned"),
    ]


@pytest.mark.parametrize("pack", ["florida_international", "uc_riverside"])
def test_campuses_whose_policy_is_silent_ask_what_their_pack_assumes(campus, pack):
    place = campus(pack)
    with clock.at(NOON):
        templates.keep(place.institution)
    rows = Survey.objects.filter(institution=place.institution).values_list("key", "level", "offsets_days")
    assert list(rows) == [("reaction", 1, [0]), ("results", 3, [90, 365])]
