"""`policy_load`, `checklist`: milliseconds for a pack from its file, and for the live checklist of a full proposal."""

from __future__ import annotations

import statistics
import time
import tomllib
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from desk.bench.figures import Figure
from policies import engine
from policies.engine import Answers, Facts
from policies.loader import SHIPPED, load
from policies.schema import Column, Form, FormField, Pack

MOST_LOAD_MS, MOST_CHECKLIST_MS = 50.0, 5.0
WORDS = 150  # of a long text without a limit
ROWS = 10  # of a table without one


def measure(n: int) -> list[Figure]:
    """Each the median of n runs, of what takes longest, beside what no way of doing it could save."""
    paths = sorted(SHIPPED.glob("*.toml"))
    loads = [
        (path.stem, partial(load, path), partial(_parsed, path.read_text(encoding="utf-8"))) for path in paths
    ]
    packs = [load(path) for path in paths]
    lists = [_checklist(pack, form) for pack in packs for form in pack.forms]
    return [
        _slowest("policy_load", MOST_LOAD_MS, n, loads),
        _slowest("checklist", MOST_CHECKLIST_MS, n, lists),
    ]


Rival = tuple[str, Callable[[], object], Callable[[], object]]


def _slowest(name: str, most: float, n: int, rivals: Iterable[Rival]) -> Figure:
    found = [(_median_ms(run, n), pack, limit) for pack, run, limit in rivals]
    value, pack, limit = max(found, key=lambda one: one[0])
    floor = f"value < {most:g} ms"
    return Figure(name, value, "ms", _median_ms(limit, n), n, floor, value < most, {"of": pack})


def _median_ms(run: Callable[[], object], n: int) -> float:
    run()
    taken = []
    for _ in range(n):
        begun = time.perf_counter()
        run()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken) * 1000


def _parsed(text: str) -> dict[str, Any]:
    """Reading TOML is the least that loading a pack takes."""
    return tomllib.loads(text)


def _checklist(pack: Pack, form: Form) -> Rival:
    """Counting the words of every answer once is the least that its checklist takes."""
    answers = full_answers(form)
    facts = Facts(
        proposers=form.min_proposers,
        type=next(kind.id for kind in pack.types if not kind.refused),
        files={path: ["a file"] for path, field in form.fields_by_path().items() if field.kind == "files"},
    )
    name = f"{pack.policy.slug}: {form.id}"
    return name, lambda: engine.checklist(pack, form.id, answers, facts), lambda: _words(answers)


def _words(answers: Answers) -> int:
    texts = (value for fields in answers.values() for value in fields.values() if isinstance(value, str))
    return sum(engine.word_count(text) for text in texts)


def full_answers(form: Form) -> Answers:
    """Every question answered, as far as its limits let one write."""
    return {
        section.id: {field.id: _answer(field) for field in section.fields if field.kind != "files"}
        for section in form.sections
    }


def _answer(field: FormField) -> Any:
    number = field.maximum if field.maximum is not None else field.minimum or 1
    answers: dict[str, Callable[[], Any]] = {
        "longtext": lambda: _text(field.max_words or WORDS),
        "choice": lambda: field.choices[0].value,
        "choices": lambda: [choice.value for choice in field.choices][: field.max_items],
        "integer": lambda: int(number),
        "decimal": lambda: number,
        "boolean": lambda: True,
        "date": lambda: "2026-08-31",
        "url": lambda: "https://example.org/",
        "email": lambda: "office@example.org",
        "rows": lambda: [_row(field.columns) for _ in range(min(field.max_items or ROWS, ROWS))],
    }
    return answers.get(field.kind, lambda: _text(12)[: field.max_length])()


def _row(columns: Sequence[Column]) -> dict[str, Any]:
    numbers = {column.id: 1 for column in columns if column.kind == "integer"}
    texts = {column.id: column.choices[0].value if column.choices else _text(12) for column in columns}
    return texts | numbers


def _text(words: int) -> str:
    return " ".join(f"word{n}" for n in range(words))
