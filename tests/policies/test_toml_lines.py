"""The lines of keys, counted by hand, and the whole walk compared with the standard parser."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.loader import files
from policies.toml_lines import line_numbers, line_of, paths_of

TRICKY = '''\
# a comment [not.a.table]
root = 1

[table]
key = "value # no comment"
dotted.key = 2
"quoted key" = 'literal \\ text'

[[list]]
a = 1
[[list]]
a = 2
[list.inner]
b = """
[not.a.table]
c = "d"
"""
c = [
  1, # one
  { x = 1, y = { z = 2 } },
  [ "a", "b" ],
]

[[list.nested]]
d = 1979-05-27T07:32:00Z
[[list.nested]]
d = -1.5e3
e = { }
f = []

[[list]]
[[list.nested]]
g = true
[table.deep."odd.name"]
h = """a\\"""b""""
i = \'\'\'x\'\'y\'\'\'
"\\u0041" = "escaped"
'''


@pytest.mark.parametrize(
    "path,line",
    [
        (("root",), 2),
        (("table",), 4),
        (("table", "key"), 5),
        (("table", "dotted"), 6),
        (("table", "dotted", "key"), 6),
        (("table", "quoted key"), 7),
        (("list",), 9),
        (("list", 0), 9),
        (("list", 0, "a"), 10),
        (("list", 1), 11),
        (("list", 1, "a"), 12),
        (("list", 1, "inner"), 13),
        (("list", 1, "inner", "b"), 14),
        (("list", 1, "inner", "c"), 18),
        (("list", 1, "inner", "c", 0), 19),
        (("list", 1, "inner", "c", 1, "x"), 20),
        (("list", 1, "inner", "c", 1, "y", "z"), 20),
        (("list", 1, "inner", "c", 2, 1), 21),
        (("list", 1, "nested", 0, "d"), 25),
        (("list", 1, "nested", 1), 26),
        (("list", 1, "nested", 1, "d"), 27),
        (("list", 1, "nested", 1, "e"), 28),
        (("list", 2), 31),
        (("list", 2, "nested", 0, "g"), 33),
        (("table", "deep", "odd.name"), 34),
        (("table", "deep", "odd.name", "h"), 35),
        (("table", "deep", "odd.name", "i"), 36),
        (("table", "deep", "odd.name", "A"), 37),
    ],
)
def test_line_of_a_key(path, line):
    assert line_numbers(TRICKY)[path] == line


def test_the_walk_sees_what_the_parser_sees():
    assert set(line_numbers(TRICKY)) == set(paths_of(tomllib.loads(TRICKY)))


def test_windows_line_ends_do_not_matter():
    assert line_numbers(TRICKY.replace("\n", "\r\n")) == line_numbers(TRICKY)


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_every_key_of_the_packs_is_found(path):
    text = path.read_text()
    lines = line_numbers(text)
    assert set(lines) == set(paths_of(tomllib.loads(text)))
    content = text.splitlines()
    for found, line in lines.items():
        assert isinstance(found[-1], int) or str(found[-1]) in content[line - 1]


def test_a_missing_key_stands_at_its_table():
    lines = line_numbers(TRICKY)
    assert line_of(lines, ("list", 1, "inner", "missing")) == 13
    assert line_of(lines, ("nowhere", 3)) == 1


def as_toml(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {as_toml(one)}' for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[\n" + ', # } ] "\n'.join(as_toml(one) for one in value) + "\n]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return (
            '"'
            + "".join(
                f"\\u{ord(character):04X}" if character in '"\\' or ord(character) < 32 else character
                for character in value
            )
            + '"'
        )
    return str(value)


plain = st.booleans() | st.integers(-999, 999) | st.text("ab#[]{}=,.'\"\\\n é", max_size=8)
keys = st.text("abc.#[]= ", min_size=1, max_size=4)
trees = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=12
)


def has_table_in_list(value):
    """Inline tables cannot hold line ends, which lists here have."""
    if isinstance(value, dict):
        return any(isinstance(one, list) or has_table_in_list(one) for one in value.values())
    return any(has_table_in_list(one) for one in value) if isinstance(value, list) else False


@given(st.dictionaries(keys, trees.filter(lambda tree: not has_table_in_list(tree)), min_size=1, max_size=4))
def test_any_document_is_walked_as_it_is_parsed(data):
    text = "\n".join(f'"{key}" = {as_toml(value)}' for key, value in data.items())
    assert set(line_numbers(text)) == set(paths_of(tomllib.loads(text)))
