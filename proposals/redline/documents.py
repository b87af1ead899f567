"""Two versions of a document compared, each answer under the question of the form that it was asked by. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from policies.engine import Answers, applies, value_at
from policies.schema import Form, FormField
from policies.schema import Section as Asked
from policies.schema.forms import label_among
from proposals.redline import lists, texts
from proposals.redline.lists import Column, Entry, Row, Table, woven
from proposals.redline.texts import ADDED, REMOVED, SAME, Span

# What became of an answer, the strongest first.
NEW_QUESTION, OLD_QUESTION = "question_added", "question_removed"
ANSWERED, EMPTIED, REWRITTEN, CHANGED = "answered", "emptied", "rewritten", "changed"
SPACING, REWORDED = "spacing", "reworded"
WHOLE = ("choice", "boolean", "integer", "decimal", "date", "url", "email")  # never compared by word
PROPOSERS = "proposers"


@dataclass(frozen=True)
class Version:
    """A document at one moment: the form as it was asked, the answers, files as a revision keeps them, who proposes."""

    form: Form
    answers: Answers
    files: Sequence[Mapping[str, str]] = ()
    type: str = ""
    proposers: Sequence[tuple[str, str]] = ()  # (id, name)


@dataclass(frozen=True)
class Item:
    """One question with what became of its answer. `shape` says where it stands: spans, entries, or columns and rows."""

    path: str
    label: list[Span]
    shape: str  # text, list, files or table
    state: str
    spans: list[Span] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return self.state != SAME

    @property
    def empty(self) -> bool:
        """Answered in neither."""
        return not (self.spans or self.entries or self.rows)


@dataclass(frozen=True)
class Section:
    """A section of the forms; `kind` says whether both have it."""

    id: str
    title: list[Span]
    kind: str
    items: list[Item]

    @property
    def changes(self) -> int:
        return counted([self])


def counted(sections: Iterable[Section]) -> int:
    """How many questions differ."""
    return sum(item.changed for section in sections for item in section.items)


def compare(old: Version, new: Version) -> list[Section]:
    """Every section and question that either version was asked, in reading order; who proposes stands first."""
    was, now = {s.id: s for s in old.form.sections}, {s.id: s for s in new.form.sections}
    sections = [_section(key, (was.get(key), now.get(key)), (old, new)) for key in woven(was, now)]
    return [found for found in (_people(old, new), *sections) if found.items]


def _people(old: Version, new: Version) -> Section:
    """Who proposes it, as a section of its own; without items where nobody is named."""
    found = lists.entries(*([Entry(name, "", key) for key, name in one.proposers] for one in (old, new)))
    state = CHANGED if any(entry.kind != SAME for entry in found) else SAME
    item = Item(PROPOSERS, [Span("Proposers", SAME)], "list", state, entries=found)
    return Section(PROPOSERS, [Span("Who proposes it", SAME)], SAME, [item] if found else [])


def _section(
    key: str, sides: tuple[Asked | None, Asked | None], versions: tuple[Version, Version]
) -> Section:
    was, now = sides
    before, after = _questions(was, versions[0]), _questions(now, versions[1])
    items: list[Item] = []
    for name in woven(before, after):
        path, one, other = f"{key}.{name}", before.get(name), after.get(name)
        if one and other and _shape(one) != _shape(other):
            items += [_item(path, (one, None), versions), _item(path, (None, other), versions)]
        else:
            items.append(_item(path, (one, other), versions))
    kind = SAME if was and now else ADDED if now else REMOVED
    return Section(key, _wording(was.title if was else "", now.title if now else ""), kind, items)


def _questions(section: Asked | None, version: Version) -> dict[str, FormField]:
    """What was asked of this version: questions with an answer, and those whose condition holds."""
    if section is None:
        return {}
    return {
        asked.id: asked
        for asked in section.fields
        if _value(asked, f"{section.id}.{asked.id}", version) is not None
        or applies(asked.when, version.answers, version.type)
    }


def _value(asked: FormField | None, path: str, version: Version) -> Any:
    """The answer; None where there is none or nothing was asked."""
    if asked is None:
        return None
    if asked.kind == "files":
        return [file for file in version.files if file["field"] == path] or None
    return value_at(version.answers, path)


def _shape(asked: FormField) -> str:
    return {"rows": "table", "files": "files", "choices": "list"}.get(asked.kind, "text")


def _wording(old: str, new: str) -> list[Span]:
    """A title or a question; where there is only one, that one."""
    return texts.compare(old, new) if old and new else [Span(old or new, SAME)]


def _item(
    path: str, asked: tuple[FormField | None, FormField | None], versions: tuple[Version, Version]
) -> Item:
    """One question, asked by either or both; where only one asked, the other's answer is none."""
    was, now = asked
    before, after = _value(was, path, versions[0]), _value(now, path, versions[1])
    there = [one for one in (now, was) if one is not None]
    shape = _shape(there[0])
    body: dict[str, Any] = {}
    if shape == "text":
        put = texts.replaced if any(one.kind in WHOLE for one in there) else texts.compare
        body["spans"] = put(_text(was, before), _text(now, after))
    elif shape == "table":
        body["columns"], body["rows"] = lists.table(_table(was, before), _table(now, after))
    else:
        body["entries"] = lists.entries(_entries(was, before), _entries(now, after))
    label = _wording(was.label if was else "", now.label if now else "")
    if was is None or now is None:
        return Item(path, label, shape, NEW_QUESTION if was is None else OLD_QUESTION, **body)
    if (before is None) != (after is None):
        return Item(path, label, shape, ANSWERED if before is None else EMPTIED, **body)
    return Item(path, label, shape, _state(label, body), **body)


def _text(asked: FormField | None, value: Any) -> str:
    """An answer in people's words."""
    if asked is None or value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return asked.label_of(value) if asked.kind == "choice" else str(value)


def _entries(asked: FormField | None, value: Any) -> list[Entry]:
    """Choices go by their words; files by their name and content, with the id under which they are kept."""
    if asked is None or not value:
        return []
    if asked.kind == "files":
        return [Entry(file["name"], "", f"{file['sha256']} {file['name']}", file["id"]) for file in value]
    return [Entry(label, "", label) for label in (asked.label_of(one) for one in value)]


def _table(asked: FormField | None, value: Any) -> Table:
    """A table with its choices in words."""
    columns = asked.columns if asked else []
    rows = [{c.id: label_among(c.choices, row[c.id]) for c in columns if c.id in row} for row in value or []]
    return Table({column.id: column.label for column in columns}, rows)


def _state(label: list[Span], body: dict[str, Any]) -> str:
    """What became of an answer that both were asked for and that is in both or in neither."""
    spans: list[Span] = body.get("spans", [])
    kinds = {part.kind for name in ("spans", "entries", "rows") for part in body.get(name, [])}
    kinds |= {column.kind for column in body.get("columns", []) if body["rows"]}
    if kinds - {SAME}:
        if spans and all(span.kind == SAME or span.sign for span in spans):
            return SPACING
        return REWRITTEN if spans and texts.is_rewritten(spans) else CHANGED
    return REWORDED if any(span.kind != SAME for span in label) else SAME
