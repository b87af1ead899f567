"""What a column may hold, and what is said about a cell that holds something else. Functions of values only."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

Kind = Literal["text", "email", "date", "url", "boolean", "integer"]

FORMULA_START = ("=", "+", "-", "@")
UNREADABLE = re.compile("[\udc80-\udcff\ufffd]")  # what bytes that are not the text's encoding become
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
DAY_NUMBER = re.compile(r"[2-6]\d{4}", re.ASCII)  # days as Excel counts them, 1954 to 2091
EXCEL_DAY_0 = dt.date(1899, 12, 30)
TRUE, FALSE = {"yes", "y", "true", "1", "x"}, {"no", "n", "false", "0"}
MISSING = {"email": "Write an e-mail address.", "date": "Write a date, as 2026-01-31."}

_is_url = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True)
class ColumnSpec:
    """A column of a list.

    `name` is its key in a row and its heading in the list (case, spaces, hyphens and underscores do not matter);
    `aliases` are other headings. `choices` maps what may be written (in any case) to what is meant. An empty cell
    gives "" for text, e-mail and url, and None for the other kinds and for choices.
    """

    name: str
    kind: Kind = "text"
    required: bool = False
    max_length: int = 200
    choices: Mapping[str, Any] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()

    def is_called(self, heading: str) -> bool:
        """Whether a heading of the list means this column."""
        return normal(heading) in {normal(name) for name in (self.name, *self.aliases)}


class Problem(NamedTuple):
    """What is wrong in a line (numbered as an editor or Excel does), in which column ("" for the whole line)."""

    line: int
    column: str
    text: str


class BadCell(ValueError):
    """Why a cell cannot be used, as a sentence."""


def normal(heading: str) -> str:
    """A heading without what people write differently."""
    return re.sub(r"[\s_\-]+", "", unicodedata.normalize("NFKC", heading)).casefold()


def tidy(text: str) -> str:
    """Composed characters, and no spaces (of any kind) around."""
    return unicodedata.normalize("NFC", text).strip()


def value_of(column: ColumnSpec, text: str) -> Any:
    """The value in a cell; BadCell with a sentence where there is none."""
    text = tidy(text)
    if UNREADABLE.search(text):
        raise BadCell("These characters cannot be read. Save the list as “CSV UTF-8” or as Excel (.xlsx).")
    if CONTROL.search(text):
        raise BadCell("There are control characters in this cell. Write it anew.")
    if not text:
        if column.required:
            raise BadCell(MISSING.get(column.kind, "Write something here."))
        return nothing(column)
    if text.startswith("'") and text[1:].startswith(FORMULA_START):
        text = text[1:]  # as our own files write it, so that no spreadsheet computes it
    if len(text) > 1 and text.startswith(FORMULA_START) and column.kind != "integer":
        raise BadCell(f"“{_short(text)}” looks like a formula. Write plain text, without = + - @ in front.")
    if len(text) > column.max_length:
        raise BadCell(f"There are {len(text)} characters; up to {column.max_length} are possible.")
    if column.choices:
        return _choice(column, text)
    return READERS[column.kind](text)


def nothing(column: ColumnSpec) -> str | None:
    """What an empty cell means."""
    return "" if column.kind in ("text", "email", "url") and not column.choices else None


def storable(text: str) -> str:
    """A text from a list as it can be stored and shown: what cannot be read is marked."""
    return CONTROL.sub("\ufffd", UNREADABLE.sub("\ufffd", text))


def shown(text: str) -> str:
    """The same, and short."""
    return _short(storable(text))


def _choice(column: ColumnSpec, text: str) -> Any:
    known = {normal(word): meant for word, meant in column.choices.items()}
    if normal(text) not in known:
        first: dict[Any, str] = {}
        for word, meant in column.choices.items():
            first.setdefault(meant, word)
        words = ", ".join(first.values())
        raise BadCell(f"“{_short(text)}” is not known here. Possible are: {words}.")
    return known[normal(text)]


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise BadCell(f"“{_short(text)}” is not an e-mail address.") from None
    return text.lower()


def _date(text: str) -> dt.date:
    if DAY_NUMBER.fullmatch(text):  # two calendars are in use for these, so that none is guessed
        day = f"{EXCEL_DAY_0 + dt.timedelta(days=int(text)):%-d %B %Y}"
        raise BadCell(f"“{text}” is a number. If it is {day}, give the cells the format of a date in Excel.")
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise BadCell(f"“{_short(text)}” is not a date as 2026-01-31.") from None


def _url(text: str) -> str:
    try:
        _is_url(text)
    except ValidationError:
        raise BadCell(f"“{_short(text)}” is not an address as https://….") from None
    return text


def _boolean(text: str) -> bool:
    word = text.casefold()
    if word not in TRUE | FALSE:
        raise BadCell(f"“{_short(text)}” is neither yes nor no.")
    return word in TRUE


def _integer(text: str) -> int:
    if not re.fullmatch(r"[+-]?\d{1,15}", text, re.ASCII):
        raise BadCell(f"“{_short(text)}” is not a whole number.")
    return int(text)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


READERS: dict[str, Callable[[str], Any]] = {
    "text": str,
    "email": _email,
    "date": _date,
    "url": _url,
    "boolean": _boolean,
    "integer": _integer,
}
