"""Few learners stay out of figures: counts, parts of a whole and shares, reckoned by hand for groups of five."""

import datetime as dt

import pytest

from issuance.figures.periods import Periods
from issuance.figures.small import Rule
from issuance.figures.tally import Tally
from issuance.platforms.values import Outcome

FIVE = Rule(5)


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0"), (1, "fewer than 5"), (4, "fewer than 5"), (5, "5"), (1234, "1,234")],
)
def test_small_groups_are_not_told(count, shown):
    assert FIVE.count(count).shown == shown


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([60, 30, 10], [60, 30, 10]),
        ([60, 30, 0], [60, 30, 0]),
        ([60, 30, 3], [60, None, None]),  # 93 less 60 would tell the 3; less 60 it tells no more than 33
        ([60, 1, 1], [None, None, None]),  # 2 together would tell that each is 1
        ([60, 4, 3], [60, None, None]),  # together 7
        ([3, 0, 0], [None, 0, 0]),
        ([4], [None]),
        ([], []),
    ],
)
def test_what_would_give_a_small_part_away_is_not_told_either(parts, told):
    assert [cell.value for cell in FIVE.parts(parts)] == told


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (0, 0, "none yet"),
        (2, 4, "fewer than 5 learners"),
        (30, 90, "33 %"),
        (0, 90, "0 %"),
        (90, 90, "100 %"),
        (3, 200, "less than 3 %"),  # 5 of 200 are 2.5 %
        (198, 200, "more than 97 %"),  # 195 of 200 are 97.5 %
        (3, 7, "less than 72 %"),  # 5 of 7 are 71.4 %
        (5, 10, "50 %"),
    ],
)
def test_shares_that_leave_few_on_one_side_are_bounds(part, whole, shown):
    assert FIVE.share(part, whole).shown == shown


def test_weeks_begin_on_monday_and_months_on_their_first():
    weeks = Periods("week", dt.date(2026, 3, 4)).starts
    assert (len(weeks), weeks[0], weeks[-1]) == (26, dt.date(2025, 9, 8), dt.date(2026, 3, 2))
    months = Periods("month", dt.date(2026, 3, 4)).starts
    assert (len(months), months[0], months[-1]) == (24, dt.date(2024, 4, 1), dt.date(2026, 3, 1))
    assert Periods("month", dt.date(2026, 3, 4)).label(months[0]) == "April 2024"


def test_what_a_platform_holds_is_counted_as_far_as_it_offers_it():
    held = [
        Outcome("accepted", "1", public=True, opened=True),
        Outcome("delivered", "2", public=False, opened=False),
        Outcome("rejected", "3", public=False, opened=True),
        Outcome("expired", "4", public=True, opened=True),
        Outcome("unpublished", "5", public=True),
        Outcome("revoked", "6", public=True),
    ]
    credly = Tally({"issued", "acceptance", "privacy"})
    assert list(credly.over(held)) == ["1", "2", "3", "4", "5", "6"]
    assert credly.counts == {
        "held": 4, "unpublished": 1, "taken": 1, "pending": 1, "refused": 1, "public": 2,
    }  # fmt: skip
    other = Tally({"opened"})
    assert list(other.over([*held, Outcome("delivered", "7")])) == ["1", "2", "3", "4", "5", "6", "7"]
    assert other.counts == {}  # of one badge it does not say, so it is no count of all
