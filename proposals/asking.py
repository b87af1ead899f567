"""Which questions of a section are asked of this document: some hang on answers to others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policies.engine import Answers, applies, value_at
from policies.schema import Condition, FormField, Section

TESTS = {"any_of", "none_of", "at_least", "below", "absent"}


def asked(section: Section, answers: Answers, type: str) -> list[FormField]:
    """The questions to show: those that have an answer, and those that no answer of another section rules out."""
    return [
        field
        for field in section.fields
        if value_at(answers, f"{section.id}.{field.id}") is not None
        or not any(_ruled_out(test, section, answers, type) for test in _parts(field.when))
    ]


def tests_here(section: Section, field: FormField) -> list[dict[str, Any]]:
    """What the page itself can follow while one types: `{name, any_of, none_of, at_least, below, absent}`."""
    return [
        {"name": test.field.partition(".")[2], **test.model_dump(include=TESTS)}
        for test in _parts(field.when)
        if _within(test, section)
    ]


def _parts(condition: Condition | None) -> Iterator[Condition]:
    """The single tests of a condition, all of which must hold."""
    if condition is not None:
        yield condition.model_copy(update={"also": []})
        for also in condition.also:
            yield from _parts(also)


def _ruled_out(test: Condition, section: Section, answers: Answers, type: str) -> bool:
    """Whether what is known already speaks against it; the present section may still change."""
    known = test.field == "type" or value_at(answers, test.field) is not None
    return known and not _within(test, section) and not applies(test, answers, type)


def _within(test: Condition, section: Section) -> bool:
    return test.field.startswith(f"{section.id}.")
