"""Questions that wait for each other: what is asked only after itself is never asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from policies.schema.forms import Condition, Form

if TYPE_CHECKING:
    from policies.schema.pack import Pack

Loc = tuple[str | int, ...]


def circles(pack: Pack) -> Iterator[tuple[Loc, str]]:
    """Each circle once, at the first of its questions."""
    for f, form in enumerate(pack.forms):
        waits = {path: set(_waits_for(field.when)) for path, field in form.fields_by_path().items()}
        told: set[str] = set()
        for path in waits:
            circle = [] if path in told else _circle(path, waits)
            if circle:
                told.update(circle)
                yield _place(f, form, path), _said(circle)


def _waits_for(condition: Condition | None) -> Iterator[str]:
    """The answers that must be there; one that must not be there is waited for by nobody."""
    if condition is not None:
        if not condition.absent:
            yield condition.field
        for also in condition.also:
            yield from _waits_for(also)


def _circle(start: str, waits: dict[str, set[str]]) -> list[str]:
    """The way from a question back to itself, along what each waits for; empty where there is none."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for path in sorted(waits.get(way[-1], ())):
            if path == start:
                return way
            if path not in seen:
                seen.add(path)
                ways.append([*way, path])
    return []


def _place(f: int, form: Form, path: str) -> Loc:
    section_id, _, field_id = path.partition(".")
    s = next(i for i, section in enumerate(form.sections) if section.id == section_id)
    i = next(i for i, field in enumerate(form.sections[s].fields) if field.id == field_id)
    return "forms", f, "sections", s, "fields", i, "when"


def _said(circle: list[str]) -> str:
    if len(circle) == 1:
        return f'"{circle[0]}" is asked only after itself, so it never is'
    after = ", which is asked only after ".join(f'"{path}"' for path in [*circle, circle[0]])
    return f"a circle, so that none of them is ever asked: {after}"
