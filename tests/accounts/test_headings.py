"""What the headings of a list mean: plainly, as somebody chose before, or as a guess that somebody looks at."""

import pytest

from accounts.tables import ColumnSpec
from accounts.tables.headings import chosen_by_hand, laid_out, wrong_choices

COLUMNS = (
    ColumnSpec("name", aliases=("student",)),
    ColumnSpec("email", "email", required=True, aliases=("mail",)),
    ColumnSpec("evidence url", "url"),
)


@pytest.mark.parametrize(
    "headings, remembered, samples, expected, doubtful",
    [
        (["Student", "E-Mail", "Evidence_URL"], {}, [], ["name", "email", "evidence url"], [0, 0, 0]),
        (["line", "name", "mail", "what is wrong"], {}, [], ["", "name", "email", ""], [0, 0, 0, 0]),
        (["Matrikel", "mail"], {"matrikel": ""}, [], ["", "email"], [0, 0]),
        (["Kontakt", "Person"], {"kontakt": "email", "person": "name"}, [], ["email", "name"], [0, 0]),
        (["mail", "Kontakt"], {"mail": "", "kontakt": "email"}, [], ["", "email"], [0, 0]),
        (["Kontakt"], {"kontakt": "a column that was"}, [["a@b.example"]], ["email"], [1]),
        (["Kontakt", "Name"], {}, [["a@b.example", "A"], ["", "B"]], ["email", "name"], [1, 0]),
        (["Evidence URLs", "mail"], {}, [], ["evidence url", "email"], [1, 0]),
        (["mail", "e-mail"], {}, [], ["email", ""], [0, 1]),
        (["", "mail"], {}, [], ["", "email"], [0, 0]),
        (["Shoe size", "mail"], {}, [["44", "a@b.example"]], ["", "email"], [1, 0]),
    ],
)
def test_headings_are_plain_remembered_or_guessed(headings, remembered, samples, expected, doubtful):
    found = laid_out(headings, COLUMNS, remembered, samples)
    assert (found.columns, [int(one) for one in found.doubtful]) == (expected, doubtful)
    assert found.certain is not any(doubtful)


def test_a_list_that_lacks_what_it_must_have_is_not_certain():
    found = laid_out(["name"], COLUMNS, {})
    assert (found.lacks, found.certain) == (["email"], False)


def test_only_what_headings_do_not_say_by_themselves_is_remembered():
    chosen = chosen_by_hand(
        ["Student", "E-Mail", "Kontakt", "Size", ""], ["name", "", "email", "", ""], COLUMNS
    )
    assert chosen == {"email": "", "kontakt": "email", "size": ""}


def test_wrong_choices_are_named():
    assert wrong_choices(["name", "name", "shoe"], COLUMNS) == [
        "“shoe” is not a column of this list.",
        "“name” is chosen twice.",
        "Say which column holds “email”.",
    ]
    assert wrong_choices(["", "email"], COLUMNS) == []
