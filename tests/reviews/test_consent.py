"""Unanimous consent and presence as counts: pure, by the table; the laws of presence."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.schema import VotingRule
from reviews import tally
from reviews.meetings import consent
from reviews.tally import Line
from tests.reviews.rolls import roll

HERE, AWAY, EMPTY = Line(present=True), Line(away=True), Line(filled=False)


def said(there, *, members=9, recused=0, **rule):
    """Consent of so many in the room, of so many members."""
    lines = [HERE] * (there - recused) + [Line(present=True, recused=True)] * recused
    found = consent.count(VotingRule(**rule), [*lines, *[AWAY] * (members - there)])
    return found.outcome, found.agreed, found.sentence


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"there": 5},
            ("approve", 5, "5 of 9 seats were present; 5 are needed. Nobody objected: adopted by consent."),
        ),
        (
            {"there": 4},
            (
                "inquorate",
                4,
                "4 of 9 seats were present; 5 are needed. There was no quorum, so nothing was decided.",
            ),
        ),
        (
            {"there": 5, "recused": 1},
            (
                "approve",
                4,
                (
                    "5 of 9 seats were present; 5 are needed. 1 member is recused, counted towards the quorum. "
                    "Nobody objected: adopted by consent."
                ),
            ),
        ),
        (  # consent is no way round a majority of all members
            {"there": 5, "basis": "members", "majority": {"num": 2, "den": 3, "strict": False}},
            (
                "no_decision",
                5,
                "5 of 9 seats were present; 5 are needed. Only 5 members were there to agree; 6 are needed.",
            ),
        ),
        (
            {"there": 6, "basis": "members", "majority": {"num": 2, "den": 3, "strict": False}},
            ("approve", 6, "6 of 9 seats were present; 5 are needed. Nobody objected: adopted by consent."),
        ),
    ],
)
def test_consent_needs_quorum_and_majority_in_the_room(given, expected):
    assert said(**given) == expected


def test_consent_counts_no_votes():
    found = consent.count(VotingRule(), [HERE] * 5)
    assert (found.yes, found.no, found.abstain, set(found.counts.values())) == (0, 0, 0, {0})
    assert found.as_dict()["consent"] is True


# governance C1 rows 2, 4, 5 and C2: who is in the room makes the quorum, whether they vote or not.
@pytest.mark.parametrize(
    ("lines", "basis", "outcome"),
    [
        (roll(50, approve=13, decline=11, present=30), "cast", "approve"),
        (roll(50, approve=15, decline=9, present=30), "present", "no_decision"),
        (roll(50, approve=16, decline=8, present=30), "present", "approve"),
        (roll(50, approve=25, present=25), "cast", "inquorate"),
        (
            [*roll(5, approve=3, present=3), Line("approve", away=True), Line("approve", away=True)],
            "cast",
            "inquorate",
        ),
        ([*roll(4, approve=3, present=4), *[Line("decline", away=True)] * 3], "cast", "approve"),
    ],
)
def test_quorum_and_base_are_those_in_the_room(lines, basis, outcome):
    assert tally.count(VotingRule(basis=basis), lines).outcome == outcome


CHOICES = st.sampled_from(["", "abstain", *tally.OUTCOMES])
ROOM = st.lists(st.builds(Line, choice=CHOICES, present=st.just(True)), min_size=1, max_size=12)


@settings(deadline=None, max_examples=50)
@given(ROOM, st.lists(CHOICES, max_size=6))
def test_who_is_away_counts_like_who_never_voted(room, gone):
    left = [Line(choice, away=True) for choice in gone]
    never = [Line() for _ in gone]
    assert tally.count(VotingRule(), room + left) == tally.count(VotingRule(), room + never)


@settings(deadline=None, max_examples=50)
@given(ROOM, st.integers(0, 8))
def test_more_in_the_room_without_a_vote_never_undo_a_decision_by_votes_cast(room, more):
    before = tally.count(VotingRule(), [*room, *[Line()] * more])
    after = tally.count(VotingRule(), [*room, *[HERE] * more])
    assert not before.decided or after.outcome == before.outcome
