"""Parts of a pack as sentences for people: conditions, limits of questions, values of rules. Pure."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from policies.schema import Condition, Fraction

if TYPE_CHECKING:
    from policies.schema import Form, FormField, Pack, Section

KINDS = {
    "text": "a line",
    "longtext": "a text",
    "choice": "one of these",
    "choices": "any of these",
    "integer": "a whole number",
    "decimal": "a number",
    "boolean": "yes or no",
    "date": "a date",
    "url": "a web address",
    "email": "an e-mail address",
    "files": "files",
    "rows": "a table",
}
ACTORS = ("by", "officer", "formed_by", "owner", "badge_by", "trained_by", "extension_by", "keeper")


def listed(names: list[str], join: str = "and") -> str:
    """Names in a sentence: a, b and c."""
    return f" {join} ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def condition_words(pack: Pack, condition: Condition) -> str:
    """When a rule applies, with the question's own words: “Credit” is Credit-bearing or A combination of both."""
    asked, labels = _question(pack, condition.field)
    tests = []
    if condition.any_of:
        tests.append(f"is {listed([labels(value) for value in condition.any_of], 'or')}")
    if condition.none_of:
        tests.append(f"is not {listed([labels(value) for value in condition.none_of], 'or')}")
    if condition.at_least is not None:
        tests.append(f"is at least {condition.at_least:g}")
    if condition.below is not None:
        tests.append(f"is below {condition.below:g}")
    if condition.absent:
        tests.append("is not answered")
    own = f"“{asked}” {' and '.join(tests)}"
    return " and ".join([own, *(condition_words(pack, also) for also in condition.also)])


def _question(pack: Pack, path: str) -> tuple[str, Any]:
    """The question at a path and how its values are called."""
    if path == "type":
        names = {kind.id: kind.name for kind in pack.types}
        return "Type", lambda value: names.get(value, str(value))
    field = pack.field(path)
    if field is None:
        return path, str
    return field.label, lambda value: said(field.label_of(value) if isinstance(value, str) else value)


def said(value: Any) -> str:
    """A value as people say it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value == "" or value == []:
        return "nothing"
    if isinstance(value, dt.date):
        return f"{value:%-d %B %Y}"
    if isinstance(value, Fraction):
        return f"{'more than' if value.strict else 'at least'} {value.num}/{value.den}"
    if isinstance(value, list):
        return listed([said(one) for one in value])
    return f"{value:g}" if isinstance(value, float) else str(value)


def value_words(pack: Pack, name: str, value: Any) -> str:
    """The value of a rule's key in a pack: people by their titles, conditions in words."""
    if isinstance(value, Condition):
        return condition_words(pack, value)
    if name in ACTORS and value:
        return pack.actor_name(value)
    if name in ("requesters", "overseers", "partners") and value:
        return listed([pack.actor_name(one) for one in value])
    if name == "field" and value:
        return f"“{_question(pack, value)[0]}”"
    return said(value)


def limits_words(field: FormField) -> str:
    """What kind of answer a question takes, and its limits: "a text, at most 150 words"."""
    parts = [KINDS[field.kind]]
    parts += _between(field.min_words, field.max_words, "words")
    parts += _between(None, field.max_length, "characters")
    parts += _between(field.minimum, field.maximum, "")
    parts += _between(
        field.min_items, field.max_items, {"files": "files", "rows": "lines"}.get(field.kind, "choices")
    )
    if field.pattern:
        parts.append(field.pattern_help)
    return ", ".join(parts)


def section_limits(section: Section) -> str:
    """The limits of a section's texts together; "" without any."""
    found = _between(section.min_words, section.max_words, "words")
    return f"{found[0]} together" if found else ""


def proposers_words(form: Form) -> str:
    """How many must propose; "" when one may."""
    return f"At least {form.min_proposers} people propose together." if form.min_proposers > 1 else ""


def _between(low: float | None, high: float | None, unit: str) -> list[str]:
    if low is None and high is None:
        return []
    if low is None:
        text = f"at most {high:g}"
    elif high is None:
        text = f"at least {low:g}"
    else:
        text = f"{low:g}" if low == high else f"{low:g} to {high:g}"
    return [f"{text} {unit}".strip()]
