"""Turns what a browser or a program sent into the value a field stores, or says why it cannot be one.

Every function takes the raw value, returns the stored one (None for "no answer") and raises `Unfit` with the end of
a sentence that begins with the question's label: "“Credits” " + "must be a whole number."
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from policies.schema import Choice, Column, FormField

LONGEST_LINE = 500  # characters of a text without a limit of its own
LONGEST_TEXT = 50_000
MOST_ROWS = 200
_DIRECTION_MARKS = "\u202a\u202b\u202c\u202d\u202e"  # they can make a text read as another one
_url = URLValidator(schemes=["http", "https"])


class Unfit(Exception):
    """The end of a sentence that says what is wrong."""


def coerced(field: FormField | Column, raw: Any) -> Any:
    """The value to store; None where there is no answer."""
    if raw is None or raw == "" or raw == []:
        return None
    if isinstance(field, FormField) and field.kind == "rows":
        return _rows(field.columns, raw)
    if field.kind in ("choice", "choices"):
        return _choice(field, raw)
    if isinstance(field, FormField) and field.kind == "text":
        return _line(raw, field.max_length or LONGEST_LINE)
    return _BY_KIND[field.kind](raw)


def _plain(raw: Any, longest: int) -> str:
    if not isinstance(raw, str):
        raise Unfit("must be text.")
    if len(raw) > longest * 4:  # before any work on it
        raise Unfit(f"is too long: {len(raw):,} characters; at most {longest:,} are possible.")
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
    for character in text:
        if character in _DIRECTION_MARKS or (
            unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t"
        ):
            raise Unfit(f"holds a hidden control character (U+{ord(character):04X}): type the text anew.")
    text = text.strip()
    if len(text) > longest:
        raise Unfit(f"is too long: {len(text):,} characters; at most {longest:,} are possible.")
    return text


def _line(raw: Any, longest: int = LONGEST_LINE) -> str | None:
    """One line: line ends and tabs become spaces."""
    return " ".join(_plain(raw, longest).split()) or None


def _long(raw: Any) -> str | None:
    return _plain(raw, LONGEST_TEXT) or None


def _integer(raw: Any) -> int:
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, str) and re.fullmatch(r"\s*[+-]?[0-9]{1,9}\s*", raw):
        raw = int(raw)
    if isinstance(raw, bool) or not isinstance(raw, int) or abs(raw) > 999_999_999:
        raise Unfit("must be a whole number.")
    return raw


def _decimal(raw: Any) -> int | float:
    if isinstance(raw, str) and re.fullmatch(r"\s*[+-]?[0-9]{1,9}(\.[0-9]{1,6})?\s*", raw):
        raw = float(raw)
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not abs(raw) < 1e9:
        raise Unfit("must be a number, with a point before decimals.")
    return int(raw) if float(raw).is_integer() else raw


def _boolean(raw: Any) -> bool:
    words = {
        "true": True,
        "on": True,
        "yes": True,
        "1": True,
        "false": False,
        "off": False,
        "no": False,
        "0": False,
    }
    known = (
        raw
        if isinstance(raw, bool)
        else words.get(str(raw).strip().lower())
        if isinstance(raw, str)
        else None
    )
    if known is None:
        raise Unfit("must be yes or no.")
    return known


def _date(raw: Any) -> str:
    try:
        if isinstance(raw, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", raw.strip()):
            return dt.date.fromisoformat(raw.strip()).isoformat()
    except ValueError:
        pass
    raise Unfit("must be a date, written as 2026-08-31.")


def _web_address(raw: Any) -> str | None:
    text = _line(raw, 2000)
    return _valid(_url, text, "must be a web address that begins with https:// or http://.")


def _email(raw: Any) -> str | None:
    return _valid(validate_email, _line(raw, 254), "must be an email address.")


def _valid(validator: Callable[[Any], object], text: str | None, otherwise: str) -> str | None:
    try:
        if text:
            validator(text)
    except ValidationError:
        raise Unfit(otherwise) from None
    return text


def _choice(field: FormField | Column, raw: Any) -> Any:
    if field.kind == "choice":
        if not isinstance(raw, str):
            raise Unfit("must be one of the choices offered.")
        return _known(field.choices, [raw])[0]
    wanted = [raw] if isinstance(raw, str) else raw
    if not isinstance(wanted, list) or not all(isinstance(one, str) for one in wanted):
        raise Unfit("must be a list of the choices offered.")
    _known(field.choices, wanted)
    return [choice.value for choice in field.choices if choice.value in wanted]


def _known(choices: Sequence[Choice], wanted: list[str]) -> list[str]:
    values = [choice.value for choice in choices]
    odd = [one for one in wanted if one not in values]
    if odd:
        raise Unfit(f"does not offer “{odd[0][:60]}”; choose from {', '.join(values)}.")
    return wanted


def _rows(columns: list[Column], raw: Any) -> list[dict[str, Any]] | None:
    """Lines of a table; lines with nothing in them are left out."""
    if not isinstance(raw, list) or not all(isinstance(row, dict) for row in raw):
        raise Unfit("must be a list of lines.")
    if len(raw) > MOST_ROWS:
        raise Unfit(f"has {len(raw)} lines; at most {MOST_ROWS} are possible.")
    rows = [_row(columns, number, row) for number, row in enumerate(raw, 1)]
    return [row for row in rows if row] or None


def _row(columns: list[Column], number: int, raw: dict[Any, Any]) -> dict[str, Any]:
    by_id = {column.id: column for column in columns}
    row: dict[str, Any] = {}
    for name, value in raw.items():
        if name not in by_id:
            raise Unfit(
                f"has no column “{str(name)[:60]}” (line {number}); its columns are {', '.join(by_id)}."
            )
        try:
            stored = coerced(by_id[name], value)
        except Unfit as unfit:
            raise Unfit(f"line {number}: “{by_id[name].label}” {unfit}") from None
        if stored is not None:
            row[name] = stored
    return {column.id: row[column.id] for column in columns if column.id in row}


def _no_file(raw: Any) -> None:
    raise Unfit("takes files, which are added to the proposal by themselves and are not part of the answers.")


_BY_KIND: dict[str, Callable[[Any], Any]] = {
    "text": _line,
    "longtext": _long,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "date": _date,
    "url": _web_address,
    "email": _email,
    "files": _no_file,
}
