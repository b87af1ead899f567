"""Reading what strangers send: JSON with limits, where every reader must see the same thing.

Source: RFC 8259, section 4 (two members of one name are read differently by different parsers).
"""

import json
from typing import Any

LARGEST = 1_000_000  # bytes of one document
DEEPEST = 40

Json = dict[str, Any]


def parse_json(data: bytes | str) -> Json:
    """The JSON object in `data`. ValueError, in words, for anything that is not exactly one sound object."""
    text = utf8(data)
    if len(text) > LARGEST:
        raise ValueError("it is too large")
    try:
        value = json.loads(text, object_pairs_hook=once_each, parse_constant=refuse_constant)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON (line {error.lineno}, column {error.colno})") from error
    if not isinstance(value, dict):
        raise ValueError("it is not a JSON object")
    check_value(value)
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


def refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def check_value(value: Any, depth: int = 0) -> None:
    """ValueError for nesting beyond reason, half characters, and numbers that are not finite."""
    if depth > DEEPEST:
        raise ValueError("it is nested too deeply")
    if isinstance(value, dict):
        for name, item in value.items():
            check_value(name)
            check_value(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            check_value(item, depth + 1)
    elif isinstance(value, str):
        if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
            raise ValueError("it holds half a character")
    elif isinstance(value, float) and value in (float("inf"), float("-inf")):
        raise ValueError("it holds a number without end")
    elif value is not None and not isinstance(value, int | float):
        raise ValueError("it holds something that JSON cannot say")
