"""`make clauses`: what enforces each clause, and which tests prove it."""

import copy

import pytest

from policies.loader import packs
from policies.schema import Pack
from policies.traces import uses
from tools import clauses

TESTS = """
import pytest

pytestmark = pytest.mark.clause("TP-1")


@pytest.mark.clause("TP-2", "TP-3")
def test_two_at_once():
    pass


@pytest.mark.parametrize("n", [1, pytest.param(2, marks=pytest.mark.clause("TP-4"))])
def test_one_case(n):
    pass


def test_tp5_and_tp_6_by_name():
    assert "TP-7"


def helper_tp8():
    pass
"""


@pytest.fixture
def proved(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_small.py").write_text(TESTS)
    return clauses.proofs(tmp_path / "tests")


@pytest.fixture
def pack():
    return packs()["model"]


def changed(pack, change):
    data = copy.deepcopy(pack.model_dump(mode="json"))
    change(data)
    return Pack.model_validate(data)


def test_tests_carry_clauses_by_marker_and_by_name(proved):
    small = "tests/test_small.py::"
    assert proved == {
        "TP-1": [small + "test_two_at_once", small + "test_one_case", small + "test_tp5_and_tp_6_by_name"],
        "TP-2": [small + "test_two_at_once"],
        "TP-3": [small + "test_two_at_once"],
        "TP-4": [small + "test_one_case"],
        "TP-5": [small + "test_tp5_and_tp_6_by_name"],
        "TP-6": [small + "test_tp5_and_tp_6_by_name"],
    }


def test_a_clause_without_a_test_is_a_problem(pack):
    everything = {clause.id: ["tests/x.py::test_x"] for clause in pack.clauses}
    assert clauses.problems(pack, everything) == []
    del everything["MU-4"]
    assert clauses.problems(pack, everything) == ["MU-4: no test carries it, and it has no mark"]


def test_a_clause_that_no_rule_names_is_a_problem_and_a_mark_is_none(pack):
    def add(later):
        entry = {"id": "MU-99", "kind": "guard", "text": "Nothing enforces this.", "later": later}
        return lambda data: data["clauses"].append(entry)

    everything = {clause.id: ["tests/x.py::test_x"] for clause in pack.clauses}
    assert clauses.problems(changed(pack, add("")), everything) == [
        "MU-99: no rule of the pack names it, and it has no mark",
        "MU-99: no test carries it, and it has no mark",
    ]
    assert clauses.problems(changed(pack, add("It comes with the wallet.")), everything) == []


def test_an_id_that_no_pack_has_is_a_stray(pack):
    proved = {"MU-999": ["tests/x.py::test_x"], "SHA-256": ["tests/x.py::test_y"]}
    assert clauses.strays([pack], proved) == [
        "MU-999: no pack has this clause, but tests/x.py::test_x carries it"
    ]


def test_what_enforces_a_clause_is_said_in_words():
    found = uses(packs()["montana"])
    assert "type “Certificate (12 credits or more)”" in found["UM-4"]
    assert "criterion “It has fewer than 12 credits.”" in found["UM-4"]
    assert "body “Interdisciplinary subcommittee”, seat “Staff”" in found["UM-18"]
    assert "body “Interdisciplinary subcommittee”, experience" in found["UM-18"]
    assert "pilot, decision" in found["UM-16"]
    assert "issuance, certifier “um_online”" in found["UM-2"]


def test_every_clause_of_every_pack_is_enforced_and_proved_or_marked(capsys):
    """The report ends with the counts, and nothing is missing. The five documents have 97 clauses, by hand."""
    assert clauses.main() == 0
    said = capsys.readouterr().out
    assert "\n97 of 97 clauses of 5 universities enforced, 26 of 26 of our own policy; no marks" in said


def test_a_mark_or_a_missing_proof_is_no_enforcement(pack):
    proved = {clause.id: ["tests/x.py::test_x"] for clause in pack.clauses}
    whole = len(pack.clauses)
    assert clauses.summary([pack], proved).startswith("0 of 0 clauses of 0 universities enforced, ")
    first, second = pack.clauses[:2]
    del proved[first.id]
    marked = second.model_copy(update={"later": "Some day."})
    rest = pack.model_copy(update={"clauses": [first, marked, *pack.clauses[2:]]})
    assert f"{whole - 2} of {whole} of our own policy; 1 marks" in clauses.summary([rest], proved)
