"""Packs with very much in them, and with odd values anywhere: what is wrong is told, briefly and soon."""

import copy
import tomllib

import pytest
from pydantic import ValidationError

from policies.loader import PackError, parse
from policies.pack_errors import validation_problems
from policies.schema import Pack
from policies.toml_lines import paths_of
from tests.policies.examples import SMALL


def message(text):
    with pytest.raises(PackError) as caught:
        parse(text, "small.toml")
    return str(caught.value)


def test_a_long_value_is_not_repeated_whole():
    text = SMALL.replace('slug = "small"', f'slug = "{"Q" * 15_000}"')
    assert len(message(text)) < 400


def test_very_many_problems_are_counted():
    lines = message("\n".join(f"k{n} = 1" for n in range(3_000))).splitlines()
    assert len(lines) == 201
    assert lines[-1] == "small.toml: and 2,810 more"  # 3,000 unknown keys and 10 missing tables


def test_thousands_of_entries_are_looked_through_at_once():
    more = "".join(f'[[clauses]]\nid = "SC-{n}"\nkind = "guard"\ntext = "T"\n' for n in range(2, 15_000))
    said = message(SMALL + more + '[[clauses]]\nid = "SC-7"\nkind = "guard"\ntext = "T"\n')
    assert said.endswith('clauses.SC-7: "SC-7" is there already: each has one entry')


# --- whatever stands there --------------------------------------------------------------------------


def set_at(data, path, value):
    """A copy with the value at this place."""
    data = copy.deepcopy(data)
    inside = data
    for part in path[:-1]:
        inside = inside[part]
    inside[path[-1]] = value
    return data


@pytest.mark.parametrize("value", [0, "", "x", [], ["x"], {}, {"id": "x"}, [{}]], ids=repr)
def test_an_odd_value_anywhere_is_a_told_problem_or_a_pack(value):
    """Nothing breaks on it: each place of a pack in turn holds something that does not belong there."""
    data = tomllib.loads(SMALL)
    for path in paths_of(data):
        odd = set_at(data, path, value)
        try:
            Pack.model_validate(odd)
        except ValidationError as error:
            found = validation_problems(error, SMALL, odd)
            assert found
            assert all(problem.text and problem.line for problem in found), path
