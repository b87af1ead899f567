"""What is wrong with a pack, in words for its author: file, line, key, and what is allowed there."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from policies.schema import Pack
from policies.schema.base import PATTERNS
from policies.toml_lines import line_numbers, line_of


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: the line (None for the whole file), the key, a sentence."""

    line: int | None
    key: str
    text: str


class PackError(ValueError):
    """A pack that cannot be used: `name` of the file and all `problems`, one line each in the message."""

    def __init__(self, name: str, problems: list[Problem]) -> None:
        self.name = name
        self.problems = problems
        super().__init__("\n".join(self._sentence(problem) for problem in problems))

    def _sentence(self, problem: Problem) -> str:
        where = [self.name]
        if problem.line is not None:
            where.append(f"line {problem.line}")
        if problem.key:
            where.append(problem.key)
        return f"{', '.join(where)}: {problem.text}"


def toml_problem(error: tomllib.TOMLDecodeError) -> Problem:
    """The parser's own message, its line moved to the front."""
    found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    said = re.sub(r" \(at .*\)$", "", str(error))
    if found:
        return Problem(int(found.group(1)), "", f"is not TOML: {said} (column {found.group(2)})")
    return Problem(None, "", f"is not TOML: {said}")


def validation_problems(error: ValidationError, text: str, data: dict[str, Any]) -> list[Problem]:
    """Every problem with its line, in the order of the file; what concerns a missing key stands at its table."""
    lines = line_numbers(text)
    found: dict[tuple[Any, ...], Problem] = {}
    for detail in error.errors():
        loc = tuple(part for part in detail["loc"] if not _union_member(part))
        problem = Problem(line_of(lines, loc), _name(loc, data), _said(detail))
        # A value that fits no member of a union is reported once for each: the first says enough.
        found.setdefault(loc if len(loc) < len(detail["loc"]) else (loc, problem.text), problem)
    return sorted(found.values(), key=lambda problem: problem.line or 0)


def _union_member(part: str | int) -> bool:
    """Whether this part of a place is no key of the file, but a member of a union, which pydantic names in between."""
    return isinstance(part, str) and bool(
        re.fullmatch(r"constrained-str|literal\[.*\]|str|int|float|bool", part)
    )


def _name(loc: tuple[str | int, ...], data: Any) -> str:
    """The key as people write it, list items by their id where they have one: forms.proposal.sections.offering.title."""
    name = ""
    for part in loc:
        data = _step_into(data, part)
        if isinstance(part, str):
            name += f".{part}" if name else part
        else:
            called = next(
                (data[key] for key in ("id", "state") if isinstance(data, dict) and key in data), None
            )
            name += f".{called}" if isinstance(called, str) else f"[{part}]"
    return name


def _step_into(data: Any, part: str | int) -> Any:
    try:
        return data[part]
    except (KeyError, IndexError, TypeError):
        return None


_SAID = {
    "missing": "is missing",
    "string_type": "must be text in quotation marks",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list: [ … ]",
    "dict_type": "must be a table",
    "model_type": "must be a table: [ … ] or { … }",
    "date_type": "must be a date such as 2026-08-31, without quotation marks",
    "date_parsing": "must be a date such as 2026-08-31",
    "date_from_datetime_parsing": "must be a date such as 2026-08-31",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
}


def _said(detail: ErrorDetails) -> str:
    kind, given, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(str(detail["loc"][-1]), _model_at(detail["loc"][:-1]))
    if kind == "literal_error":
        return f"must be {context['expected']}, not {given!r}"
    if kind == "string_pattern_mismatch":
        return f"{PATTERNS[context['pattern']]}, not {given!r}"
    if kind == "string_too_long":
        return f"is longer than {context['max_length']} characters"
    if kind == "value_error":
        return str(context["error"])
    return _SAID.get(kind, detail["msg"])


def _unknown_key(key: str, model: type[BaseModel] | None) -> str:
    known = sorted(model.model_fields) if model else []
    close = difflib.get_close_matches(key, known, 1)
    hint = f' Is "{close[0]}" meant?' if close else ""
    return f"there is no such key.{hint} The keys here are {', '.join(known)}"


def _model_at(loc: tuple[str | int, ...]) -> type[BaseModel] | None:
    """The part of the schema that describes this place."""
    model: type[BaseModel] | None = Pack
    for part in loc:
        if model and isinstance(part, str) and part in model.model_fields:
            model = _model_in(model.model_fields[part].annotation)
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in get_args(annotation) if (found := _model_in(one))), None)
