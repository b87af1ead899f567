"""A revision as readers see it: each answer under the question as it was asked. Pure but for addresses of files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from policies.schema import Form, FormField

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from proposals.models import Revision


def sections_of(revision: Revision) -> list[dict[str, Any]]:
    """[{id, title, answers: [{label, kind, value, clause}]}], answered questions only; empty sections are left out.

    `value` is text, a list of texts (choices), of {name, url} (files), or {head, rows} (rows).
    """
    form = Form.model_validate(revision.form)
    files: dict[str, list[dict[str, str]]] = {}
    for file in revision.files:
        files.setdefault(file["field"], []).append(
            {"name": file["name"], "url": reverse("file", args=[file["id"]])}
        )
    shown = [
        {
            "id": section.id,
            "title": section.title,
            "answers": _answers(section.id, section.fields, revision.answers.get(section.id, {}), files),
        }
        for section in form.sections
    ]
    return [section for section in shown if section["answers"]]


def _answers(
    section: str, fields: Sequence[FormField], given: Mapping[str, Any], files: Mapping[str, Any]
) -> list[dict[str, Any]]:
    found = []
    for field in fields:
        value = (
            files.get(f"{section}.{field.id}")
            if field.kind == "files"
            else _value(field, given.get(field.id))
        )
        if value not in (None, "", []):
            found.append({"label": field.label, "kind": field.kind, "value": value, "clause": field.clause})
    return found


def _value(field: FormField, given: Any) -> Any:
    if given in (None, "", []):
        return None
    if field.kind == "rows":
        return {
            "head": [c.label for c in field.columns],
            "rows": [[_cell(c, row) for c in field.columns] for row in given],
        }
    if field.kind == "choices":
        return [field.label_of(value) for value in given]
    if field.kind == "boolean":
        return "Yes" if given else "No"
    return field.label_of(given) if field.kind == "choice" else str(given)


def _cell(column: Any, row: Mapping[str, Any]) -> str:
    value = row.get(column.id, "")
    return next((choice.label for choice in column.choices if choice.value == value), str(value))
