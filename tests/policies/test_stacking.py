"""The rules of a stack as its approved list says them, and what in such a list is refused when it is filed."""

import pytest

from policies.engine import Facts, errors
from policies.loader import packs
from policies.stacking import stack_rules
from tests.policies.examples import MODEL

FACTS = Facts(proposers=1, type="micro_certificate")


@pytest.fixture
def pack():
    return packs()["model"]


def row(part, group="", needed=None, after=""):
    cells = {"part": part, "group": group, "needed": needed, "after": after}
    return {name: value for name, value in cells.items() if value not in ("", None)}


def listed(*rows, years=None):
    found = {"parts": list(rows), "within_years": years}
    return {**MODEL, "set": {name: value for name, value in found.items() if value is not None}}


def rules(pack, *rows, years=None):
    """Each group as (name, needed, lines), each line as (text, numbers of the lines before it)."""
    found = stack_rules(pack, listed(*rows, years=years))
    groups = [(g.name, g.needed, [(line.text, line.after) for line in g.lines]) for g in found.groups]
    return groups, found.within_years


@pytest.mark.clause("MU-24", "FIU-12")
def test_rules_of_a_list(pack):
    table = {
        "all of a plain list": (
            [row("A"), row("B")],
            [("", 2, [("A", ()), ("B", ())])],
        ),
        "any two of three": (
            [row("A", needed=2), row("B"), row("C")],
            [("", 2, [("A", ()), ("B", ()), ("C", ())])],
        ),
        "one of each group, whatever the case and the spaces": (
            [row("A", "Core"), row("B", "Choice", 1), row("C", " choice ")],
            [("Core", 1, [("A", ())]), ("Choice", 1, [("B", ()), ("C", ())])],
        ),
        "order between parts": (
            [row("A"), row("B"), row("C", after="a ; B")],
            [("", 3, [("A", ()), ("B", ()), ("C", (1, 2))])],
        ),
    }
    for name, (rows, groups) in table.items():
        assert rules(pack, *rows) == (groups, None), name
    assert rules(pack, row("A"), row("B"), years=3)[1] == 3


@pytest.mark.clause("MU-24", "FIU-12")
def test_a_list_that_could_never_be_fulfilled_is_not_filed(pack):
    table = [
        ([row("A"), row("a")], "Line 2, “a”, stands in the list already."),
        ([row("A"), row("B", after="C")], "Line 2 comes after “c”, which is not a line of the list."),
        (
            [row("A", "G", 1), row("B", "G", 2)],
            "How many of the group “G” are needed is said differently: 1 and 2.",
        ),
        ([row("A", "G", 3), row("B", "G")], "3 of the group “G” cannot be needed: it has 2."),
        ([row("A", needed=0), row("B")], "0 of the list cannot be needed: it has 2."),
        ([row("A", after="B"), row("B", after="A")], "Each of these waits for the other: A; B."),
        ([row("A", after="A"), row("B")], "Each of these waits for the other: A."),
    ]
    for rows, text in table:
        found = [(r.clause, r.field, r.text) for r in errors(pack, "proposal", listed(*rows), FACTS)]
        assert found == [("MU-24", "set.parts", text)], rows
    assert errors(pack, "proposal", listed(row("A", "G", 1), row("B", "G"), row("C", after="B")), FACTS) == []


def test_a_policy_without_the_columns_asks_for_all(pack):
    """Packs adopted before there were groups: the whole line is the name, and all lines are needed."""
    names = ("part_column", "group_column", "needed_column", "after_column", "within_years")
    older = pack.model_copy(update={"mapping": pack.mapping.model_copy(update=dict.fromkeys(names))})
    found = stack_rules(older, listed(row("A", "G", 1), row("B", "G")))
    assert [(g.name, g.needed, [line.text for line in g.lines]) for g in found.groups] == [
        ("", 2, ["A, G, 1", "B, G"])
    ]
