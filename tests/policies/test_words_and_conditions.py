"""Counting words, and conditions on answers."""

import pytest

from policies.engine import applies, combined, merged, value_at, word_count
from policies.schema import Condition


@pytest.mark.parametrize(
    "text,number",
    [
        ("", 0),
        ("   \n\t ", 0),
        ("one", 1),
        ("two words", 2),
        ("  spaces   do\nnot\tcount  ", 4),
        ("well-known is one", 3),
        ("a dash – between", 3),  # the dash alone is no word
        ("- bullet\n- list", 2),
        ("3.5 credits, 12 weeks", 4),
        ("don't", 1),
        ("(in brackets)", 2),
        ("... !!! ---", 0),
        ("non\u00a0breaking", 2),  # a no-break space parts words
        ("Ünïcödé façade", 2),
        ("and/or", 1),
    ],
)
def test_word_count(text, number):
    assert word_count(text) == number


ANSWERS = {
    "a": {
        "choice": "x",
        "many": ["x", "y"],
        "number": 3,
        "yes": True,
        "no": False,
        "blank": "  ",
        "empty": [],
    },
}


@pytest.mark.parametrize(
    "condition,expected",
    [
        ({"field": "a.choice", "any_of": ["x", "z"]}, True),
        ({"field": "a.choice", "any_of": ["z"]}, False),
        ({"field": "a.choice", "none_of": ["z"]}, True),
        ({"field": "a.choice", "none_of": ["x"]}, False),
        ({"field": "a.many", "any_of": ["y"]}, True),
        ({"field": "a.many", "any_of": ["z"]}, False),
        ({"field": "a.many", "none_of": ["y"]}, False),
        ({"field": "a.number", "at_least": 3}, True),
        ({"field": "a.number", "at_least": 4}, False),
        ({"field": "a.number", "below": 3}, False),
        ({"field": "a.number", "below": 4}, True),
        ({"field": "a.number", "at_least": 1, "below": 4}, True),
        ({"field": "a.choice", "at_least": 1}, False),  # text is no number
        ({"field": "a.yes", "any_of": [True]}, True),
        ({"field": "a.yes", "any_of": [1]}, False),  # true is not 1
        ({"field": "a.yes", "at_least": 0}, False),
        ({"field": "a.no", "any_of": [False]}, True),  # "no" is an answer
        ({"field": "a.missing", "any_of": ["x"]}, False),
        ({"field": "a.missing", "none_of": ["x"]}, False),  # no answer does not fit
        ({"field": "b.missing", "at_least": 0}, False),
        ({"field": "a.missing", "absent": True}, True),
        ({"field": "a.blank", "absent": True}, True),
        ({"field": "a.empty", "absent": True}, True),
        ({"field": "a.choice", "absent": True}, False),
        ({"field": "type", "any_of": ["badge"]}, True),
        ({"field": "type", "any_of": ["notation"]}, False),
        ({"field": "a.choice", "any_of": ["x"], "also": [{"field": "a.number", "below": 4}]}, True),
        ({"field": "a.choice", "any_of": ["x"], "also": [{"field": "a.number", "below": 2}]}, False),
    ],
)
def test_condition(condition, expected):
    assert applies(Condition(**condition), ANSWERS, "badge") is expected


def test_no_condition_always_applies():
    assert applies(None, {}) is True


@pytest.mark.parametrize("bad", [{}, {"absent": True, "any_of": ["x"]}, {"at_least": 5, "below": 4}])
def test_condition_that_makes_no_sense_is_refused(bad):
    with pytest.raises(ValueError, match=r"condition needs|stands alone|is above"):
        Condition(field="a.b", **bad)


def test_merged_lays_fields_over_and_keeps_the_rest():
    old = {"a": {"x": 1, "y": 2}, "b": {"z": 3}}
    assert merged(old, {"a": {"y": 5}, "c": {"w": 6}}) == {
        "a": {"x": 1, "y": 5},
        "b": {"z": 3},
        "c": {"w": 6},
    }
    assert old == {"a": {"x": 1, "y": 2}, "b": {"z": 3}}


def test_merged_carries_what_is_not_shaped_like_answers():
    assert merged({"a": {"x": 1}}, ["nonsense"]) == ["nonsense"]
    assert merged({"a": {"x": 1}}, {"a": "nonsense"}) == {"a": "nonsense"}


def test_combined_lets_later_documents_win():
    assert combined([{"a": {"x": 1, "y": 2}}, {"a": {"y": 3}}]) == {"a": {"x": 1, "y": 3}}
    assert combined([]) == {}


def test_value_at_without_an_answer_is_none():
    assert value_at({"a": {"x": ""}}, "a.x") is None
    assert value_at({"a": "odd"}, "a.x") is None
    assert value_at({}, "a.x") is None
    assert value_at({"a": {"x": 0}}, "a.x") == 0
