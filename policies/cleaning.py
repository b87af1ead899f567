"""Validation of a draft: what may be stored at all, whether or not it is complete."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from policies.answers import Answers
from policies.coerce import Unfit, coerced
from policies.reasons import Reason
from policies.schema import FormField, Pack, Step

LARGEST = 400_000  # characters of a whole document


def clean(pack: Pack, form_id: str, raw: Any) -> tuple[Answers, list[Reason]]:
    """The whole document, coerced, and what cannot be stored, each with its field.

    Unknown sections and fields are refused; bad and empty answers are left out of the result; limits of words,
    numbers and required answers are not looked at, since a draft may be incomplete (`errors` does).
    """
    if not isinstance(raw, dict):
        return {}, [Reason("The answers must be given as {section: {field: value}}.")]
    if _size(raw) > LARGEST:
        return {}, [Reason(f"The document is too large: at most {LARGEST:,} characters are possible.")]
    form = pack.form(form_id)
    answers: Answers = {}
    reasons: list[Reason] = []
    for name, fields in raw.items():
        section = form.section(name) if isinstance(name, str) else None
        if section is None:
            reasons.append(Reason(f"The form has no section “{str(name)[:60]}”.", field=str(name)[:60]))
        elif not isinstance(fields, dict):
            reasons.append(
                Reason(f"The section “{section.title}” must be given as {{field: value}}.", field=name)
            )
        else:
            kept, found = _fields(
                {field.id: field for field in section.fields}, fields, f"{name}.", section.clause
            )
            reasons += found
            answers |= {name: kept} if kept else {}
    return _in_order(answers, [section.id for section in form.sections]), reasons


def clean_step(
    step: Step, raw: Any, *, today: dt.date, whole: bool = True
) -> tuple[dict[str, Any], list[Reason]]:
    """What the person who completes a step records with it `today`; unlike a draft this must be complete.

    Who sends the document back has not come to the end of it: then not (`whole=False`).
    """
    if not isinstance(raw, dict):
        return {}, [Reason("The answers must be given as {field: value}.")]
    kept, reasons = _fields({field.id: field for field in step.fields}, raw, "", step.clause)
    complained = {reason.field for reason in reasons}
    for field in step.fields:
        clause = field.clause or step.clause
        if field.past and kept.get(field.id, "") > today.isoformat():
            reasons.append(Reason(f"“{field.label}” lies in the future.", clause, field.id))
        if whole and field.required and field.id not in {*kept, *complained}:
            reasons.append(Reason(f"“{field.label}” is still missing.", clause, field.id))
    return kept, reasons


def _fields(
    known: Mapping[str, FormField], raw: dict[Any, Any], prefix: str, clause: str
) -> tuple[dict[str, Any], list[Reason]]:
    kept: dict[str, Any] = {}
    reasons: list[Reason] = []
    for name, value in raw.items():
        field = known.get(name) if isinstance(name, str) else None
        path = f"{prefix}{str(name)[:60]}"
        if field is None:
            reasons.append(Reason(f"The form has no field “{path}”.", field=path))
            continue
        try:
            stored = coerced(field, value)
        except Unfit as unfit:
            reasons.append(Reason(f"“{field.label}” {unfit}", field.clause or clause, path))
            continue
        if stored is not None:
            kept[name] = stored
    return {name: kept[name] for name in known if name in kept}, reasons


def _in_order(answers: Answers, order: list[str]) -> Answers:
    return {name: answers[name] for name in order if name in answers}


def _size(value: Any, depth: int = 0) -> int:
    """About how many characters there are; anything nested deeper than answers can be counts as too large."""
    if depth > 6:
        return LARGEST + 1
    if isinstance(value, dict):
        return sum(len(str(key)) + _size(item, depth + 1) for key, item in value.items())
    if isinstance(value, list):
        return sum(1 + _size(item, depth + 1) for item in value)
    return len(value) if isinstance(value, str) else 8
