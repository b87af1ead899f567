"""The count of a motion to rescind, against vectors counted by hand: any one of three majorities is enough."""

import pytest

from policies.schema import VotingRule
from reviews import rescission, tally
from reviews.tally import Line
from tests.reviews.rolls import roll

# members, yes, no, abstaining, notice given → what came of it, and which majorities were reached.
# Two thirds is of the votes cast, "members" more than half of all, "notice" more than half of the votes cast.
VECTORS = [
    ("two thirds exactly, 6-3 of 30", (30, 6, 3, 7, False), "rescinded", ["two_thirds"]),
    ("one short of two thirds, 5-3 of 16", (16, 5, 3, 1, False), "kept", []),
    ("the same after notice", (16, 5, 3, 1, True), "rescinded", ["notice"]),
    ("a tie after notice", (16, 5, 5, 0, True), "kept", []),
    ("majority of all, 9-8 of 17", (17, 9, 8, 0, False), "rescinded", ["members"]),
    ("half of all is no majority, 8-7 of 16", (16, 8, 7, 0, False), "kept", []),
    (
        "all three, 5-0 of 7 after notice",
        (7, 5, 0, 0, True),
        "rescinded",
        ["two_thirds", "members", "notice"],
    ),
    ("two thirds of three, 2-1 of 5", (5, 2, 1, 0, False), "rescinded", ["two_thirds"]),
    ("two of four are not two thirds", (7, 2, 2, 0, False), "kept", []),
    ("20-11 is not two thirds", (61, 20, 11, 0, False), "kept", []),
    ("21-10 is", (61, 21, 10, 0, False), "rescinded", ["two_thirds"]),
    ("one vote and 4 abstentions", (9, 1, 0, 4, False), "rescinded", ["two_thirds"]),
    ("no vote cast", (7, 0, 0, 5, True), "kept", []),
    ("no quorum, however they voted", (9, 4, 0, 0, True), "inquorate", ["two_thirds", "notice"]),
]


def counted(members, yes, no, abstain, noticed, rule=None, **others):
    lines = roll(members, rescind=yes, keep=no, abstain=abstain, **others)
    return rescission.count(rule or VotingRule(), lines, noticed=noticed)


@pytest.mark.parametrize(("said", "given", "outcome", "reached"), VECTORS, ids=[v[0] for v in VECTORS])
def test_motion_to_rescind(said, given, outcome, reached):
    result = counted(*given)
    assert (result.outcome, [way.name for way in result.ways if way.reached]) == (outcome, reached)
    assert result.decided == (outcome != "inquorate")


def test_the_numbers_that_each_majority_takes():
    """9-8 with two abstentions, of 19 members."""
    result = counted(19, 9, 8, 2, True)
    assert [(way.base, way.needed) for way in result.ways] == [(17, 12), (19, 10), (17, 9)]
    assert (result.yes, result.no, result.abstain, result.present) == (9, 8, 2, 19)
    assert result.counts == {"rescind": 9, "keep": 8}


@pytest.mark.parametrize(
    ("rule", "needed"),
    [
        ({}, 5),  # of 9 who sit there
        ({"basis": "seats"}, 6),  # of 11 seats, two of them vacant
        ({"recused_stays_in_base": False}, 4),  # of 7 who are not recused
        ({"basis": "seats", "recused_stays_in_base": False}, 6),  # seats are a fixed number
    ],
)
def test_what_all_members_are(rule, needed):
    result = counted(9, 4, 0, 0, False, VotingRule(**rule), recused=2, vacant=2)
    assert next(way for way in result.ways if way.name == "members").needed == needed


@pytest.mark.parametrize(
    ("chair_votes", "outcome", "decided"),
    [("always", "rescinded", False), ("if_decisive", "rescinded", True), ("never", "kept", False)],
)
def test_the_chair_votes_as_the_rule_says(chair_votes, outcome, decided):
    """3-2 without the chair is short of two thirds; 4-2 with the chair is exactly two thirds."""
    lines = [Line(choice="rescind", chair=True)]
    lines += [Line(choice=choice) for choice in ["rescind"] * 3 + ["keep"] * 2]
    lines += [Line()] * 3
    result = rescission.count(VotingRule(chair_votes=chair_votes), lines, noticed=False)
    assert (result.outcome, result.chair_decided) == (outcome, decided)


def test_a_ballot_waits_for_a_chair_who_would_decide():
    lines = [Line(chair=True), *[Line(choice=c) for c in ["rescind"] * 3 + ["keep"] * 2], *[Line()] * 3]
    rule = VotingRule(chair_votes="if_decisive")

    def counting(rule, roll):
        return rescission.count(rule, roll, noticed=False)

    assert tally.chair_could_decide(rule, lines, ["rescind", "keep"], counting)
    certain = [Line(chair=True), *[Line(choice="rescind")] * 6]
    assert not tally.chair_could_decide(rule, certain, ["rescind", "keep"], counting)


def test_recusal_of_everyone_is_no_quorum():
    lines = [Line(choice="rescind", present=True, recused=True)] * 5
    assert rescission.count(VotingRule(), lines, noticed=True).outcome == "inquorate"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            (5, 4, 1, 0, False),
            (
                "5 of 5 seats took part; 3 are needed. Of 5 votes cast 4 are for rescinding. Two thirds of the votes cast take "
                "4: reached. More than half of 5 members takes 3: reached. More than half of the votes cast would take notice "
                "of the motion, and none was given in time. Rescinded."
            ),
        ),
        (
            (9, 1, 4, 0, True),
            (
                "5 of 9 seats took part; 5 are needed. Of 5 votes cast 1 is for rescinding. Two thirds of the votes cast take "
                "4: not reached. More than half of 9 members takes 5: not reached. More than half of the votes cast, after "
                "notice, takes 3: not reached. The decision stands."
            ),
        ),
        (
            (9, 1, 0, 0, True),
            "1 of 9 seats took part; 5 are needed. There was no quorum, so nothing was decided.",
        ),
    ],
)
def test_the_arithmetic_is_told_in_words(given, sentence):
    assert counted(*given).sentence == sentence
