"""The tally against vectors counted by hand, by the usual rules of order."""

import pytest

from policies.schema import Fraction, VotingRule
from reviews.tally import INQUORATE, NO_DECISION, OUTCOMES, Line, chair_could_decide, count, least
from tests.reviews.rolls import roll, seats

TWO_THIRDS = Fraction(num=2, den=3, strict=False)
HALF = Fraction(num=1, den=2, strict=True)
AT_LEAST_HALF = Fraction(num=1, den=2, strict=False)


CARRIES, FAILS = "approve", NO_DECISION
VECTORS = [
    ("majority of cast, 13-11", {}, seats(50, present=30, approve=13, decline=11), CARRIES),
    ("majority of cast, a tie", {}, seats(50, present=30, approve=12, decline=12), FAILS),
    (
        "majority of present, 15-9",
        {"basis": "present"},
        seats(50, present=30, approve=15, decline=9),
        FAILS,
    ),
    (
        "majority of present, 16-8",
        {"basis": "present"},
        seats(50, present=30, approve=16, decline=8),
        CARRIES,
    ),
    ("majority of members, 24-0", {"basis": "members"}, seats(50, present=30, approve=24), FAILS),
    (
        "majority of members, 26-4",
        {"basis": "members"},
        seats(50, present=30, approve=26, decline=4),
        CARRIES,
    ),
    ("exactly half present", {}, seats(50, approve=25), INQUORATE),
    ("1-0 with 99 abstentions", {}, seats(100, approve=1, abstain=99), CARRIES),
    ("0-0 with 5 abstentions", {}, seats(7, abstain=5), FAILS),
    ("two thirds of cast, 20-11", {"majority": TWO_THIRDS}, seats(31, approve=20, decline=11), FAILS),
    (
        "two thirds of cast, 21-10",
        {"majority": TWO_THIRDS},
        seats(31, approve=21, decline=10),
        CARRIES,
    ),
    (
        "two thirds of cast, 20-10",
        {"majority": TWO_THIRDS},
        seats(30, approve=20, decline=10),
        CARRIES,
    ),
    (
        "two thirds of present, 30-15-15",
        {"majority": TWO_THIRDS, "basis": "present"},
        seats(100, approve=30, decline=15, abstain=15),
        FAILS,
    ),
    (
        "two thirds of cast, 30-15-15",
        {"majority": TWO_THIRDS},
        seats(100, approve=30, decline=15, abstain=15),
        CARRIES,
    ),
    ("cast, 9-5-4", {}, seats(22, approve=9, decline=5, abstain=4), CARRIES),
    ("present, 9-5-4", {"basis": "present"}, seats(22, approve=9, decline=5, abstain=4), FAILS),
    ("one recused, who counts for the quorum", {}, seats(7, approve=2, decline=1, recused=1), CARRIES),
    (
        "one recused, who does not count for the quorum",
        {"recused_counts_for_quorum": False},
        seats(7, approve=2, decline=1, recused=1),
        INQUORATE,
    ),
    (
        "present, the recused stays in the base of 16",
        {"basis": "present"},
        seats(20, approve=8, decline=6, abstain=1, recused=1),
        FAILS,
    ),
    (
        "present, the recused leaves a base of 15",
        {"basis": "present", "recused_stays_in_base": False},
        seats(20, approve=8, decline=6, abstain=1, recused=1),
        CARRIES,
    ),
    ("11 seats, 9 filled, quorum of the filled", {}, seats(9, vacant=2, approve=5), CARRIES),
    (
        "11 seats, 9 filled, quorum of the seats",
        {"quorum_base": "seats"},
        seats(9, vacant=2, approve=5),
        INQUORATE,
    ),
    ("11 seats, 9 filled, 5 of all seats", {"basis": "seats"}, seats(9, vacant=2, approve=5), FAILS),
    ("11 seats, 9 filled, 6 of all seats", {"basis": "seats"}, seats(9, vacant=2, approve=6), CARRIES),
    (
        "8 members, 4 present, at least half",
        {"quorum": AT_LEAST_HALF},
        seats(8, approve=3, decline=1),
        CARRIES,
    ),
    ("8 members, 4 present, a majority", {}, seats(8, approve=3, decline=1), INQUORATE),
    ("two thirds of three, 2-1", {"majority": TWO_THIRDS}, seats(3, approve=2, decline=1), CARRIES),
]


@pytest.mark.parametrize(("rule", "spec", "outcome"), [v[1:] for v in VECTORS], ids=[v[0] for v in VECTORS])
def test_count_by_the_rules_of_order(rule, spec, outcome):
    assert count(VotingRule(**rule), roll(**spec)).outcome == outcome


OUTCOME_VECTORS = [
    (
        "conditions count towards approval",
        seats(5, approve=2, approve_with_conditions=1, decline=2),
        "approve_with_conditions",
    ),
    (
        "approval that needs no conditions",
        seats(5, approve=3, approve_with_conditions=1, decline=1),
        "approve",
    ),
    (
        "approval with conditions alone",
        seats(5, approve_with_conditions=3, decline=2),
        "approve_with_conditions",
    ),
    (
        "changes and refusal do not add up",
        seats(6, approve=2, request_changes=2, decline=2),
        NO_DECISION,
    ),
    ("most votes, but no majority", seats(7, approve=3, request_changes=2, decline=2), NO_DECISION),
    ("changes by a majority", seats(5, approve=2, request_changes=3), "request_changes"),
    ("refused by a majority", seats(5, approve=1, request_changes=1, decline=3), "decline"),
]


@pytest.mark.parametrize(
    ("spec", "outcome"), [v[1:] for v in OUTCOME_VECTORS], ids=[v[0] for v in OUTCOME_VECTORS]
)
def test_outcome_is_the_one_that_reaches_the_majority(spec, outcome):
    assert count(VotingRule(), roll(**spec)).outcome == outcome


def test_two_outcomes_that_both_reach_it_decide_nothing():
    rule = VotingRule(majority=AT_LEAST_HALF)
    assert count(rule, roll(4, approve=2, decline=2)).outcome == NO_DECISION


def test_fixed_quorum_is_taken_as_it_stands():
    rule = VotingRule(quorum_fixed=3)
    assert count(rule, roll(20, approve=2)).outcome == INQUORATE
    assert count(rule, roll(20, approve=3)).outcome == "approve"


def test_seat_that_does_not_count_for_the_quorum_still_votes():
    """Four seats of which one votes without counting: three are the base, two are needed."""
    guest = Line(choice="approve", counts_for_quorum=False)
    assert count(VotingRule(), [guest, Line(choice="approve"), Line(), Line()]).outcome == INQUORATE
    quorate = count(VotingRule(), [guest, Line(choice="decline"), Line(choice="approve"), Line()])
    assert (quorate.present, quorate.quorum_needed, quorate.yes, quorate.outcome) == (2, 2, 2, "approve")


def test_seat_without_a_vote_counts_for_nothing():
    adviser = Line(choice="decline", votes=False, present=True)
    result = count(VotingRule(basis="members"), [adviser, adviser, Line(choice="approve")])
    assert (result.present, result.quorum_base, result.base, result.no, result.outcome) == (
        1,
        1,
        1,
        0,
        "approve",
    )


def test_recused_member_has_no_vote():
    result = count(VotingRule(), [Line(choice="decline", recused=True), *roll(4, approve=2, decline=1)])
    assert (result.yes, result.no, result.recused) == (2, 1, 1)


def test_nobody_but_recused_members_is_no_quorum():
    assert count(VotingRule(), roll(3, recused=3)).outcome == INQUORATE


def with_chair(choice, **seats):
    return [Line(choice=choice, chair=True), *roll(**seats)]


def test_chair_who_always_votes_is_counted_like_anyone():
    result = count(VotingRule(), with_chair("approve", members=4, approve=3, decline=1))
    assert (result.yes, result.chair_decided) == (4, False)


@pytest.mark.parametrize(
    ("choice", "approve", "decline", "outcome", "decided"),
    [
        ("approve", 3, 1, "approve", False),  # carried anyway: the vote is left out
        ("approve", 2, 2, "approve", True),  # breaks a tie
        ("decline", 3, 2, NO_DECISION, True),  # makes a tie
        ("decline", 2, 2, "decline", True),
        ("abstain", 2, 2, NO_DECISION, False),
        ("", 2, 2, NO_DECISION, False),
    ],
)
def test_chair_who_votes_if_decisive(choice, approve, decline, outcome, decided):
    rule = VotingRule(chair_votes="if_decisive")
    result = count(rule, with_chair(choice, members=approve + decline, approve=approve, decline=decline))
    assert (result.outcome, result.chair_decided) == (outcome, decided)
    assert result.present == approve + decline + 1  # the chair presides


def test_chair_who_blocks_two_thirds_is_decisive():
    rule = VotingRule(chair_votes="if_decisive", majority=TWO_THIRDS)
    result = count(rule, with_chair("decline", members=6, approve=4, decline=2))
    assert (result.yes, result.base, result.outcome) == (4, 7, NO_DECISION)


def test_chair_who_never_votes_presides():
    rule = VotingRule(chair_votes="never")
    result = count(rule, with_chair("decline", members=4, approve=2, decline=0))
    assert (result.present, result.quorum_base, result.no, result.outcome) == (3, 5, 0, "approve")


@pytest.mark.parametrize(
    ("line", "approve", "expected"),
    [
        (Line(chair=True), 2, True),
        (Line(chair=True), 4, False),
        (Line(chair=True, choice="abstain"), 2, False),
        (Line(chair=True, recused=True, present=True), 2, False),
        (Line(chair=True, filled=False), 2, False),
    ],
)
def test_chair_could_decide(line, approve, expected):
    others = roll(4, approve=approve, decline=4 - approve)
    assert chair_could_decide(VotingRule(chair_votes="if_decisive"), [line, *others], OUTCOMES) is expected


def test_chair_who_always_votes_is_never_waited_for():
    assert not chair_could_decide(VotingRule(), [Line(chair=True), *roll(4, approve=2, decline=2)], OUTCOMES)


@pytest.mark.parametrize(
    ("fraction", "of", "expected"),
    [
        (HALF, 9, 5),
        (HALF, 8, 5),
        (AT_LEAST_HALF, 8, 4),
        (AT_LEAST_HALF, 9, 5),
        (TWO_THIRDS, 30, 20),
        (TWO_THIRDS, 0, 1),
    ],
)
def test_least_number_of_a_fraction(fraction, of, expected):
    assert least(fraction, of) == expected
