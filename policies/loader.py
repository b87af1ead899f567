"""Reads packs from files and from adopted texts. A pack that is wrong is refused with file, line and key."""

from __future__ import annotations

import hashlib
import os
import tomllib
from functools import lru_cache
from pathlib import Path

import rfc8785
from pydantic import ValidationError

from policies.pack_errors import PackError, Problem, toml_problem, validation_problems
from policies.schema import Pack

SHIPPED = Path(__file__).resolve().parent / "packs"
LARGEST = 1_000_000  # bytes; the largest pack that ships has about a twentieth of it
_BOMS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}

__all__ = ["PackError", "canonical_text", "load", "pack_from_text", "packs", "same_rules", "text_hash"]


def packs() -> dict[str, Pack]:
    """All packs by their slug: those that ship and those in IMPRIMATUR_POLICY_DIR.

    The variable names one directory, or several with the system's path separator between them. Read again when a
    file changes. Raises PackError for the first file that is wrong, and for a slug that two files claim.
    """
    return dict(_packs(tuple(_signature(path) for path in files())))


def files() -> list[Path]:
    """The pack files, those that ship first, each directory in alphabetical order."""
    named = [Path(part) for part in os.environ.get("IMPRIMATUR_POLICY_DIR", "").split(os.pathsep) if part]
    found = []
    for directory in [SHIPPED, *named]:
        if not directory.is_dir():
            raise PackError(str(directory), [Problem(None, "", "IMPRIMATUR_POLICY_DIR names no directory")])
        found += sorted(directory.glob("*.toml"))
    return found


def load(path: Path | str) -> Pack:
    """The pack in this file. Raises PackError with every problem found."""
    return parse(_decoded(Path(path)), Path(path).name)


def parse(text: str, name: str) -> Pack:
    """The pack that this TOML text describes; `name` is what errors call it."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PackError(name, [toml_problem(error)]) from None
    except RecursionError:
        raise PackError(name, [Problem(None, "", "is nested far deeper than a pack can be")]) from None
    try:
        return Pack.model_validate(data)
    except ValidationError as error:
        raise PackError(name, validation_problems(error, text, data)) from None


def canonical_text(pack: Pack) -> str:
    """The rules as canonical JSON (RFC 8785), defaults written out: what is adopted, hashed and kept."""
    return rfc8785.dumps(pack.model_dump(mode="json")).decode()


def text_hash(text: str) -> str:
    """The SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def pack_from_text(text: str) -> Pack:
    """The pack of an adopted text; parsed once for each text."""
    return _adopted(text_hash(text), text)


def same_rules(text: str, pack: Pack) -> bool:
    """Whether an adopted text says what this pack says.

    Texts are not compared letter by letter: a later version of the product writes keys that did not exist when an
    older text was adopted, with values that change nothing.
    """
    return canonical_text(pack_from_text(text)) == canonical_text(pack)


@lru_cache(maxsize=64)
def _adopted(digest: str, text: str) -> Pack:
    return Pack.model_validate_json(text, context={"adopted": True})


def _signature(path: Path) -> tuple[str, int, int]:
    stat = path.stat()
    return str(path), stat.st_mtime_ns, stat.st_size


@lru_cache(maxsize=4)
def _packs(signatures: tuple[tuple[str, int, int], ...]) -> dict[str, Pack]:
    found: dict[str, Pack] = {}
    claimed: dict[str, str] = {}
    for name, _, _ in signatures:
        pack = load(name)
        slug = pack.policy.slug
        if slug in found:
            said = f'"{slug}" is the slug of {claimed[slug]} already: give this file another one'
            raise PackError(Path(name).name, [Problem(None, "policy.slug", said)])
        found[slug], claimed[slug] = pack, Path(name).name
    return found


def _decoded(path: Path) -> str:
    """The file's text. A byte order mark, which some editors write, is passed over."""

    def refuse(said: str, line: int | None = None) -> PackError:
        return PackError(path.name, [Problem(line, "", said)])

    try:
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
