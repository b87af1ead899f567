"""The academic calendar, with dates worked out by hand."""

import datetime as dt

import pytest

from policies.calendar import (
    DatedTerm,
    Terms,
    academic_year_of,
    days_left,
    deadline_at,
    decision_due,
    due_dates,
    last_day,
    pilot_end,
    pilot_year,
    working_days_after,
    year_terms,
)
from policies.loader import packs
from policies.schema import Calendar, Deadline, PilotRule

SEMESTERS = Calendar(
    timezone="America/Denver",
    terms=[
        {"id": "fall", "name": "Fall", "starts": "08-25", "ends": "12-15"},
        {"id": "spring", "name": "Spring", "starts": "01-15", "ends": "05-10"},
        {"id": "summer", "name": "Summer", "starts": "05-20", "ends": "08-10"},
    ],
)
CALENDAR_YEAR = Calendar(  # a campus whose academic year is the calendar year, in trimesters
    timezone="UTC",
    terms=[
        {"id": "t1", "name": "T1", "starts": "01-10", "ends": "04-20"},
        {"id": "t2", "name": "T2", "starts": "05-01", "ends": "08-20"},
        {"id": "t3", "name": "T3", "starts": "09-01", "ends": "12-20"},
    ],
)
OVER_NEW_YEAR = Calendar(  # a first term that ends in the next calendar year
    timezone="Europe/Berlin",
    terms=[
        {"id": "winter", "name": "Winter", "starts": "10-01", "ends": "02-15"},
        {"id": "summer", "name": "Summer", "starts": "04-01", "ends": "07-31"},
    ],
)
USUAL = Terms(SEMESTERS)


def day(text):
    return dt.date.fromisoformat(text)


def test_terms_of_a_year_go_over_new_year():
    assert year_terms(2026, USUAL) == [
        DatedTerm(2026, "fall", day("2026-08-25"), day("2026-12-15")),
        DatedTerm(2026, "spring", day("2027-01-15"), day("2027-05-10")),
        DatedTerm(2026, "summer", day("2027-05-20"), day("2027-08-10")),
    ]
    assert [term.ends_on for term in year_terms(2026, Terms(OVER_NEW_YEAR))] == [
        day("2027-02-15"),
        day("2027-07-31"),
    ]
    assert [term.starts_on.year for term in year_terms(2026, Terms(CALENDAR_YEAR))] == [2026, 2026, 2026]


@pytest.mark.parametrize(
    "on,year",
    [
        ("2026-08-10", 2025),  # the last day of 2025-26
        ("2026-08-11", 2026),  # the gap belongs to the coming year
        ("2026-08-24", 2026),
        ("2026-08-25", 2026),  # the first day
        ("2026-12-31", 2026),
        ("2027-01-01", 2026),
        ("2027-08-10", 2026),
        ("2027-08-11", 2027),
        ("2028-02-29", 2027),
    ],
)
def test_academic_year_of(on, year):
    assert academic_year_of(day(on), USUAL) == year


@pytest.mark.parametrize(
    "calendar,on,year",
    [
        (CALENDAR_YEAR, "2026-01-01", 2026),
        (CALENDAR_YEAR, "2026-12-20", 2026),
        (CALENDAR_YEAR, "2026-12-21", 2027),  # the gap after the last trimester
        (OVER_NEW_YEAR, "2026-07-31", 2025),
        (OVER_NEW_YEAR, "2026-08-01", 2026),
        (OVER_NEW_YEAR, "2027-01-01", 2026),
    ],
)
def test_academic_year_of_other_calendars(calendar, on, year):
    assert academic_year_of(day(on), Terms(calendar)) == year


@pytest.mark.parametrize(
    "start,years,end",
    [
        ("2026-08-25", 3, "2029-08-10"),  # on the first day of the first term
        ("2026-12-15", 3, "2029-08-10"),  # on the last day of a term
        ("2026-12-20", 3, "2029-08-10"),  # between terms
        ("2027-08-10", 3, "2029-08-10"),  # on the year's last day: that year still counts as the first
        ("2027-08-11", 3, "2030-08-10"),  # a day later the next year is the first
        ("2026-10-05", 1, "2027-08-10"),
        ("2026-10-05", 2, "2028-08-10"),
        ("2028-02-29", 1, "2028-08-10"),
    ],
)
def test_pilot_end(start, years, end):
    assert pilot_end(day(start), years, USUAL) == day(end)


def test_pilot_of_two_years_on_trimesters():
    assert pilot_end(day("2026-05-01"), 2, Terms(CALENDAR_YEAR)) == day("2027-12-20")
    assert pilot_end(day("2026-12-21"), 2, Terms(CALENDAR_YEAR)) == day("2028-12-20")


DATED = Terms(
    SEMESTERS,
    (
        DatedTerm(2026, "fall", day("2026-08-31"), day("2026-12-11")),
        DatedTerm(2026, "summer", day("2027-05-24"), day("2027-08-20")),
        DatedTerm(2028, "fall", day("2028-08-28"), day("2028-12-19")),
        DatedTerm(2028, "summer", day("2029-05-21"), day("2029-07-31")),
    ),
)


def test_dated_terms_stand_in_place_of_the_usual_ones():
    assert year_terms(2026, DATED) == [
        DatedTerm(2026, "fall", day("2026-08-31"), day("2026-12-11")),
        DatedTerm(2026, "spring", day("2027-01-15"), day("2027-05-10")),
        DatedTerm(2026, "summer", day("2027-05-24"), day("2027-08-20")),
    ]
    assert last_day(2026, DATED) == day("2027-08-20")
    assert last_day(2027, DATED) == day("2028-08-10")
    assert academic_year_of(day("2027-08-20"), DATED) == 2026
    assert academic_year_of(day("2027-08-21"), DATED) == 2027
    assert pilot_end(day("2027-08-15"), 3, DATED) == day("2029-07-31")


@pytest.mark.parametrize(
    "on,nth", [("2026-10-05", 1), ("2027-08-10", 1), ("2027-08-11", 2), ("2029-08-10", 3), ("2029-08-11", 4)]
)
def test_pilot_year(on, nth):
    assert pilot_year(day("2026-10-05"), day(on), USUAL) == nth


@pytest.mark.parametrize(
    "edge,terms,due",
    [("end", USUAL, "2028-12-15"), ("start", USUAL, "2028-08-25"), ("end", DATED, "2028-12-19")],
)
def test_decision_in_the_third_fall(edge, terms, due):
    rule = PilotRule(years=3, decision_year=3, decision_term="fall", decision_edge=edge)
    assert decision_due(rule, day("2026-10-05"), terms) == day(due)


def test_no_decision_without_a_rule():
    assert decision_due(PilotRule(), day("2026-10-05"), USUAL) is None


def with_deadlines(*deadlines):
    return packs()["montana"].model_copy(update={"deadlines": [Deadline(**one) for one in deadlines]})


ONE = {"id": "one", "title": "One", "owner": "proposer"}


@pytest.mark.parametrize(
    "rule,anchors,due",
    [
        ({"anchor": "submitted", "days": 30}, {"submitted": "2028-02-10"}, ["2028-03-11"]),  # over a 29th
        ({"anchor": "submitted", "days": 30}, {"submitted": "2027-02-10"}, ["2027-03-12"]),
        ({"anchor": "established", "year": 1}, {"established": "2029-01-20"}, ["2029-08-10"]),
        (
            {"anchor": "established", "year": 2, "term": "spring"},
            {"established": "2029-01-20"},
            ["2030-05-10"],
        ),
        (
            {"anchor": "established", "year": 2, "edge": "start"},
            {"established": "2029-01-20"},
            ["2029-08-25"],
        ),
        (
            {"anchor": "established", "year": 2, "term": "spring", "edge": "start"},
            {"established": "2029-01-20"},
            ["2030-01-15"],
        ),
        ({"anchor": "established", "year": 1}, {"submitted": "2029-01-20"}, []),  # not known yet
        ({"anchor": "unit_review", "year": 1}, {"unit_review": "2030-03-01"}, ["2030-08-10"]),
    ],
)
def test_deadlines(rule, anchors, due):
    known = {name: day(value) for name, value in anchors.items()}
    found = due_dates(with_deadlines({**ONE, **rule}), known, USUAL)
    assert [(one.id, one.on) for one in found] == [("one", day(one)) for one in due]


def test_yearly_deadlines_run_through_the_pilot_and_its_extension():
    pack = with_deadlines({**ONE, "anchor": "pilot_start", "yearly": True, "term": "spring"})
    start = {"pilot_start": day("2026-10-05")}
    yearly = [(one.id, one.on, one.year) for one in due_dates(pack, start, USUAL) if one.id.startswith("one")]
    assert yearly == [
        ("one_1", day("2027-05-10"), 1),
        ("one_2", day("2028-05-10"), 2),
        ("one_3", day("2029-05-10"), 3),
    ]
    extended = due_dates(pack, {**start, "pilot_end": day("2030-08-10")}, USUAL)
    assert [one.on for one in extended if one.id == "one_4"] == [day("2030-05-10")]
    assert [one.on for one in extended if one.id == "pilot_end"] == [day("2030-08-10")]


def test_deadlines_carry_what_people_are_told():
    found = due_dates(packs()["montana"], {"pilot_start": day("2026-10-05")}, USUAL)
    end = next(one for one in found if one.id == "pilot_end")
    assert (end.clause, end.owner, end.year, end.reminders) == ("UM-1", "proposer", 3, (90, 30, 7, -1))
    assert end.consequence == (
        "Past that day no badge can be issued under the pilot and it is not advertised. Badges already issued stay."
    )
    decision = next(one for one in found if one.id == "pilot_decision")
    assert (decision.on, decision.clause) == (day("2028-12-15"), "UM-16")
    assert decision.consequence == (
        "Past that day no full proposal can be filed, and the pilot ends for good on 10 August 2029."
    )


@pytest.mark.clause("UM-16")
def test_the_decision_of_an_extended_pilot_is_due_on_its_last_day():
    found = due_dates(
        packs()["model"],
        {"pilot_start": day("2026-10-05"), "pilot_end": day("2029-05-20")},
        Terms(packs()["model"].calendar),
    )
    assert [(one.id, one.on) for one in found if one.id.startswith("pilot")] == [
        ("pilot_decision", day("2029-05-20")),
        ("pilot_end", day("2029-05-20")),
    ]


def test_what_is_due_yearly_once_established_goes_on_to_the_present_year():
    pack = with_deadlines({**ONE, "anchor": "established", "yearly": True})
    anchors = {"established": day("2029-01-20")}
    assert [one.on for one in due_dates(pack, anchors, USUAL)] == [day("2029-08-10")]
    assert [(one.id, one.on) for one in due_dates(pack, anchors, USUAL, day("2030-10-01"))] == [
        ("one_1", day("2029-08-10")),
        ("one_2", day("2030-08-10")),
        ("one_3", day("2031-08-10")),
    ]


@pytest.mark.parametrize(
    "on,timezone,utc",
    [
        ("2026-07-01", "America/Denver", "2026-07-02T05:59:59+00:00"),  # summer time, UTC-6
        ("2026-12-15", "America/Denver", "2026-12-16T06:59:59+00:00"),  # winter time, UTC-7
        ("2026-03-08", "America/Denver", "2026-03-09T05:59:59+00:00"),  # the day the clocks go forward
        ("2026-11-01", "America/Denver", "2026-11-02T06:59:59+00:00"),  # the day they go back
        ("2026-06-30", "UTC", "2026-06-30T23:59:59+00:00"),
        ("2026-06-30", "Pacific/Kiritimati", "2026-06-30T09:59:59+00:00"),  # UTC+14
        ("2026-06-30", "Asia/Kolkata", "2026-06-30T18:29:59+00:00"),  # UTC+5:30
        ("2026-04-04", "America/Santiago", "2026-04-05T03:59:59+00:00"),  # back at midnight: the later of two
    ],
)
def test_deadline_at(on, timezone, utc):
    assert deadline_at(day(on), timezone).astimezone(dt.UTC).isoformat() == utc


@pytest.mark.parametrize(
    "now,left",
    [
        ("2026-12-16T06:59:59+00:00", 0),  # 23:59:59 in Denver on the day
        ("2026-12-16T07:00:00+00:00", -1),
        ("2026-12-15T06:59:59+00:00", 1),
        ("2026-09-16T12:00:00+00:00", 90),
    ],
)
def test_days_left(now, left):
    assert days_left(day("2026-12-15"), dt.datetime.fromisoformat(now), "America/Denver") == left


@pytest.mark.parametrize(
    "start,number,end",
    [
        ("2026-11-23", 1, "2026-11-24"),  # Monday to Tuesday
        ("2026-11-20", 1, "2026-11-23"),  # over a weekend
        ("2026-11-21", 1, "2026-11-23"),  # from a Saturday
        ("2026-11-16", 10, "2026-12-02"),  # two weeks and two holidays
        ("2026-11-16", 0, "2026-11-16"),
    ],
)
def test_working_days(start, number, end):
    holidays = {day("2026-11-26"), day("2026-11-27")}
    assert working_days_after(day(start), number, holidays) == day(end)
