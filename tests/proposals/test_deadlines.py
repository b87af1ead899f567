"""What is due and when, with dates worked out by hand from the calendars; it follows the dates that the office enters."""

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.calendar import set_year
from credentials.models import Standing
from journal import clock
from journal.models import Entry, Mail
from policies.reasons import Refused
from proposals import deadlines, pilots
from proposals.actions.lapsing import lapse_due
from proposals.actions.reckoning import follow_terms
from proposals.models import Proposal
from proposals.tasks import lapse_pilots
from tests.proposals import walking
from tests.proposals.walking import fresh, move, save

# The calendars: the model university's autumn ends on 20 December and its spring, the last term, on 20 May;
# Montana's fall ends on 15 December and its summer session on 10 August.


def on(*day, hour=18):
    return clock.at(dt.datetime(*day, hour, tzinfo=dt.UTC))


def due(proposal):
    return [(one.key, one.on.isoformat(), one.left) for one in deadlines.of(proposal)]


def keys(proposal):
    return [one.key for one in deadlines.of(proposal)]


def montana_pilot(campus):
    at = campus("montana")
    with on(2026, 10, 5):
        return at, walking.montana_pilot(at)


def enter_terms(at, year, **terms):
    dates = {
        key: (dt.date.fromisoformat(first), dt.date.fromisoformat(last))
        for key, (first, last) in terms.items()
    }
    return set_year(institution=at.institution, year=year, dates=dates, by=at.administrator)


EARLIER_SUMMER = {
    "fall": ("2028-08-28", "2028-12-19"),
    "spring": ("2029-01-16", "2029-05-11"),
    "summer": ("2029-05-21", "2029-07-31"),
}


# --- pilots ---------------------------------------------------------------------------------------
@pytest.mark.clause("UM-1", "UM-15", "UM-16")
def test_a_pilot_of_three_years_and_all_that_is_due_in_it(campus):
    _at, proposal = montana_pilot(campus)
    with on(2027, 8, 3):
        assert due(proposal) == [
            ("yearly_review_1", "2027-08-10", 7),
            ("yearly_review_2", "2028-08-10", 373),
            ("pilot_decision", "2028-12-15", 500),
            ("pilot_end", "2029-08-10", 738),
            ("yearly_review_3", "2029-08-10", 738),
        ]
        first = deadlines.of(proposal)[0]
    assert (first.title, first.clause, first.who) == (
        "Review of the pilot year, year 1",
        "UM-15",
        "the proposers",
    )
    assert first.told == "10 August 2027, 7 days left"


@pytest.mark.clause("UM-15")
@pytest.mark.parametrize(
    ("day", "hour", "left", "late"),
    [
        ((2027, 8, 10), 12, 0, False),
        ((2027, 8, 11), 5, 0, False),  # 23:00 on the day in Denver
        ((2027, 8, 11), 6, -1, True),  # midnight there
    ],
)
def test_a_deadline_is_late_when_its_day_is_over_on_the_campus(campus, day, hour, left, late):
    _at, proposal = montana_pilot(campus)
    with on(*day, hour=hour):
        first = deadlines.of(proposal)[0]
    assert (first.key, first.left, first.late) == ("yearly_review_1", left, late)


@pytest.mark.clause("UM-16")
def test_the_decision_is_met_by_filing_the_full_proposal(campus):
    at, proposal = montana_pilot(campus)
    with on(2028, 12, 15):
        save(proposal, walking.MONTANA_FULL, at.proposer)
        move(proposal, "file_full_proposal", at.proposer)
    with on(2028, 12, 16):
        assert "pilot_decision" not in keys(proposal)
        assert "pilot_end" in keys(proposal)


@pytest.mark.clause("UM-16")
def test_the_decision_that_was_not_taken_is_late_and_nothing_can_be_filed(campus):
    at, proposal = montana_pilot(campus)
    with on(2028, 12, 16):
        save(proposal, walking.MONTANA_FULL, at.proposer)
        late = [(one.key, one.left) for one in deadlines.of(proposal) if one.late]
        assert late == [("yearly_review_1", -494), ("yearly_review_2", -128), ("pilot_decision", -1)]
        with pytest.raises(Refused) as refused:
            move(proposal, "file_full_proposal", at.proposer)
    assert [reason.clause for reason in refused.value.reasons] == ["UM-16"]


def test_withdrawing_the_pilot_ends_everything_that_is_due(campus):
    at, proposal = montana_pilot(campus)
    with on(2027, 8, 20):
        move(proposal, "withdraw", at.proposer)
        assert due(proposal) == []


@pytest.mark.clause("UM-1")
def test_past_its_last_day_the_pilot_lapses_and_nothing_is_due(campus):
    _at, proposal = montana_pilot(campus)
    with on(2029, 8, 11):
        assert lapse_due() == 1
        assert due(proposal) == []
    assert fresh(proposal).state == "lapsed"


def test_a_pilot_whose_full_proposal_was_declined_still_has_its_last_day(campus):
    at, proposal = montana_pilot(campus)
    with on(2027, 6, 1):
        save(proposal, walking.MONTANA_FULL, at.proposer)
        move(proposal, "file_full_proposal", at.proposer)
    Proposal.objects.filter(pk=proposal.pk).update(state="declined")
    with on(2027, 6, 2):
        assert keys(proposal) == ["yearly_review_1", "yearly_review_2", "pilot_end", "yearly_review_3"]


def test_an_extension_moves_the_last_day_and_adds_a_year(campus):
    at = campus("model")
    with on(2026, 10, 5):
        proposal = walking.model_pilot(at)
    with on(2028, 2, 1):
        move(proposal, "extend_pilot", at.programme_manager)
        assert due(proposal) == [
            ("yearly_review_1", "2027-05-20", -257),
            ("yearly_review_2", "2028-05-20", 109),
            ("pilot_decision", "2029-05-20", 474),
            ("pilot_end", "2029-05-20", 474),
            ("yearly_review_3", "2029-05-20", 474),
        ]


def test_extensions_that_were_made_before_they_were_counted_are_counted_from_the_record(campus):
    at = campus("model")
    with on(2026, 10, 5):
        proposal, other = walking.model_pilot(at), walking.model_pilot(at)
    with on(2028, 2, 1):
        move(proposal, "extend_pilot", at.programme_manager)
    Proposal.objects.update(extensions=0)
    import_module("proposals.migrations.0003_deadlines").count_extensions(apps, None)
    assert (fresh(proposal).extensions, fresh(other).extensions) == (1, 0)


# --- the office's dates ---------------------------------------------------------------------------
@pytest.mark.clause("UM-1", "UM-16")
def test_other_term_dates_move_every_day_and_the_right_to_award(campus):
    at, proposal = montana_pilot(campus)
    with on(2028, 3, 1):
        enter_terms(at, 2028, **EARLIER_SUMMER)
        days = {key: day for key, day, _left in due(proposal)}
        assert (days["pilot_decision"], days["pilot_end"]) == ("2028-12-19", "2029-07-31")
        assert follow_terms() == 1
        assert follow_terms() == 0
    definition = fresh(proposal).definition
    assert (definition.standing, definition.awards_until) == (Standing.PILOT, dt.date(2029, 7, 31))
    assert not definition.awardable_on(dt.date(2029, 8, 1))
    last = Entry.objects.about("proposal", proposal.pk).last()
    assert (last.act, last.by, last.detail["before"], last.detail["until"]) == (
        "pilot_end_moved",
        None,
        "2029-08-10",
        "2029-07-31",
    )
    told = Mail.objects.filter(text__contains="the pilot's last day is 31 July 2029 now")
    assert sorted(told.values_list("to", flat=True)) == sorted([at.proposer.email, at.second_proposer.email])


@pytest.mark.clause("UM-1")
def test_the_clock_reckons_with_the_new_dates_before_it_lets_a_pilot_lapse(campus):
    at, proposal = montana_pilot(campus)
    with on(2028, 3, 1):
        later = {**EARLIER_SUMMER, "summer": ("2029-05-21", "2029-08-31")}
        enter_terms(at, 2028, **later)
    with on(2029, 8, 12):
        assert lapse_pilots() == 0
    with on(2029, 9, 1):
        assert lapse_pilots() == 1
    assert fresh(proposal).definition.awards_until == dt.date(2029, 8, 31)


def test_entering_dates_wakes_the_clock_at_once(campus, eager_celery, django_capture_on_commit_callbacks):
    at, proposal = montana_pilot(campus)
    with on(2028, 3, 1), django_capture_on_commit_callbacks(execute=True):
        enter_terms(at, 2028, **EARLIER_SUMMER)
    assert fresh(proposal).definition.awards_until == dt.date(2029, 7, 31)


def test_dates_that_move_are_no_extension(campus):
    """A pilot that ran to 20 May and now ends on 12 May has not been extended, and can be."""
    at = campus("model")
    with on(2026, 10, 5):
        proposal = walking.model_pilot(at)
    with on(2028, 2, 1):
        enter_terms(at, 2027, autumn=("2027-08-30", "2027-12-10"), spring=("2028-01-17", "2028-05-12"))
        proposal = fresh(proposal)
        assert pilots.decision_on(proposal) == dt.date(2027, 12, 10)
        move(proposal, "extend_pilot", at.programme_manager)
        assert fresh(proposal).definition.awards_until == dt.date(2029, 5, 20)
        with pytest.raises(Refused, match="extended already"):
            move(proposal, "extend_pilot", at.programme_manager)


# --- many -------------------------------------------------------------------------------------------
def test_reading_three_costs_as_many_queries_as_one(campus):
    at = campus("model")

    def cost():
        with CaptureQueriesContext(connection) as found:
            deadlines.of_all(Proposal.objects.all())
        return len(found)

    walking.model_pilot(at)
    walking.model_unit_approval(at)
    one = cost()
    for _ in range(2):
        walking.model_pilot(at)
        walking.model_unit_approval(at)
    assert cost() == one
