"""The rules of voting and their arithmetic in words."""

import pytest

from policies.schema import Fraction, VotingRule
from reviews.tally import count
from reviews.wording import fraction_words, majority_words, quorum_words
from tests.reviews.rolls import roll, seats

TWO_THIRDS = Fraction(num=2, den=3, strict=False)


def test_sentence_of_a_carried_vote():
    sentence = count(VotingRule(), roll(9, approve=4, decline=2, abstain=1)).sentence
    assert sentence == (
        "7 of 9 seats took part; 5 are needed. Of 6 votes cast 4 are yes; more than half is needed. Carried."
    )


SENTENCES = [
    (
        {},
        seats(9, approve=3),
        "3 of 9 seats took part; 5 are needed. There was no quorum, so nothing was decided.",
    ),
    (
        {},
        seats(6, approve=2, request_changes=2, decline=1),
        (
            "5 of 6 seats took part; 4 are needed. Of 5 votes cast 2 are yes, 2 ask for changes and 1 declines; "
            "more than half is needed. No decision."
        ),
    ),
    (
        {"majority": TWO_THIRDS, "basis": "present"},
        seats(3, approve=1, approve_with_conditions=1, recused=1),
        (
            "3 of 3 seats took part; 2 are needed. 1 member is recused, counted towards the quorum. Of 3 members present "
            "2 are yes, 1 of them with conditions; at least two thirds are needed. Carried with conditions."
        ),
    ),
    (
        {},
        seats(1, request_changes=1),
        (
            "1 of 1 seat took part; 1 is needed. Of 1 vote cast 1 asks for changes; more than half is needed. "
            "Sent back for changes."
        ),
    ),
    (
        {"majority": Fraction(num=1, den=1, strict=False), "basis": "members"},
        seats(3, approve=3),
        "3 of 3 seats took part; 2 are needed. Of 3 members 3 are yes; all are needed. Carried.",
    ),
    (
        {},
        seats(2, abstain=2),
        "2 of 2 seats took part; 2 are needed. No votes were cast; more than half is needed. No decision.",
    ),
]


@pytest.mark.parametrize(("rule", "spec", "sentence"), SENTENCES)
def test_sentence_says_the_arithmetic(rule, spec, sentence):
    assert count(VotingRule(**rule), roll(**spec)).sentence == sentence


@pytest.mark.parametrize(
    ("num", "den", "strict", "words"),
    [
        (1, 2, True, "more than half"),
        (1, 2, False, "at least half"),
        (2, 3, False, "at least two thirds"),
        (3, 4, True, "more than three quarters"),
        (1, 1, False, "all"),
        (7, 12, True, "more than 7 in 12"),
    ],
)
def test_fraction_in_words(num, den, strict, words):
    assert fraction_words(Fraction(num=num, den=den, strict=strict)) == words


def test_quorum_in_words():
    assert (
        quorum_words(VotingRule(), 5, 9) == "5 of 9 seats must take part (more than half of the filled seats)"
    )
    fixed = quorum_words(VotingRule(quorum_fixed=3), 3, 9)
    assert fixed == "3 of 9 seats must take part (a fixed number)"


@pytest.mark.parametrize(
    ("basis", "words"),
    [
        ("cast", "At least two thirds of the votes cast; abstentions are not votes"),
        ("present", "At least two thirds of the members who take part; who abstains counts in it"),
        ("members", "At least two thirds of all members, whether they vote or not"),
        ("seats", "At least two thirds of all seats, vacant ones included"),
    ],
)
def test_majority_in_words(basis, words):
    assert majority_words(VotingRule(majority=TWO_THIRDS, basis=basis)) == words
