"""What credentials are filtered by, and how their words are written: pure."""

import pytest

from credentials.catalogue.facets import LONG, MIDDLE, SHORT, parted, time_of
from credentials.catalogue.texts import configuration, unaccented


@pytest.mark.parametrize(
    ("hours", "workload", "expected"),
    [
        (15, "", SHORT), (16, "", MIDDLE), (45, "", MIDDLE), (46, "", LONG), (None, "30 hours over 5 weeks", MIDDLE),
        (None, "10 to 12 hours", SHORT), (None, "1,5 hours", SHORT), (None, "120 contact hours", LONG), (None, "A term", ""),
        (10, "60 hours", SHORT), (None, "", ""),
    ],
)  # fmt: skip
def test_time_is_by_the_hours_that_are_told(hours, workload, expected):
    assert time_of(hours, workload) == expected


def test_labels_with_commas_stay_whole():
    assert parted("Online, in real time, In person", ["Online, in real time", "Online"]) == [
        "Online, in real time",
        "In person",
    ]
    assert parted("") == []


@pytest.mark.parametrize(
    ("tag", "expected"), [("en", "english"), ("de-CH", "german"), ("nb", "norwegian"), ("mi", "simple")]
)
def test_language_decides_how_words_are_formed(tag, expected):
    assert configuration(tag) == expected
    assert unaccented("Ångström, Café") == "Angstrom, Cafe"
