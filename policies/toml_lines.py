"""Finds the line of every key of a TOML text, which the standard parser does not tell.

The text has been parsed by `tomllib` before, so that it is known to be right; this only walks it again. Paths are
tuples of keys and list positions, as in the parsed data: ("forms", 0, "sections", 1, "id").
"""

from __future__ import annotations

import re
from typing import Any

Path = tuple[str | int, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BLANK = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")  # white space, line ends and comments
_TEXT = re.compile(
    r'"""(?:\\[\s\S]|(?!""")[\s\S])*"{3,5}'  # up to two quotes may stand before the closing three
    r"|'''(?:(?!''')[\s\S])*'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
)
_PLAIN = re.compile(r"[^,\]}#\n]+")  # numbers, dates, booleans
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}


def line_numbers(text: str) -> dict[Path, int]:
    """The line, counted from 1, at which each table, array item and key begins."""
    return _Walk(text.replace("\r\n", "\n")).walk()


def line_of(lines: dict[Path, int], path: Path) -> int | None:
    """The line of the path, or of the nearest table around it that the text has (1 for the whole file)."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


class _Walk:
    """One pass over the text; `at` is where it stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}  # arrays of tables: how many items so far
        self.counted, self.line = 0, 1  # `line` is the line at position `counted`

    def walk(self) -> dict[Path, int]:
        table: Path = ()
        self._skip(_GAP)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_GAP)
        return self.lines

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return found.group() if found else ""

    def _here(self, path: Path) -> None:
        """Remember the line of this path, the first time it is seen."""
        self.line += self.text.count("\n", self.counted, self.at)
        self.counted = self.at
        self.lines.setdefault(path, self.line)

    def _header(self) -> Path:
        array = self.text.startswith("[[", self.at)
        start = self.at
        self.at += 2 if array else 1
        keys = self._keys()
        end = self.at
        self.at = start  # the line is that of the bracket
        path: Path = ()
        for i, key in enumerate(keys):
            path = (*path, key)
            if array and i == len(keys) - 1:
                self._here(path)
                self.counts[path] = self.counts.get(path, -1) + 1
            if path in self.counts:
                path = (*path, self.counts[path])
            self._here(path)
        self.at = end
        self._skip(re.compile(r"[ \t]*\]{1,2}"))
        return path

    def _keys(self) -> list[str]:
        keys = []
        while True:
            self._skip(_BLANK)
            quoted = self._skip(_TEXT)
            keys.append(_unquoted(quoted) if quoted else self._skip(_BARE))
            self._skip(_BLANK)
            if not self.text.startswith(".", self.at):
                return keys
            self.at += 1

    def _pair(self, table: Path) -> None:
        start = self.at
        keys = self._keys()
        end, self.at = self.at, start
        path = table
        for key in keys:
            path = (*path, key)
            self._here(path)
        self.at = end + 1  # the equals sign
        self._skip(_BLANK)
        self._value(path)

    def _value(self, path: Path) -> None:
        opening = self.text[self.at : self.at + 1]
        if opening == "[":
            self._items(path, "]")
        elif opening == "{":
            self._items(path, "}")
        elif not self._skip(_TEXT):
            self._skip(_PLAIN)

    def _items(self, path: Path, closing: str) -> None:
        """The items of an array, or the pairs of an inline table."""
        self.at += 1
        number = 0
        self._skip(_GAP)
        while not self.text.startswith(closing, self.at):
            if closing == "]":
                self._here((*path, number))
                self._value((*path, number))
                number += 1
            else:
                self._pair(path)
            self._skip(_GAP)
            if self.text.startswith(",", self.at):
                self.at += 1
            self._skip(_GAP)
        self.at += 1


def _unquoted(text: str) -> str:
    if text.startswith("'"):
        return text[1:-1]
    return _ESCAPE.sub(_meant, text[1:-1])


def _meant(found: re.Match[str]) -> str:
    code = found.group(1)
    return chr(int(code[1:], 16)) if code[0] in "uU" and len(code) > 1 else _ESCAPED.get(code, code)


def paths_of(data: Any, path: Path = ()) -> list[Path]:
    """Every path in parsed data, for comparing with `line_numbers`."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else []
    return [found for key, value in pairs for found in ((*path, key), *paths_of(value, (*path, key)))]
