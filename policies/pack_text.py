"""Reads the text of a pack file. What is no text, no TOML or far too large is refused before anything else looks at it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from policies.pack_errors import PackError, Problem, toml_problem

LARGEST = 1_000_000  # bytes; the largest pack that ships has about a tenth of it
LONGEST_LINE = 20_000  # characters
_BOMS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


def text_of(path: Path) -> str:
    """The file's text. A byte order mark, which some editors write, is passed over. Raises PackError."""

    def refuse(said: str, line: int | None = None) -> PackError:
        return PackError(path.name, [Problem(line, "", said)])

    try:
        if path.is_dir():
            raise refuse("is a folder; a policy is a file")
        if path.exists() and not path.is_file():
            raise refuse("is not an ordinary file")
        size = path.stat().st_size
        if size > LARGEST:
            raise refuse(f"is {size:,} bytes large; a pack has at most {LARGEST:,}")
        raw = path.read_bytes()
    except OSError as error:
        raise refuse(f"cannot be read: {error.strerror}") from None
    encoding = _BOMS.get(raw[:2])
    if encoding:
        raise refuse(f"is written in {encoding}; save it as UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse("is not UTF-8 text; save it as UTF-8", raw.count(b"\n", 0, error.start) + 1) from None
    if not text.strip():
        raise refuse("is empty")
    return text


def data_of(text: str, name: str) -> dict[str, Any]:
    """What the TOML text says; `name` is what errors call it. Raises PackError."""
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > LONGEST_LINE:  # some of them would keep the parser busy for minutes
            said = f"has {len(line):,} characters; a line has at most {LONGEST_LINE:,}"
            raise PackError(name, [Problem(number, "", said)])
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PackError(name, [toml_problem(error)]) from None
    except RecursionError:
        raise PackError(name, [Problem(None, "", "is nested far deeper than a pack can be")]) from None
