"""When awards expire: months counted on the calendar, to the last second of the day on the campus."""

import datetime as dt

import pytest

from credentials.validity import last_moment, last_valid_day
from tests.credentials.support import award, definition


@pytest.mark.parametrize(
    ("awarded", "months", "last"),
    [
        ((2026, 3, 2), 1, (2026, 4, 2)),
        ((2026, 3, 2), 36, (2029, 3, 2)),
        ((2026, 12, 31), 1, (2027, 1, 31)),
        ((2026, 12, 1), 12, (2027, 12, 1)),
        ((2026, 8, 31), 6, (2027, 2, 28)),
        ((2027, 8, 31), 6, (2028, 2, 29)),
        ((2028, 2, 29), 12, (2029, 2, 28)),
    ],
)
def test_last_valid_day(awarded, months, last):
    assert last_valid_day(dt.date(*awarded), months) == dt.date(*last)


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        ((2026, 1, 15), "2026-01-16T06:59:59+00:00"),  # Denver is seven hours behind in winter
        ((2026, 7, 15), "2026-07-16T05:59:59+00:00"),  # and six in summer
        ((2026, 3, 8), "2026-03-09T05:59:59+00:00"),  # the day the clocks go forward
    ],
)
def test_last_moment_on_the_campus(day, moment):
    assert last_moment(dt.date(*day), "America/Denver").isoformat() == moment


def test_what_never_expires_has_no_last_moment():
    assert last_moment(None, "America/Denver") is None


@pytest.mark.clause("CUD-4")
def test_an_award_expires_when_its_definition_says_so(campus):
    campus = campus("cu_denver")
    made = definition(campus, answers={"learning": {"valid_months": 12}})
    held = award(made)
    assert held.expires_on == last_valid_day(held.awarded_on, 12)
    assert (
        held.credential["validUntil"]
        == f"{last_moment(held.expires_on, 'America/Denver'):%Y-%m-%dT%H:%M:%SZ}"
    )
    assert held.status_on(held.expires_on) == "valid"
    assert held.status_on(held.expires_on + dt.timedelta(1)) == "expired"


def test_an_award_without_a_term_never_expires(campus):
    made = definition(campus("cu_denver"))
    held = award(made)
    assert held.expires_on is None
    assert "validUntil" not in held.credential
