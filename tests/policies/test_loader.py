"""Reading packs: what is wrong is told with file, line and key; adopted texts are stable."""

import hashlib
import json

import pytest

from policies.loader import (
    PackError,
    canonical_text,
    load,
    pack_from_text,
    packs,
    parse,
    same_rules,
    text_hash,
)
from tests.policies.examples import SMALL


def message(text, name="small.toml"):
    with pytest.raises(PackError) as caught:
        parse(text, name)
    return str(caught.value)


def line_in(text, content, nth=1):
    """The number of the nth line with this content."""
    return [i for i, line in enumerate(text.splitlines(), 1) if line == content][nth - 1]


def test_the_small_pack_loads():
    assert parse(SMALL, "small.toml").policy.institution == "Small College"


def test_the_shipped_packs_load():
    assert sorted(packs()) == ["cu_boulder", "model", "montana"]
    assert packs()["montana"].policy.institution == "University of Montana"


def test_unknown_key_names_line_key_and_the_one_meant():
    text = SMALL.replace('label = "Text"', 'lable = "Text"')
    first, second = message(text).splitlines()
    assert first.startswith(
        "small.toml, line 34, forms.proposal.sections.main.fields.text.label: is missing"
    )  # line 34 is the table's
    assert second == (
        "small.toml, line 36, forms.proposal.sections.main.fields.text.lable: there is no such key. "
        'Is "label" meant? The keys here are choices, clause, columns, help, id, kind, label, material, max_items, '
        "max_length, max_words, maximum, min_items, min_words, minimum, pattern, pattern_help, required, when"
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
        ('slug = "small"', 'slug = "Small College"', "policy.slug", "'Small College' does not have the form that is needed here"),
        ('revision = "1"', 'revision = "' + "1" * 41 + '"', "policy.revision", "is longer than 40 characters"),
        ('title = "Badges"', 'title = ""', "policy.title", "must not be empty"),
    ],
)  # fmt: skip
def test_wrong_type(old, new, key, said):
    text = SMALL.replace(old, new, 1)
    assert message(text).startswith(f"small.toml, line {line_in(text, new)}, {key}: {said}")


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
        ("[policy]\n\n[policy]\n", "small.toml, line 3: is not TOML: Cannot declare ('policy',) twice"),
        ("a = 1\na = 2\n", "small.toml, line 2: is not TOML: Cannot overwrite a value"),
        ("<html></html>", "small.toml, line 1: is not TOML: "),
        ("[policy]\nx = [\n", "small.toml: is not TOML: "),
    ],
)
def test_broken_toml(text, said):
    assert message(text).startswith(said)


def test_nested_without_end():
    assert "nested far deeper" in message("a = " + "[" * 5000 + "]" * 5000)


def written(tmp_path, content, name="pack.toml"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def file_error(path):
    with pytest.raises(PackError) as caught:
        load(path)
    return str(caught.value)


def test_an_empty_file(tmp_path):
    assert file_error(written(tmp_path, b"")) == "pack.toml: is empty"
    assert file_error(written(tmp_path, b" \n\n")) == "pack.toml: is empty"


def test_a_huge_file(tmp_path):
    huge = written(tmp_path, b"# filler\n" * 600_000)  # 5.4 MB
    assert file_error(huge) == "pack.toml: is 5,400,000 bytes large; a pack has at most 1,000,000"


def test_a_file_in_another_encoding(tmp_path):
    text = SMALL.replace("Small College", "Collège")
    line = line_in(text, 'institution = "Collège"')
    latin = written(tmp_path, text.encode("latin-1"))
    assert file_error(latin) == f"pack.toml, line {line}: is not UTF-8 text; save it as UTF-8"
    assert (
        file_error(written(tmp_path, text.encode("utf-16")))
        == "pack.toml: is written in UTF-16; save it as UTF-8"
    )


def test_a_byte_order_mark_and_windows_line_ends_are_passed_over(tmp_path):
    path = written(tmp_path, b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert load(path) == parse(SMALL, "small.toml")


def test_lines_are_right_with_windows_line_ends(tmp_path):
    text = SMALL.replace('approver = "Senate"', "approver = 5").replace("\n", "\r\n")
    assert file_error(written(tmp_path, text.encode())).startswith("pack.toml, line 7, policy.approver:")


def test_a_file_that_is_not_there(tmp_path):
    assert file_error(tmp_path / "none.toml") == "none.toml: cannot be read: No such file or directory"


def test_a_directory_of_ones_own(tmp_path, monkeypatch):
    monkeypatch.setenv("IMPRIMATUR_POLICY_DIR", str(tmp_path))
    written(tmp_path, SMALL.encode())
    assert sorted(packs()) == ["cu_boulder", "model", "montana", "small"]
    written(tmp_path, SMALL.replace("Small College", "Smaller College").encode())
    assert packs()["small"].policy.institution == "Smaller College"
    (tmp_path / "pack.toml").unlink()
    assert "small" not in packs()


def test_two_directories(tmp_path, monkeypatch):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    monkeypatch.setenv("IMPRIMATUR_POLICY_DIR", f"{tmp_path / 'a'}:{tmp_path / 'b'}")
    written(tmp_path / "a", SMALL.encode())
    written(tmp_path / "b", SMALL.replace('slug = "small"', 'slug = "other"').encode())
    assert {"small", "other"} <= set(packs())


def test_a_slug_claimed_twice(tmp_path, monkeypatch):
    monkeypatch.setenv("IMPRIMATUR_POLICY_DIR", str(tmp_path))
    written(tmp_path, SMALL.replace('slug = "small"', 'slug = "model"').encode())
    with pytest.raises(PackError, match=r'pack.toml, policy.slug: "model" is the slug of model.toml already'):
        packs()


def test_a_directory_that_does_not_exist(tmp_path, monkeypatch):
    monkeypatch.setenv("IMPRIMATUR_POLICY_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(PackError, match="IMPRIMATUR_POLICY_DIR names no directory"):
        packs()


@pytest.mark.parametrize("slug", ["cu_boulder", "model", "montana"])
def test_canonical_text_is_stable_and_complete(slug):
    pack = packs()[slug]
    text = canonical_text(pack)
    assert pack_from_text(text) == pack
    assert canonical_text(pack_from_text(text)) == text
    assert same_rules(text, pack)


def test_canonical_text_does_not_depend_on_layout():
    other = SMALL.replace(
        'institution = "Small College"\nslug = "small"',
        '# note\nslug   = "small"\ninstitution = "Small College"',
    )
    assert other != SMALL
    assert canonical_text(parse(other, "x")) == canonical_text(parse(SMALL, "x"))


def test_canonical_text_changes_with_a_rule():
    other = parse(SMALL.replace("max_length = 100", "max_length = 101"), "x")
    assert text_hash(canonical_text(other)) != text_hash(canonical_text(parse(SMALL, "x")))


def test_canonical_text_is_rfc_8785():
    """No blanks, keys sorted, numbers without needless parts."""
    text = canonical_text(parse(SMALL, "x"))
    data = json.loads(text)
    assert text == json.dumps(data, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    assert data["policy"]["effective_on"] == "2026-01-01"


def test_text_hash():
    assert text_hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert text_hash("é") == hashlib.sha256(b"\xc3\xa9").hexdigest()


def test_an_adopted_text_is_parsed_once():
    text = canonical_text(parse(SMALL, "x"))
    assert pack_from_text(text) is pack_from_text(text)


def test_an_adopted_text_without_newer_keys_says_the_same():
    """A text adopted before a key existed has not got it; the rules are the same."""
    pack = parse(SMALL, "x")
    data = json.loads(canonical_text(pack))
    del data["outreach"], data["proposing"], data["calendar"]["holidays"]
    older = json.dumps(data)
    assert pack_from_text(older) == pack
    assert same_rules(older, pack)


def test_an_adopted_text_is_read_even_if_later_checks_are_stricter():
    data = json.loads(canonical_text(parse(SMALL, "x")))
    data["criteria"][0]["clause"] = "SC-9"  # no such clause
    assert pack_from_text(json.dumps(data)).criteria[0].clause == "SC-9"
