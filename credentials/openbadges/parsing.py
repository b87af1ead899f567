"""Reading what strangers send: JSON with limits, where every reader must see the same thing.

Source: RFC 8259, section 4 (two members of one name are read differently by different parsers).
"""

import json
import re
from collections.abc import Iterator
from typing import Any

LARGEST = 1_000_000  # bytes of one document
DEEPEST = 40
LONGEST = 500  # items of one list
MOST = 5000  # members and items in all; the cost of canonicalising grows with its square
HIGHEST = 1e30
HALF = re.compile("[\ud800-\udfff]")

Json = dict[str, Any]


def parse_json(data: bytes | str, longest: int = LONGEST, most: int = MOST) -> Json:
    """The JSON object in `data`. ValueError, in words, for anything that is not exactly one sound object."""
    text = utf8(data)
    if len(text) > LARGEST:
        raise ValueError("it is too large")
    try:
        value = json.loads(text, object_pairs_hook=once_each, parse_constant=refuse, parse_int=whole)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON (line {error.lineno}, column {error.colno})") from error
    if not isinstance(value, dict):
        raise ValueError("it is not a JSON object")
    check_size(value, longest, most)
    return value


def utf8(data: bytes | str) -> str:
    try:
        return data if isinstance(data, str) else data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError("it is not UTF-8 text") from error


def once_each(pairs: list[tuple[str, Any]]) -> Json:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("it names a member twice")
    return members


def refuse(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def whole(digits: str) -> int:
    """Long numbers are refused before they are read, which takes time by the square of their length."""
    if len(digits) > 40:
        raise ValueError("it holds a number beyond reason")
    return int(digits)


def check_size(value: Json, longest: int = LONGEST, most: int = MOST) -> None:
    """ValueError for more nesting, longer lists or more parts than a credential can need, and unsound values."""
    if sum(1 for _ in parts(value, longest)) > most:
        raise ValueError("it has too many parts")


def parts(value: Any, longest: int, depth: int = 0) -> Iterator[Any]:
    """Every member and item, checked on the way."""
    if depth > DEEPEST:
        raise ValueError("it is nested too deeply")
    check_leaf(value)
    if isinstance(value, dict):
        for name, item in value.items():
            check_leaf(name if isinstance(name, str) else object())
            yield name
            yield from parts(item, longest, depth + 1)
    elif isinstance(value, list):
        if len(value) > longest:
            raise ValueError("one of its lists is too long")
        for item in value:
            yield item
            yield from parts(item, longest, depth + 1)


def check_leaf(value: Any) -> None:
    """ValueError for half characters, numbers beyond reason, and what is not JSON."""
    if isinstance(value, str):
        if HALF.search(value):
            raise ValueError("it holds half a character")
    elif isinstance(value, int | float):
        if not abs(value) <= HIGHEST:
            raise ValueError("it holds a number beyond reason")
    elif value is not None and not isinstance(value, dict | list):
        raise ValueError("it holds something that JSON cannot say")
