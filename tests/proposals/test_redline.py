"""The red-line of two texts: spans by word, its laws, and 50,000 words. All expectations by hand."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proposals.redline import ADDED, REMOVED, SAME, Span, align, texts


def same(text):
    return Span(text, SAME)


def added(text):
    return Span(text, ADDED)


def removed(text):
    return Span(text, REMOVED)


def without(spans, kind):
    return "".join(span.text for span in spans if span.kind != kind)


# --- texts ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("old", "new", "spans"),
    [
        ("", "", []),
        ("Read and map.", "Read and map.", [same("Read and map.")]),
        ("", "Read.", [added("Read.")]),
        ("Read.", "", [removed("Read.")]),
        (
            "The course takes six weeks.",
            "The course takes eight weeks.",
            [same("The course takes "), removed("six"), added("eight"), same(" weeks.")],
        ),
        ("You read data.", "You read fire data.", [same("You read "), added("fire "), same("data.")]),
        (
            "The quick brown fox of the north and the wood.",
            "The slow red fox of the north and the wood.",
            [
                same("The "),
                removed("quick brown"),
                added("slow red"),
                same(" fox of the north and the wood."),
            ],
        ),
        ("One. Two. Three.", "One. Three.", [same("One. "), removed("Two. "), same("Three.")]),
        (
            "First line\nSecond",
            "First line\nThird",
            [same("First line\n"), removed("Second"), added("Third")],
        ),
        (
            "It's 3.5 points",
            "It's 4.5 points",
            [same("It's "), removed("3.5"), added("4.5"), same(" points")],
        ),
        (
            "<b>bold</b> claim & more",
            "<b>bold</b> claim & less",
            [same("<b>bold</b> claim & "), removed("more"), added("less")],
        ),
        ("我学习数据", "我学会数据", [same("我学"), removed("习"), added("会"), same("数据")]),
        (
            "naïve plan today",
            "naïve idea today",
            [same("naïve "), removed("plan"), added("idea"), same(" today")],
        ),
    ],
)
def test_spans_by_word(old, new, spans):
    assert texts.compare(old, new) == spans


def test_a_passage_with_too_little_in_common_is_shown_as_rewritten():
    old = "Learners of the programme write reports for their supervisors every week."
    new = "Anybody can join us: nothing but curiosity matters to a good teacher."
    assert texts.compare(f"Same. {old}", f"Same. {new}") == [same("Same. "), removed(old), added(new)]


@pytest.mark.parametrize(
    ("old", "new"), [("one\r\ntwo\rthree", "one\ntwo\nthree"), ("cafe\u0301", "caf\u00e9")]
)
def test_what_nobody_can_see_is_no_change(old, new):
    assert texts.compare(old, new) == [same(new)]


def test_a_line_break_alone_has_a_sign():
    spans = texts.compare("One. Two.", "One.\n\nTwo.")
    assert spans == [same("One."), removed(" "), added("\n\n"), same("Two.")]
    assert [span.sign for span in spans] == ["", "␣", "¶", ""]


def test_values_that_are_no_prose_are_compared_whole():
    assert texts.replaced("On campus", "On line") == [removed("On campus"), added("On line")]
    assert texts.replaced("3", "3") == [same("3")]


def test_long_unchanged_text_is_left_out_around_a_change():
    before = " ".join(f"a{n}" for n in range(100))
    after = " ".join(f"z{n}" for n in range(100))
    spans = texts.abridged(texts.compare(f"{before} old {after}", f"{before} new {after}"))
    assert [span.kind for span in spans] == ["skipped", SAME, REMOVED, ADDED, SAME, "skipped"]
    assert spans[0].text == "… 88 words unchanged …"
    assert spans[1].text.split() == [f"a{n}" for n in range(88, 100)]
    assert spans[4].text.split() == [f"z{n}" for n in range(12)]
    short = texts.compare("a b c old", "a b c new")
    assert texts.abridged(short) == short


# Text made of few words, so that the two have much in common, and of any signs at all.
WORDS = st.sampled_from(
    ["the", "a", "data", "fire", "map", ".", ",", " ", "  ", "\n", "é", "<b>", "我", "👩‍🚀", "x-y"]
)
TEXTS = st.one_of(st.lists(WORDS, max_size=60).map("".join), st.text(max_size=80))


@given(TEXTS, TEXTS)
@settings(deadline=None, max_examples=300)
def test_without_what_was_added_it_is_the_old_text_and_without_what_was_removed_the_new(old, new):
    spans = texts.compare(old, new)
    assert without(spans, ADDED) == texts.tidy(old)
    assert without(spans, REMOVED) == texts.tidy(new)
    assert all(span.text for span in spans)


@given(TEXTS)
@settings(deadline=None)
def test_a_text_compared_with_itself_has_no_change(text):
    assert texts.compare(text, text) == ([same(texts.tidy(text))] if text else [])


@given(TEXTS, TEXTS)
@settings(deadline=None)
def test_two_kinds_of_change_never_touch_their_own_kind(old, new):
    kinds = [span.kind for span in texts.compare(old, new)]
    assert all(one != other for one, other in zip(kinds, kinds[1:], strict=False))
    assert (ADDED, REMOVED) not in zip(kinds, kinds[1:], strict=False)


@given(st.text(max_size=200))
@settings(deadline=None)
def test_the_words_of_a_text_are_the_whole_text(text):
    assert "".join(texts.words(text)) == text


@given(st.lists(st.integers(0, 9), max_size=40), st.lists(st.integers(0, 9), max_size=40), st.integers(1, 60))
@settings(deadline=None)
def test_sequences_are_aligned_from_end_to_end_however_little_may_be_compared(old, new, cells):
    before, align.MOST_CELLS = align.MOST_CELLS, cells
    try:
        blocks = align.align(old, new)
    finally:
        align.MOST_CELLS = before
    assert [n for block in blocks for n in old[block.i1 : block.i2]] == old
    assert [n for block in blocks for n in new[block.j1 : block.j2]] == new
    assert all(old[b.i1 : b.i2] == new[b.j1 : b.j2] for b in blocks if b.same)


# --- 50,000 words ---------------------------------------------------------------------------------
@pytest.fixture
def cells(monkeypatch):
    """The size of every alignment that was made: how many pairs it compared."""
    made = []
    common = align.common

    def counting(x, y):
        made.append(len(x) * len(y))
        return common(x, y)

    monkeypatch.setattr(align, "common", counting)
    return made


def prose(name, sentences=5_000):
    """50,000 words: sentences of ten words."""
    return " ".join(f"{name} {n} has seven more words to be read." for n in range(sentences))


def test_one_word_changed_in_fifty_thousand_is_one_change(cells):
    old = prose("Sentence")
    new = old.replace("Sentence 2500 has", "Sentence 2500 had")
    spans = texts.compare(old, new)
    assert [span.kind for span in spans] == [SAME, REMOVED, ADDED, SAME]
    assert [span.text for span in spans[1:3]] == ["has", "had"]
    assert cells == [1, 1]  # one sentence, one word


def test_fifty_thousand_other_words_are_rewritten_within_bounds(cells):
    old = prose("Sentence")
    new = " ".join(f"Line {n} tells nothing of what stood there till then." for n in range(5_000))
    assert texts.compare(old, new) == [removed(old), added(new)]
    assert (
        max(cells) == 5_000 * 5_000
    )  # the sentences; the words are cut at the numbers, which both have once
    assert sum(cells) <= 2 * max(cells)


@pytest.mark.parametrize("separator", [" ", "\n"])
def test_the_worst_fifty_thousand_words_stay_within_bounds(cells, separator):
    # No sentence ends, few different words, nothing that occurs once: there is nothing to cut at.
    old = separator.join(f"w{n * n % 7}" for n in range(50_000))
    new = separator.join(f"w{n * n % 11}" for n in range(50_000))
    spans = texts.compare(old, new)
    assert without(spans, ADDED) == old and without(spans, REMOVED) == new
    assert all(size <= align.MOST_CELLS for size in cells)
    assert sum(cells) <= 10 * align.MOST_CELLS


def test_one_paragraph_of_fifty_thousand_words_with_a_change_in_every_tenth(cells):
    old = [f"word{n}" for n in range(50_000)]
    new = [f"{word}x" if n % 10 == 0 else word for n, word in enumerate(old)]
    spans = texts.compare(" ".join(old), " ".join(new))
    assert [s.text for s in spans if s.kind == ADDED] == [f"word{n}x" for n in range(0, 50_000, 10)]
    # The words that stayed occur once, so the paragraph is cut at them and hardly anything is left to compare.
    assert sum(cells) <= 50_000


def test_one_paragraph_in_which_every_word_comes_again_is_cut_at_rows_of_words(cells):
    # Each of 3,000 words returns again and again; rows of four words hardly do.
    drawn = random.Random(4)
    old = [f"w{drawn.randrange(3_000)}" for _ in range(50_000)]
    new = [*old[:100], "first", *old[100:40_000], "second", *old[40_001:]]
    spans = texts.compare(" ".join(old), " ".join(new))
    assert without(spans, ADDED) == " ".join(old) and without(spans, REMOVED) == " ".join(new)
    assert [span.text.strip() for span in spans if span.kind == ADDED] == ["first", "second"]
    assert all(size <= align.MOST_CELLS for size in cells)
