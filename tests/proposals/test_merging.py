"""Merging by answer: who wrote what without having seen what. All expectations by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.schema import FormField
from proposals.merging import BOTH, NOTHING, TAKE, digest, fate, joined

ROWS = [{"name": "Plan"}, {"name": "Edit"}]


@pytest.mark.parametrize(
    ("shown", "now", "written", "becomes"),
    [
        ("a", "a", "b", TAKE),
        ("a", "b", "a", NOTHING),  # only the other changed it
        ("a", "b", "c", BOTH),
        ("a", "b", "b", NOTHING),  # both wrote the same
        ("a", "a", "a", NOTHING),
        (None, None, "a", TAKE),
        (None, "a", "b", BOTH),
        (None, "a", None, NOTHING),
        ("a", "a", None, TAKE),  # emptied
        ("a", None, "b", BOTH),  # emptied by the other
        ("a", "b", None, BOTH),
        (None, True, False, NOTHING),  # a box that the other ticked and I left alone
        (None, None, False, TAKE),
        (3, 3, 4, TAKE),
        (1, True, 2, BOTH),  # yes is not one
        (ROWS, ROWS, ROWS[:1], TAKE),
        (ROWS, ROWS[:1], ROWS, NOTHING),
        (ROWS, ROWS[:1], ROWS[1:], BOTH),
        (["x"], ["x", "y"], ["x", "z"], BOTH),
    ],
)
def test_what_becomes_of_an_answer(shown, now, written, becomes):
    assert fate(digest(shown), now, written) == becomes


@given(*[st.none() | st.text("ab", max_size=2)] * 3)
@settings(deadline=None, max_examples=60)
def test_nothing_that_was_written_is_dropped_unless_it_stands_there_or_was_not_changed(shown, now, written):
    becomes = fate(digest(shown), now, written)
    if becomes == NOTHING:
        assert digest(written) in (digest(now), digest(shown))
    if becomes == TAKE:
        assert digest(now) == digest(shown)


@pytest.mark.parametrize("nothing", [None, "", "  ", []])
def test_no_answer_has_no_digest(nothing):
    assert digest(nothing) == ""


TEXT = FormField(id="text", label="Text", kind="longtext")


@pytest.mark.parametrize(
    ("theirs", "mine", "both"),
    [
        ("Six weeks online.", "Eight weeks online.", "Six Eight weeks online."),
        ("Read maps.", "Read maps. Draw them.", "Read maps. Draw them."),
        ("Read maps. Sell them.", "Read maps. Draw them.", "Read maps. Sell Draw them."),
        ("Read maps.", None, "Read maps."),
        (None, "Read maps.", "Read maps."),
    ],
)
def test_two_texts_as_one_hold_what_both_say(theirs, mine, both):
    assert joined(TEXT, theirs, mine) == both


def test_two_texts_with_nothing_in_common_stand_one_below_the_other():
    theirs = "Learners of the programme write reports for their supervisors every single week."
    mine = "Anybody can join us: nothing but curiosity matters to a good and patient teacher."
    assert joined(TEXT, theirs, mine) == f"{theirs}\n\n{mine}"


@given(st.text("ab .", max_size=30), st.text("ab .", max_size=30))
@settings(deadline=None, max_examples=60)
def test_both_texts_are_in_the_joined_one_sign_by_sign(theirs, mine):
    for text in (theirs, mine):
        signs = iter(joined(TEXT, theirs, mine) or "")
        assert all(one in signs for one in text if one.strip())


def test_rows_and_choices_are_joined_each_once():
    rows = FormField(id="rows", label="Rows", kind="rows", columns=[{"id": "name", "label": "Name"}])
    assert joined(rows, ROWS, [{"name": "Edit"}, {"name": "Test"}]) == [*ROWS, {"name": "Test"}]
    offered = [{"value": one, "label": one} for one in ("x", "y", "z")]
    choices = FormField(id="some", label="Some", kind="choices", choices=offered)
    assert joined(choices, ["x", "z"], ["y", "z"]) == ["x", "y", "z"]
    assert joined(FormField(id="one", label="One", kind="choice", choices=offered), "x", "y") == "x"
