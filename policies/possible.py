"""Whether an answer could ever fit a condition. `policies.answers.applies` judges the answers tried here."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from policies.answers import applies
from policies.schema import Condition, Form, FormField, Pack

_NUMBERS = ("integer", "decimal")
_JUST_UNDER = 0.001
_ANYTHING = "anything"


def possible(pack: Pack, condition: Condition | None, forms: Sequence[Form]) -> bool:
    """Whether documents of these forms (in the order in which they are filed) could fit. No condition always fits."""
    return _possible(pack, condition, forms, frozenset())


def _possible(pack: Pack, condition: Condition | None, forms: Sequence[Form], seen: frozenset[str]) -> bool:
    """`seen`: the fields on the way here, so that a circle of conditions comes to an end."""
    tests: dict[str, list[Condition]] = {}
    for test in _flat(condition):
        tests.setdefault(test.field, []).append(test)
    return all(
        any(_fits(found, path, value) for value in _tried(pack, path, found, forms, seen))
        for path, found in tests.items()
    )


def _flat(condition: Condition | None) -> Iterator[Condition]:
    """The condition and all that must hold too, each alone."""
    if condition is not None:
        yield condition.model_copy(update={"also": []})
        for also in condition.also:
            yield from _flat(also)


def _fits(tests: Iterable[Condition], path: str, value: Any) -> bool:
    if path == "type":
        return all(applies(test, {}, value) for test in tests)
    section, _, field = path.partition(".")
    answers = {} if value is None else {section: {field: value}}
    return all(applies(test, answers) for test in tests)


def _tried(
    pack: Pack, path: str, tests: Sequence[Condition], forms: Sequence[Form], seen: frozenset[str]
) -> list[Any]:
    """Answers of which one fits if any does; None stands for no answer."""
    if path == "type":
        return [kind.id for kind in pack.types if not kind.refused]
    asking = [form for form in forms if form.field(path)]
    if not asking or path in seen:
        return [None]
    last = asking[-1].field(path)
    found: list[Any] = [] if last and last.required and last.when is None and last.kind != "files" else [None]
    for form in asking:
        field = form.field(path)
        if field and _possible(pack, field.when, [form], seen | {path}):
            found += _values(field, tests)
    return found


def _values(field: FormField, tests: Sequence[Condition]) -> list[Any]:
    """Answers to one field that are worth trying."""
    if field.kind in _NUMBERS:
        return list(_numbers(field, tests))
    if field.kind == "choices":
        excluded = {value for test in tests for value in test.none_of}
        rest = [choice.value for choice in field.choices if choice.value not in excluded]
        return [rest] if rest else []
    known: dict[str, list[Any]] = {
        "choice": [choice.value for choice in field.choices],
        "boolean": [True, False],
        "files": [],  # they are no answers
        "rows": [[{}]],
    }
    texts = [value for test in tests for value in test.any_of if isinstance(value, str)]
    return known.get(field.kind, [*texts, _ANYTHING])


def _numbers(field: FormField, tests: Sequence[Condition]) -> Iterator[float]:
    """The edges of every limit and their neighbours, as far as the field takes them."""
    edges: list[float | None] = [0, field.minimum, field.maximum]
    for test in tests:
        edges += [test.at_least, None if test.below is None else test.below - _JUST_UNDER]
        edges += [v for v in test.any_of if isinstance(v, int | float) and not isinstance(v, bool)]
    low = -math.inf if field.minimum is None else field.minimum
    high = math.inf if field.maximum is None else field.maximum
    for edge in edges:
        for value in () if edge is None else (edge, math.floor(edge), math.ceil(edge), edge + 1):
            if low <= value <= high and (field.kind == "decimal" or value == int(value)):
                yield value
