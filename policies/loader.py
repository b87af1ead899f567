"""Reads packs from files and from adopted texts. A pack that is wrong is refused with file, line and key."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import rfc8785
from pydantic import ValidationError

from policies.pack_errors import PackError, Problem, name_of, validation_problems
from policies.pack_text import data_of, text_of
from policies.schema import Pack
from policies.schema.checks import Problem as Placed
from policies.toml_lines import line_numbers, line_of

SHIPPED = Path(__file__).resolve().parent / "packs"
FOLDERS = "IMPRIMATUR_POLICY_DIR"
KEPT = 64  # packs of adopted texts, a process
_adopted: dict[str, Pack] = {}

__all__ = [
    "Library",
    "PackError",
    "PackFile",
    "canonical_text",
    "library",
    "load",
    "pack_from_text",
    "pack_of_hash",
    "packs",
    "parse",
    "read",
    "same_rules",
    "text_hash",
]


@dataclass(frozen=True)
class PackFile:
    """A pack with the text that it came from."""

    name: str
    text: str
    data: dict[str, Any]
    pack: Pack

    def located(self, found: list[Placed]) -> list[Problem]:
        """What was found in the pack, each with its line and key in the file, in the file's order."""
        lines = line_numbers(self.text)
        problems = [Problem(line_of(lines, loc), name_of(loc, self.data), said) for loc, said in found]
        return sorted(problems, key=lambda problem: problem.line or 0)


@dataclass(frozen=True)
class Library:
    """What the policy folders hold: packs and their files by slug, and what cannot be used, which stops no other."""

    packs: dict[str, Pack]
    paths: dict[str, Path]
    broken: tuple[PackError, ...]


def packs() -> dict[str, Pack]:
    """All packs by their slug: those that ship and those in IMPRIMATUR_POLICY_DIR; files that are wrong are left out."""
    return dict(library().packs)


def library() -> Library:
    """The policy folders as they are now. Read again when a file changes.

    IMPRIMATUR_POLICY_DIR names one folder, or several with the system's path separator between them. Broken is: a
    file that is wrong, one that claims a slug that an earlier file has, and a folder that does not exist.
    """
    missing = tuple(str(folder) for folder in folders() if not folder.is_dir())
    return _library(tuple(_signature(path) for path in files()), missing)


def folders() -> list[Path]:
    """The policy folders, the one that ships first, each once."""
    named = [Path(part) for part in os.environ.get(FOLDERS, "").split(os.pathsep) if part.strip()]
    return list(dict.fromkeys([SHIPPED, *(folder.resolve() for folder in named)]))


def files() -> list[Path]:
    """The pack files of all folders, each folder in alphabetical order. Hidden files are an editor's own."""
    return [
        path
        for folder in folders()
        if folder.is_dir()
        for path in sorted(folder.glob("*.toml"))
        if not path.name.startswith(".")
    ]


def load(path: Path | str) -> Pack:
    """The pack in this file. Raises PackError with every problem found."""
    return read(path).pack


def read(path: Path | str) -> PackFile:
    """The pack in this file, and its text. Raises PackError with every problem found."""
    path = Path(path)
    return _read(text_of(path), path.name)


def parse(text: str, name: str) -> Pack:
    """The pack that this TOML text describes; `name` is what errors call it."""
    return _read(text, name).pack


def _read(text: str, name: str) -> PackFile:
    data = data_of(text, name)
    try:
        return PackFile(name, text, data, Pack.model_validate(data))
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
    return pack_of_hash(text_hash(text), lambda: text)


def pack_of_hash(digest: str, text: Callable[[], str]) -> Pack:
    """The pack of the adopted text with this hash. The text itself, which is long, is asked for only when it is not
    known yet."""
    pack = _adopted.get(digest)
    if pack is None:
        pack = Pack.model_validate_json(text(), context={"adopted": True})
        for oldest in list(_adopted)[: len(_adopted) - KEPT + 1]:
            _adopted.pop(oldest, None)
        _adopted[digest] = pack
    return pack


def same_rules(text: str, pack: Pack) -> bool:
    """Whether an adopted text says what this pack says.

    Texts are not compared letter by letter: a later version of the product writes keys that did not exist when an
    older text was adopted, with values that change nothing.
    """
    return canonical_text(pack_from_text(text)) == canonical_text(pack)


def _signature(path: Path) -> tuple[str, int, int]:
    try:
        stat = path.stat()
    except OSError:  # a link that leads nowhere
        return str(path), 0, 0
    return str(path), stat.st_mtime_ns, stat.st_size


@lru_cache(maxsize=4)
def _library(signatures: tuple[tuple[str, int, int], ...], missing: tuple[str, ...]) -> Library:
    found: dict[str, Pack] = {}
    paths: dict[str, Path] = {}
    broken = [PackError(name, [Problem(None, "", f"{FOLDERS} names no folder")]) for name in missing]
    for name, _, _ in signatures:
        path = Path(name)
        try:
            pack = load(path)
            slug = pack.policy.slug
            if slug in found:
                said = f'"{slug}" is the slug of {paths[slug].name} already: give this file another one'
                raise PackError(path.name, [Problem(None, "policy.slug", said)])
        except PackError as error:
            broken.append(error)
        else:
            found[slug], paths[slug] = pack, path
    return Library(found, paths, tuple(broken))
