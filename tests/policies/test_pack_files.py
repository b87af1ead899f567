"""Where packs come from: files of all sorts, and the texts that were adopted. Folders are in test_library."""

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
from tests.policies.examples import SMALL, line_in

SHIPPED = ["cu_boulder", "cu_denver", "florida_international", "model", "montana", "uc_riverside"]


def test_the_shipped_packs_load():
    assert sorted(packs()) == SHIPPED
    assert packs()["montana"].policy.institution == "University of Montana"


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


@pytest.mark.parametrize("slug", SHIPPED)
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
