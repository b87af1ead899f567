"""Files that are no pack at all are refused before anything looks into them, each with the whole message."""

import os

import pytest

from policies.loader import PackError, load


def file_message(path):
    with pytest.raises(PackError) as caught:
        load(path)
    return str(caught.value)


def test_a_missing_file(tmp_path):
    assert file_message(tmp_path / "none.toml") == "none.toml: cannot be read: No such file or directory"


def test_a_folder(tmp_path):
    assert file_message(tmp_path) == f"{tmp_path.name}: is a folder; a policy is a file"


def test_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe.toml")
    assert file_message(tmp_path / "pipe.toml") == "pipe.toml: is not an ordinary file"


@pytest.mark.parametrize(
    "content,said",
    [
        (b"", "pack.toml: is empty"),
        (b"\xef\xbb\xbf \n", "pack.toml: is empty"),
        (b"a" * 5_000_000, "pack.toml: is 5,000,000 bytes large; a pack has at most 1,000,000"),
        (b"\n\nname = \"Coll\xe8ge\"\n", "pack.toml, line 3: is not UTF-8 text; save it as UTF-8"),
        ("[policy]".encode("utf-16"), "pack.toml: is written in UTF-16; save it as UTF-8"),
        (b"PK\x03\x04 a spreadsheet", "pack.toml, line 1: is not TOML: Expected '=' after a key in a key/value pair (column 3)"),
        (b"<html></html>", "pack.toml, line 1: is not TOML: Invalid statement (column 1)"),
        (b"a = 1\nb = \x00\n", "pack.toml, line 2: is not TOML: Invalid value (column 5)"),
        (b"[policy]\nslug = \"a\"\nslug = \"b\"\n", "pack.toml, line 3: is not TOML: the same key stands here twice (column 11)"),
        (b"a = { b = 1, b = 2 }\n", "pack.toml, line 1: is not TOML: the same key stands here twice (column 19)"),
        (b"[look.a]\n[look.a]\n", "pack.toml, line 2: is not TOML: the table [look.a] is there already (column 8)"),
        (b"a = " + b"[\n" * 20_000, "pack.toml: is nested far deeper than a pack can be"),
        (b"a = " + b"{ a = " * 3_000, "pack.toml: is nested far deeper than a pack can be"),
        (b"\nkey = \"" + b"x" * 900_000 + b"\"", "pack.toml, line 2: has 900,008 characters; a line has at most 20,000"),
        (b"a" + b".a" * 400_000 + b" = 1", "pack.toml, line 1: has 800,005 characters; a line has at most 20,000"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_pack(tmp_path, content, said):
    file = tmp_path / "pack.toml"
    file.write_bytes(content)
    assert file_message(file) == said
