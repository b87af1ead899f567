"""Pairs compared: against published tables and published data, and what is said where nothing can be compared."""

import math
from decimal import Decimal

import pytest

from evaluation.models import Indicator
from evaluation.pairs import compared, t_quantile
from evaluation.readings import NO_AFTER, NO_BEFORE, NOTHING, line_of, number
from issuance.figures.small import Rule

# Student (1908), The probable error of a mean, Biometrika 6: hours of sleep gained by ten patients under two drugs.
FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


@pytest.mark.parametrize(
    ("degrees", "confidence", "table"),
    [
        (1, 0.95, 12.706), (2, 0.95, 4.303), (3, 0.95, 3.182), (4, 0.95, 2.776), (9, 0.95, 2.262),
        (10, 0.95, 2.228), (29, 0.95, 2.045), (30, 0.95, 2.042), (60, 0.95, 2.000), (120, 0.95, 1.980),
        (5, 0.99, 4.032), (8, 0.90, 1.860), (9999, 0.95, 1.960),
    ],
)  # fmt: skip
def test_quantiles_of_t_are_those_of_the_printed_tables(degrees, confidence, table):
    assert round(t_quantile(degrees, confidence), 3) == pytest.approx(table, abs=0.0005)


@pytest.mark.clause("UM-22")
def test_students_own_data_give_the_published_interval():
    """Mean difference 1.58, standard deviation 1.23, t 4.0621, 95 % interval 0.7001 to 2.4599."""
    found = compared(list(zip(FIRST, SECOND, strict=True)))
    assert (found.n, round(found.before, 2), round(found.after, 2)) == (10, 0.75, 2.33)
    assert (round(found.difference, 2), round(found.spread, 2)) == (1.58, 1.23)
    assert (round(found.low, 4), round(found.high, 4)) == (0.7001, 2.4599)
    assert round(found.effect * math.sqrt(10), 4) == 4.0621  # t is d times the root of n
    assert round(found.effect, 3) == 1.285


def test_pairs_reckoned_by_hand():
    """Differences 1, 2, 3: mean 2, standard deviation 1, so d is 2 and the half width 4.303 / sqrt(3) = 2.484."""
    found = compared([(10, 11), (12, 14), (14, 17)])
    assert (found.difference, found.spread, found.effect) == (2, 1, 2)
    assert (number(found.low), number(found.high)) == ("−0.48", "4.48")


def test_nothing_to_compare():
    assert compared([]) is None
    assert compared([(1, 2)]) is None
    same = compared([(1, 2), (3, 4), (0.1, 1.1)])
    assert (same.effect, round(same.low, 9), round(same.high, 9)) == (None, 1, 1)


def values(*pairs):
    return [tuple(None if one is None else Decimal(one) for one in pair) for pair in pairs]


@pytest.mark.parametrize(
    ("given", "pairs", "note"),
    [
        (values(), None, NOTHING),
        (values((None, 4), (None, 5)), None, NO_BEFORE),
        (values((4, None)), None, NO_AFTER),
        (values(*[(1, 2)] * 4), None, "Not told: fewer than 5 learners have both values."),
        (values(*[(1, 2)] * 5), 5, ""),
        (values(*[(1, 2)] * 5, (3, None)), 5, "Left out, with one of the two values only: fewer than 5."),
        (values(*[(1, 2)] * 6, *[(None, 4)] * 7), 6, "Left out, with one of the two values only: 7."),
    ],
    ids=["nothing", "no-before", "no-after", "few", "enough", "one-alone", "seven-alone"],
)
def test_a_line_says_why_it_tells_nothing(given, pairs, note):
    line = line_of(Indicator(lowest=Decimal(0), highest=Decimal(10)), given, Rule(5))
    assert (line.found.n if line.found else None, line.note) == (pairs, note)


def test_a_group_of_one_tells_nothing_whatever_the_minimum():
    assert line_of(Indicator(), values((1, 2)), Rule(1)).found is None
