"""What is wrong with a pack, in words for its author: file, line, key, and what is allowed there."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from policies import pack_further
from policies.schema import Pack, Section
from policies.schema.base import PATTERNS
from policies.toml_lines import line_numbers, line_of

LONGEST = 80  # characters of what stands in the file that a message repeats
MOST = 200  # problems that a message lists


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: the line (None for the whole file), the key, a sentence."""

    line: int | None
    key: str
    text: str

    def sentence(self, name: str) -> str:
        """With the file's name before it: "small.toml, line 3, policy.slug: is missing"."""
        where = [name]
        if self.line is not None:
            where.append(f"line {self.line}")
        if self.key:
            where.append(self.key)
        return f"{', '.join(where)}: {self.text}"


class PackError(ValueError):
    """A pack that cannot be used: `name` of the file and all `problems`, one line each in the message."""

    def __init__(self, name: str, problems: list[Problem]) -> None:
        self.name = name
        self.problems = problems
        told = [problem.sentence(name) for problem in problems[:MOST]]
        if len(problems) > MOST:
            told.append(f"{name}: and {len(problems) - MOST:,} more")
        super().__init__("\n".join(told))


# What the parser says of what authors do most often, in plainer words.
_TOML = (
    (r"Cannot overwrite a value|Duplicate inline table key.*", "the same key stands here twice"),
    (r"Cannot declare \('(.*?)',?\) twice", r"the table [\1] is there already"),
)


def toml_problem(error: tomllib.TOMLDecodeError) -> Problem:
    """The parser's message, its line moved to the front."""
    found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    said = re.sub(r" \(at .*\)$", "", str(error))[:LONGEST]
    for theirs, plainer in _TOML:
        said = re.sub(f"^{theirs}$", plainer, said).replace("', '", ".")
    if found:
        return Problem(int(found.group(1)), "", f"is not TOML: {said} (column {found.group(2)})")
    return Problem(None, "", f"is not TOML: {said}")


def validation_problems(error: ValidationError, text: str, data: dict[str, Any]) -> list[Problem]:
    """Every problem with its line, in the order of the file; what concerns a missing key stands at its table."""
    lines = line_numbers(text)
    found: dict[tuple[Any, ...], Problem] = {}
    details = error.errors()
    details += pack_further.revealed(data, details)
    for detail in details:
        loc = tuple(part for part in detail["loc"] if not _union_member(part))
        if detail["type"] != "pack" and pack_further.taken_over(data, loc):
            continue  # it is told where it stands
        said = _said(detail, data)
        if detail["type"] == "value_error":
            loc = pack_further.narrowed(data, loc, said)
        problem = Problem(line_of(lines, loc), name_of(loc, data), said)
        # A value that fits no member of a union is reported once for each: the first says enough.
        found.setdefault(loc if len(loc) < len(detail["loc"]) else (loc, problem.text), problem)
    for loc, said in pack_further.joins(data, details):
        found.setdefault((loc, said), Problem(line_of(lines, loc), name_of(loc, data), said))
    return sorted(found.values(), key=lambda problem: problem.line or 0)


def _union_member(part: str | int) -> bool:
    """Whether this part of a place is no key of the file, but a member of a union, which pydantic names in between."""
    return isinstance(part, str) and bool(
        re.fullmatch(r"constrained-str|literal\[.*\]|str|int|float|bool", part)
    )


def name_of(loc: tuple[str | int, ...], data: Any) -> str:
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


def _short(given: Any) -> str:
    """What stands in the file, as far as it helps to find it."""
    text = repr(given)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _said(detail: ErrorDetails, data: dict[str, Any]) -> str:
    kind, given, context = detail["type"], _short(detail["input"]), detail.get("ctx", {})
    if kind == "extra_forbidden":
        circle = pack_further.circle(data, detail["loc"])
        return circle or _unknown_key(str(detail["loc"][-1]), _model_at(detail["loc"][:-1]))
    if kind == "literal_error":
        return f"must be {context['expected']}, not {given}"
    if kind == "string_pattern_mismatch":
        return f"{PATTERNS[context['pattern']]}, not {given}"
    if kind == "string_too_long":
        return f"is longer than {context['max_length']} characters"
    if kind == "value_error":
        return str(context["error"])
    return _SAID.get(kind, detail["msg"])


_TAKEN_OVER = {
    "same_as": "names no form that has a section of this id to take over",
    "without": "names a question that this section does not have; only of the standard one can questions be left out",
}


def _unknown_key(key: str, model: type[BaseModel] | None) -> str:
    if model is Section and key in _TAKEN_OVER:
        return _TAKEN_OVER[key]
    known = sorted(model.model_fields) if model else []
    key = key[:LONGEST]
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
