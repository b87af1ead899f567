"""Answers as values: `{section: {field: value}}`, where a field without an answer is simply not there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from policies.schema import Condition, Pack

Answers = dict[str, dict[str, Any]]


def value_at(answers: Answers, path: str) -> Any:
    """The answer at "section.field"; None where there is none (an empty text or list is none)."""
    section, _, field = path.partition(".")
    fields = answers.get(section)
    value = fields.get(field) if isinstance(fields, dict) else None
    return None if is_empty(value) else value


def is_empty(value: Any) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def applies(condition: Condition | None, answers: Answers, type: str = "") -> bool:
    """Whether the answers (and the type of credential) fit; no condition always applies."""
    if condition is None:
        return True
    return _holds(condition, answers, type) and all(applies(also, answers, type) for also in condition.also)


def _holds(condition: Condition, answers: Answers, type: str) -> bool:
    value = (type or None) if condition.field == "type" else value_at(answers, condition.field)
    if condition.absent or value is None:
        return condition.absent and value is None
    values = value if isinstance(value, list) else [value]
    return _fits(condition, values)


def _fits(condition: Condition, values: list[Any]) -> bool:
    if condition.any_of and not any(_same(value, one) for value in values for one in condition.any_of):
        return False
    if condition.none_of and any(_same(value, one) for value in values for one in condition.none_of):
        return False
    if condition.at_least is None and condition.below is None:
        return True
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    low = condition.at_least if condition.at_least is not None else float("-inf")
    high = condition.below if condition.below is not None else float("inf")
    return bool(numbers) and all(low <= number < high for number in numbers)


def _same(value: Any, other: Any) -> bool:
    """Equality in which true is not 1."""
    return isinstance(value, bool) == isinstance(other, bool) and bool(value == other)


def merged(old: Answers, raw: Any) -> Answers:
    """`raw`'s fields laid over `old`'s, for a save of a part of the document; clean the result afterwards.

    What is not shaped like answers is carried along, so that cleaning can say what is wrong with it.
    """
    if not isinstance(raw, dict):
        return raw  # type: ignore[no-any-return]
    result: Answers = {section: dict(fields) for section, fields in old.items()}
    for section, fields in raw.items():
        if isinstance(fields, dict):
            result[section] = {**result.get(section, {}), **fields}
        else:
            result[section] = fields
    return result


def combined(documents: Iterable[Answers]) -> Answers:
    """All documents of a proposal as one: where two answer the same field, the later one counts."""
    result: Answers = {}
    for document in documents:
        result = merged(result, document)
    return result


def prefill(pack: Pack, form_id: str, earlier: Answers) -> Answers:
    """The answers of earlier documents that this form asks for again under the same path."""
    result: Answers = {}
    for path, field in pack.form(form_id).fields_by_path().items():
        value = value_at(earlier, path)
        asked = [form.field(path) for form in pack.forms if form.id != form_id]
        if value is not None and any(other and other.kind == field.kind for other in asked):
            section, _, name = path.partition(".")
            result.setdefault(section, {})[name] = value
    return result


def changed_fields(pack: Pack, form_id: str, old: Answers, new: Answers) -> list[str]:
    """The paths whose answers differ, in the order of the form."""
    paths = pack.form(form_id).fields_by_path()
    return [path for path in paths if value_at(old, path) != value_at(new, path)]


def material_changed(pack: Pack, form_id: str, old: Answers, new: Answers) -> bool:
    """Whether a field changed that earlier approvals rest on."""
    fields = pack.form(form_id).fields_by_path()
    return any(fields[path].material for path in changed_fields(pack, form_id, old, new))
