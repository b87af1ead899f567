"""Reading packs: what is wrong is told with file, line and key; adopted texts are stable."""

import pytest

from policies.loader import (
    PackError,
    parse,
)
from tests.policies.examples import SMALL, line_in


def message(text, name="small.toml"):
    with pytest.raises(PackError) as caught:
        parse(text, name)
    return str(caught.value)


def test_the_small_pack_loads():
    assert parse(SMALL, "small.toml").policy.institution == "Small College"


def test_unknown_key_names_line_key_and_the_one_meant():
    text = SMALL.replace('label = "Text"', 'lable = "Text"')
    first, second = message(text).splitlines()
    assert first.startswith(
        "small.toml, line 34, forms.proposal.sections.main.fields.text.label: is missing"
    )  # line 34 is the table's
    assert second == (
        "small.toml, line 36, forms.proposal.sections.main.fields.text.lable: there is no such key. "
        'Is "label" meant? The keys here are choices, clause, columns, help, id, kind, label, material, max_items, '
        "max_length, max_words, maximum, min_items, min_words, minimum, past, pattern, pattern_help, required, when"
    )


def test_wrong_value_names_what_is_allowed():
    text = SMALL.replace('kind = "rows"', 'kind = "table"')
    line = line_in(text, 'kind = "table"')
    assert message(text).startswith(
        f"small.toml, line {line}, forms.proposal.sections.main.fields.outcomes.kind: must be 'text', 'longtext', "
    )


@pytest.mark.parametrize(
    "old,new,key,said",
    [
        ("max_length = 100", 'max_length = "many"', "forms.proposal.sections.main.fields.title.max_length", "must be a whole number"),
        ("chair = true", 'chair = "perhaps"', "bodies.committee.seats.chair.chair", "must be true or false"),
        ("effective_on = 2026-01-01", 'effective_on = "soon"', "policy.effective_on", "must be a date such as 2026-08-31"),
        ('approver = "Senate"', "approver = 5", "policy.approver", "must be text in quotation marks"),
        ('outcomes = ["approve", "decline"]', 'outcomes = "approve"', "bodies.committee.outcomes", "must be a list: [ … ]"),
        ('slug = "small"', 'slug = "Small College"', "policy.slug", "must be a name of small letters, digits and underscores that begins with a letter, not 'Small College'"),
        ('revision = "1"', 'revision = "' + "1" * 41 + '"', "policy.revision", "is longer than 40 characters"),
        ('title = "Badges"', 'title = ""', "policy.title", "must not be empty"),
    ],
)  # fmt: skip
def test_wrong_type(old, new, key, said):
    text = SMALL.replace(old, new, 1)
    assert message(text).startswith(f"small.toml, line {line_in(text, new)}, {key}: {said}")


def test_a_value_that_fits_none_of_several_kinds_is_told_once():
    when = 'when = { field = "Main", any_of = [2026-01-01] }'
    text = SMALL.replace('body = "committee"', f'body = "committee"\n{when}')
    start = f"small.toml, line {line_in(text, when)}, stages.committee_review.steps.vote.when"
    assert message(text).splitlines() == [
        f"{start}.field: must name a section and a field with a point between, such as \"offering.title\", not 'Main'",
        f"{start}.any_of[0]: must be text in quotation marks",
    ]


@pytest.mark.parametrize(
    "old,new,said",
    [
        ('starts = "09-01"', 'starts = "9/1"', "must be a month and a day, such as \"08-31\", not '9/1'"),
        ('by = "proposer"', 'by = "The proposer"', 'must be a role such as "section_head", or an office'),
        (
            'id = "SC-1"',
            'id = "sc1"',
            "must be capital letters, a dash and a number, such as \"MU-12\", not 'sc1'",
        ),
        ('clause = "SC-1"', 'clause = "sc1"', "must be the id of a clause, such as \"MU-12\", not 'sc1'"),
        (
            'colour = "#333333"',
            'colour = "grey"',
            "must be a colour in small letters, such as \"#1f4d3a\", not 'grey'",
        ),
    ],
)
def test_forms_of_names_are_told_in_words(old, new, said):
    assert said in message(SMALL.replace(old, new, 1))


def test_missing_table_stands_at_the_file():
    text = SMALL.replace('[platform]\nkind = "open_badges"\n', "")
    assert message(text) == "small.toml, line 1, platform: is missing"


def test_every_problem_is_told_at_once_in_the_order_of_the_file():
    text = (
        SMALL.replace('approver = "Senate"', "approver = 5")
        .replace('colour = "#333333"', 'colour = "grey"')
        .replace('kind = "open_badges"', 'kind = "paper"')
    )
    lines = [problem.split(",")[1] for problem in message(text).splitlines()]
    platform = line_in(text, 'kind = "paper"')
    assert lines == [" line 7", " line 11", f" line {platform}"]


@pytest.mark.parametrize(
    "old,new,where,said",
    [
        ('clause = "SC-1"', 'clause = "SC-9"', "criteria[0].clause", 'there is no clause "SC-9" in this file'),
        ('by = "proposer"', 'by = "rector"', "stages.proposal.steps.file.by", 'there is no role "rector"; the roles are'),
        ('by = "proposer"', 'by = "office:dean"', "stages.proposal.steps.file.by", 'there is no office "dean" in this file'),
        ('body = "committee"', 'body = "senate"', "stages.committee_review.steps.vote.body", 'there is no body "senate" in this file'),
        ('title = "main.title"', 'title = "main.name"', "mapping.title", 'the form "proposal" has no field "main.name"'),
        ('competencies = "main.outcomes"', 'competencies = "main.text"', "mapping.competencies", '"main.text" is of kind "longtext"; needed is rows'),
        ('competency_column = "name"', 'competency_column = "aim"', "mapping.competency_column", '"main.outcomes" has no column "aim"'),
        ('check = { filled = ["main.text"] }', 'check = { filled = ["main.nothing"] }', "criteria[0].check", 'the form "proposal" has no field "main.nothing"'),
        ('forms = ["proposal"]', 'forms = ["intent"]', "criteria[0].forms[0]", 'there is no form "intent" in this file'),
    ],
)  # fmt: skip
def test_what_is_named_must_exist(old, new, where, said):
    text = SMALL.replace(old, new, 1)
    assert f"small.toml, line {line_in(text, new)}, {where}: {said}" in message(text)


def test_a_table_of_alignments_needs_names_and_addresses():
    text = SMALL.replace("[mapping]", '[mapping]\nalignments = "main.outcomes"')
    assert 'mapping.alignments: "main.outcomes" needs the columns name and url' in message(text)


def test_a_step_id_used_twice():
    text = SMALL.replace('id = "vote"', 'id = "file"')
    line = line_in(text, 'id = "file"', 2)
    assert message(text).startswith(
        f"small.toml, line {line}, stages.committee_review.steps.file.id: there is a step"
    )


def test_an_id_used_twice():
    text = SMALL + '\n[[clauses]]\nid = "SC-1"\nkind = "guard"\ntext = "Again."\n'
    line = line_in(text, "[[clauses]]", 2)
    assert (
        message(text) == f'small.toml, line {line}, clauses.SC-1: "SC-1" is there already: each has one entry'
    )


@pytest.mark.parametrize(
    "text,said",
    [
        (
            "[policy\n",
            "small.toml, line 1: is not TOML: Expected ']' at the end of a table declaration (column 8)",
        ),
        ('[policy]\nslug = "a\n', "small.toml, line 2: is not TOML: "),
        (
            "[policy]\n\n[policy]\n",
            "small.toml, line 3: is not TOML: the table [policy] is there already (column 8)",
        ),
        ("a = 1\na = 2\n", "small.toml, line 2: is not TOML: the same key stands here twice (column 6)"),
        ("<html></html>", "small.toml, line 1: is not TOML: "),
        ("[policy]\nx = [\n", "small.toml: is not TOML: "),
    ],
)
def test_broken_toml(text, said):
    assert message(text).startswith(said)


def test_nested_without_end():
    assert "nested far deeper" in message("a = " + "[" * 5000 + "]" * 5000)
