"""What is fulfilled and what is missing, by the table: every rule, and every reason why a part does not count."""

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials.stacks.pathways import Group, Held, Slot, Stack, progress

DAY = dt.date(2026, 6, 15)
KEYS = {name: uuid.uuid5(uuid.NAMESPACE_DNS, name) for name in "ABCDE"}


def slot(name, after=""):
    return Slot(KEYS[name], name, tuple(KEYS[one] for one in after))


def group(names, needed=None, name="", after=None):
    slots = tuple(slot(one, (after or {}).get(one, "")) for one in names)
    return Group(name, len(slots) if needed is None else needed, slots)


def on(text, status="valid", since=None):
    day = dt.date.fromisoformat(text)
    return Held(dt.date.fromisoformat(since) if since else day, day, status)


def held(**awards):
    return {KEYS[name]: one if isinstance(one, Held) else on(one) for name, one in awards.items()}


def said(stack, awards, day=DAY):
    found = progress(stack, awards, day)
    return found.fulfilled, found.done, found.total, found.missing


TWO = Stack((group("AB"),))
ANY = Stack((group("ABCD", 2),))
EACH = Stack((group("AB", 1, "Core"), group("CD", 1, "Choice")))
ORDER = Stack((group("AB", after={"B": "A"}),))
YEARS = Stack((group("ABC", 2),), within_years=3)


TABLE = [
    ("nothing held", TWO, held(), (False, 0, 2, ["Not earned, or revoked: A; B."])),
    ("one of two", TWO, held(A="2026-01-01"), (False, 1, 2, ["Not earned, or revoked: B."])),
    ("both", TWO, held(A="2026-01-01", B="2020-01-01"), (True, 2, 2, [])),
    ("something else does not count", TWO, held(A="2026-01-01", C="2026-01-01"),
     (False, 1, 2, ["Not earned, or revoked: B."])),
    ("expired", TWO, held(A="2026-01-01", B=on("2020-01-01", "expired")), (False, 1, 2, ["B has expired."])),
    ("suspended", TWO, held(A="2026-01-01", B=on("2020-01-01", "suspended")),
     (False, 1, 2, ["B is suspended."])),
    ("an unknown status never counts", TWO, held(A="2026-01-01", B=on("2020-01-01", "withdrawn")),
     (False, 1, 2, ["Not earned, or revoked: B."])),
    ("any two of four", ANY, held(B="2026-01-01", D="2026-01-01"), (True, 2, 2, [])),
    ("more than needed count once", ANY, held(A="2026-01-01", B="2026-01-01", D="2026-01-01"),
     (True, 2, 2, [])),
    ("one of four where two are needed", ANY, held(B="2026-01-01"),
     (False, 1, 2, ["Not earned, or revoked: 1 more (A or C or D)."])),
    ("one of each group", EACH, held(A="2026-01-01", D="2026-01-01"), (True, 2, 2, [])),
    ("two of one group are not one of each", EACH, held(A="2026-01-01", B="2026-01-01"),
     (False, 1, 2, ["Not earned, or revoked: 1 more of “Choice” (C or D)."])),
    ("in order", ORDER, held(A="2026-01-01", B="2026-02-01"), (True, 2, 2, [])),
    ("on the same day", ORDER, held(A="2026-01-01", B="2026-01-01"), (True, 2, 2, [])),
    ("out of order", ORDER, held(A="2026-02-01", B="2026-01-01"),
     (False, 1, 2, ["B was awarded without what comes before it."])),
    ("renewed after it", ORDER, held(A="2026-02-01", B=on("2026-03-01", since="2026-01-01")),
     (True, 2, 2, [])),
    ("what comes before was renewed since", ORDER, held(A=on("2026-05-01", since="2025-01-01"), B="2026-02-01"),
     (True, 2, 2, [])),
    ("what comes before has expired", ORDER, held(A=on("2024-01-01", "expired"), B="2026-01-01"),
     (False, 0, 2, ["A has expired.", "B was awarded without what comes before it."])),
    ("within three years, to the day", YEARS, held(A="2020-02-01", B="2023-02-01"), (True, 2, 2, [])),
    ("a day too many between them", YEARS, held(A="2020-02-01", B="2023-02-02"),
     (False, 0, 2, ["Not earned, or revoked: 2 more (A or B or C).", "A was awarded too long ago.",
                    "B was awarded too long ago."])),
    ("the older one is left out", YEARS, held(A="2010-01-01", B="2022-01-01", C="2024-12-31"),
     (True, 2, 2, [])),
    ("one that can still be joined", YEARS, held(A="2023-06-15"),
     (False, 1, 2, ["Not earned, or revoked: 1 more (B or C)."])),
    ("one that cannot be joined any more", YEARS, held(A="2023-06-14"),
     (False, 0, 2, ["Not earned, or revoked: 2 more (A or B or C).", "A was awarded too long ago."])),
    ("nothing linked yet", Stack(()), held(A="2026-01-01"), (False, 0, 0, ["It is not settled yet which credentials count."])),
]  # fmt: skip


@pytest.mark.clause("FIU-12", "MU-24")
def test_progress_by_the_table():
    for name, stack, awards, expected in TABLE:
        assert said(stack, awards) == expected, name


def test_stops_say_what_is_not_needed_any_more():
    found = progress(ANY, held(A="2026-01-01", B="2026-01-02", C=on("2020-01-01", "expired")), DAY)
    assert [(stop.slot.title, stop.state) for stop in found.stops] == [
        ("A", "counts"),
        ("B", "counts"),
        ("C", "not_needed"),
        ("D", "not_needed"),
    ]


def test_rules_in_words():
    rules = [
        group("A").rule,
        group("AB").rule,
        group("ABC").rule,
        group("ABCD", 1).rule,
        group("ABCD", 2).rule,
    ]
    assert rules == ["This one", "Both of these", "All 3 of these", "One of these 4", "Any 2 of these 4"]


AWARDS = st.dictionaries(st.sampled_from(sorted(KEYS)), st.dates(dt.date(2015, 1, 1), DAY), max_size=5).map(
    lambda found: {KEYS[name]: Held(day, day) for name, day in found.items()}
)


@given(AWARDS, st.sampled_from([TWO, ANY, EACH, YEARS]), st.sampled_from(sorted(KEYS)))
def test_one_more_award_never_undoes_what_is_fulfilled(awards, stack, more):
    """Without an order between parts: holding more is never less."""
    if progress(stack, awards, DAY).fulfilled and KEYS[more] not in awards:
        assert progress(stack, {**awards, KEYS[more]: Held(DAY, DAY)}, DAY).fulfilled


@given(AWARDS, st.sampled_from([TWO, ANY, EACH, YEARS, ORDER]))
def test_it_is_fulfilled_exactly_when_nothing_is_missing(awards, stack):
    found = progress(stack, awards, DAY)
    assert found.fulfilled is (found.missing == [])
    assert 0 <= found.done <= found.total
