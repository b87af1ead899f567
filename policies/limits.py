"""The limits that forms set: what a document still lacks, as sentences that say what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from policies.answers import Answers, applies, value_at
from policies.schema import Column, Form, FormField, Section


@dataclass(frozen=True)
class Facts:
    """What the product knows besides the answers.

    `files` holds, by path, one item per file of that field; `flags` names facts that checks ask for.
    """

    proposers: int
    type: str
    files: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Judged:
    """One rule of a form, judged: its clause, the field it is about, whether it applies, what is wrong."""

    clause: str
    path: str
    applicable: bool
    problems: tuple[str, ...] = ()


def word_count(text: str) -> int:
    """The number of words: runs without white space that hold at least one letter or digit.

    "Well-known" is one word, a dash between spaces is none.
    """
    return sum(1 for run in text.split() if any(character.isalnum() for character in run))


def filled(form: Form, path: str, answers: Answers, facts: Facts) -> bool:
    """Whether there is an answer, or a file for a field of kind files."""
    asked = form.field(path)
    if asked and asked.kind == "files":
        return bool(facts.files.get(path))
    return value_at(answers, path) is not None


def items(form: Form, path: str, answers: Answers, facts: Facts) -> int:
    """How many files, lines or choices a field has."""
    asked = form.field(path)
    if asked and asked.kind == "files":
        return len(facts.files.get(path, ()))
    value = value_at(answers, path)
    return len(value) if isinstance(value, list) else int(value is not None)


def judged(form: Form, answers: Answers, facts: Facts) -> Iterator[Judged]:
    """Every rule of the form, in its order: proposers, then section by section."""
    if form.min_proposers > 1 or form.min_proposers_clause:
        yield Judged(form.min_proposers_clause, "", True, _proposers(form, facts))
    for section in form.sections:
        yield from _section(form, section, answers, facts)


def _proposers(form: Form, facts: Facts) -> tuple[str, ...]:
    if facts.proposers >= form.min_proposers:
        return ()
    has = f"{facts.proposers} {'proposer' if facts.proposers == 1 else 'proposers'}"
    return (f"The proposal has {has}; {span(form.min_proposers, None)} are asked for: add another one.",)


def _section(form: Form, section: Section, answers: Answers, facts: Facts) -> Iterator[Judged]:
    shown = [one for one in section.fields if applies(one.when, answers, facts.type)]
    if section.min_words is not None or section.max_words is not None:
        texts = [one for one in shown if one.kind == "longtext"]
        words = sum(word_count(value_at(answers, f"{section.id}.{one.id}") or "") for one in texts)
        problem = _amount(section.title, words, "word", section.min_words, section.max_words)
        yield Judged(
            section.clause,
            f"{section.id}.{section.long_texts()[0].id}",
            bool(texts),
            problem if texts else (),
        )
    for one in section.fields:
        path, clause = f"{section.id}.{one.id}", one.clause or section.clause
        if one not in shown:
            yield Judged(clause, path, False)
        elif filled(form, path, answers, facts):
            yield Judged(clause, path, True, tuple(_field(form, one, path, answers, facts)))
            yield from _columns(one, path, answers)
        else:
            yield Judged(clause, path, one.required, (_missing(one),) if one.required else ())


_ASK = {
    "choice": "Choose an answer to “{}”.",
    "choices": "Choose at least one answer to “{}”.",
    "boolean": "Answer “{}” with yes or no.",
    "date": "Give the date under “{}”.",
    "files": "Add a file under “{}”.",
    "rows": "Add at least one line under “{}”.",
}


def _missing(asked: FormField) -> str:
    return _ASK.get(asked.kind, "Fill in “{}”.").format(asked.label)


def _field(form: Form, asked: FormField, path: str, answers: Answers, facts: Facts) -> Iterator[str]:
    value = value_at(answers, path)
    if asked.kind in ("text", "longtext"):
        yield from _amount(asked.label, word_count(value), "word", asked.min_words, asked.max_words)
        yield from _amount(asked.label, len(value), "character", None, asked.max_length)
        if asked.pattern and not re.fullmatch(asked.pattern, value):
            yield f"“{asked.label}” {asked.pattern_help}"
    elif asked.kind in ("integer", "decimal") and not _inside(value, asked.minimum, asked.maximum):
        yield f"“{asked.label}” is {value:g}; {span(asked.minimum, asked.maximum)} is asked for."
    elif asked.kind in ("choices", "files", "rows"):
        noun = {"choices": "answer", "files": "file", "rows": "line"}[asked.kind]
        number = items(form, path, answers, facts)
        yield from _amount(asked.label, number, noun, asked.min_items, asked.max_items)
    if asked.kind == "rows":
        yield from _gaps(asked, value, [column for column in asked.columns if not column.clause])


def _columns(asked: FormField, path: str, answers: Answers) -> Iterator[Judged]:
    """The columns that a clause of their own asks for, each as a rule."""
    for column in asked.columns:
        if column.clause:
            gaps = _gaps(asked, value_at(answers, path), [column])
            yield Judged(column.clause, path, column.required, tuple(gaps))


def _gaps(asked: FormField, rows: list[dict[str, Any]], columns: Sequence[Column]) -> Iterator[str]:
    for number, row in enumerate(rows, 1):
        for column in columns:
            if column.required and column.id not in row:
                yield f"Line {number} of “{asked.label}” has no “{column.label}” yet."


def _amount(label: str, number: int, noun: str, low: int | None, high: int | None) -> tuple[str, ...]:
    if _inside(number, low, high):
        return ()
    counted = f"{number} {noun}" if number == 1 else f"{number} {noun}s"
    verb = "is" if (low if high is None else high) == 1 else "are"
    return (f"“{label}” has {counted}; {span(low, high)} {verb} asked for.",)


def _inside(number: float, low: float | None, high: float | None) -> bool:
    return (low is None or number >= low) and (high is None or number <= high)


def span(low: float | None, high: float | None) -> str:
    """Limits in words: "500 to 800", "at least 2", "at most 11", "exactly 1"."""
    if low is not None and high is not None:
        return f"exactly {low:g}" if low == high else f"{low:g} to {high:g}"
    return f"at least {low:g}" if low is not None else f"at most {high:g}"
