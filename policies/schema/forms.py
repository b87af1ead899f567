"""Forms, their fields and limits, and the criteria that a document must meet."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import model_validator

from policies.schema.base import (
    ClauseId,
    FieldKind,
    FormId,
    Id,
    Path,
    Scalar,
    Strict,
    Text,
    in_order,
    no_twins,
)


class Condition(Strict):
    """True when the answer at `field` fits every test given; a document without the answer does not fit.

    `any_of` and `none_of` look at each value of a field with several. `absent` is true where there is no answer.
    The conditions in `also` must hold too.
    """

    field: Path | Literal["type"]
    any_of: list[Scalar] = []
    none_of: list[Scalar] = []
    at_least: float | None = None
    below: float | None = None
    absent: bool = False
    also: list[Condition] = []

    @model_validator(mode="after")
    def _tests(self) -> Condition:
        limits = self.at_least is not None or self.below is not None
        if not (self.any_of or self.none_of or limits or self.absent):
            raise ValueError("a condition needs any_of, none_of, at_least, below or absent")
        if self.absent and (self.any_of or self.none_of or limits):
            raise ValueError("absent stands alone: an answer that is not there cannot fit another test")
        in_order(self.at_least, self.below, "value")
        return self


class Choice(Strict):
    value: str
    label: Text
    help: str = ""


def label_among(choices: list[Choice], value: object) -> str:
    """The words for the value among these choices; the value itself where it is none of them."""
    return next((choice.label for choice in choices if choice.value == value), str(value))


def _check_choices(kind: str, choices: list[Choice]) -> None:
    if kind in ("choice", "choices") and not choices:
        raise ValueError(f'a field of kind "{kind}" needs choices')
    if choices and kind not in ("choice", "choices"):
        raise ValueError(f'only kinds "choice" and "choices" have choices, not "{kind}"')
    no_twins([choice.value for choice in choices], "choice")


class Column(Strict):
    """A column of a field of kind `rows`. A gap in it is refused by its own `clause`, else by the field's."""

    id: Id
    label: Text
    help: str = ""
    kind: Literal["text", "longtext", "choice", "date", "url", "email", "integer"] = "text"
    required: bool = True
    clause: ClauseId = ""
    choices: list[Choice] = []

    @model_validator(mode="after")
    def _sane(self) -> Column:
        _check_choices(self.kind, self.choices)
        return self


# Which limits a kind of field can have.
_LIMITS: dict[str, tuple[str, ...]] = {
    "min_words": ("text", "longtext"),
    "max_words": ("text", "longtext"),
    "max_length": ("text", "longtext"),
    "pattern": ("text",),
    "minimum": ("integer", "decimal"),
    "maximum": ("integer", "decimal"),
    "min_items": ("choices", "files", "rows"),
    "max_items": ("choices", "files", "rows"),
}


class FormField(Strict):
    """One question. Limits are inclusive; `when` shows and requires it only if the condition holds.

    A change of a `material` field after an approval brings that approval into question. `pattern` is a regular
    expression that the whole text must match; `pattern_help` says in words what it asks for. `past` is for dates that
    a step records: no day that lies ahead.
    """

    id: Id
    label: Text
    kind: FieldKind = "text"
    help: str = ""
    required: bool = True
    material: bool = True
    clause: ClauseId = ""
    when: Condition | None = None
    choices: list[Choice] = []
    columns: list[Column] = []
    min_words: int | None = None
    max_words: int | None = None
    max_length: int | None = None
    pattern: str = ""
    pattern_help: str = ""
    minimum: float | None = None
    maximum: float | None = None
    min_items: int | None = None
    max_items: int | None = None
    past: bool = False

    @model_validator(mode="after")
    def _sane(self) -> FormField:
        _check_choices(self.kind, self.choices)
        if self.past and self.kind != "date":
            raise ValueError(f'past does not fit a field of kind "{self.kind}"')
        if (self.kind == "rows") != bool(self.columns):
            raise ValueError('a field of kind "rows" has columns, and no other kind has')
        no_twins([column.id for column in self.columns], "column")
        for limit, kinds in _LIMITS.items():
            if getattr(self, limit) not in (None, "") and self.kind not in kinds:
                raise ValueError(f'{limit} does not fit a field of kind "{self.kind}"')
        in_order(self.min_words, self.max_words, "number of words")
        in_order(self.minimum, self.maximum, "number")
        in_order(self.min_items, self.max_items, "number of items")
        self._check_pattern()
        return self

    def _check_pattern(self) -> None:
        if not self.pattern:
            return
        if not self.pattern_help:
            raise ValueError("pattern needs pattern_help: say in words what the text must look like")
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"pattern is not a regular expression: {error}") from None

    def label_of(self, value: object) -> str:
        """The words for a choice's value; the value itself where there is none."""
        return label_among(self.choices, value)

    def line_of(self, row: dict[str, object]) -> str:
        """A line of a table in words: what its columns hold, in their order."""
        return ", ".join(
            label_among(column.choices, row[column.id]) for column in self.columns if column.id in row
        )


class Link(Strict):
    """A page elsewhere, or one of the product's own by its path."""

    title: Text
    url: Text

    @model_validator(mode="after")
    def _safe(self) -> Link:
        if not self.url.startswith(("https://", "http://", "/")) or self.url.startswith("//"):
            raise ValueError("a link begins with https://, with http:// or with / for a page of the product")
        return self


class Section(Strict):
    """A part of a form. `min_words` and `max_words` count all long texts of the section together.

    In the file, `same_as = "proposal"` in place of fields takes the section with this id over from that form, and
    `same_as = "standard"` the standard description, `without` the questions named. `links` stand above the questions.
    """

    id: Id
    title: Text
    help: str = ""
    clause: ClauseId = ""
    min_words: int | None = None
    max_words: int | None = None
    links: list[Link] = []
    fields: list[FormField]

    @model_validator(mode="after")
    def _sane(self) -> Section:
        if not self.fields:
            raise ValueError("a section needs at least one field")
        no_twins([field.id for field in self.fields], "field")
        if any(field.past for field in self.fields):
            raise ValueError("past is for what a step records, not for a form")
        in_order(self.min_words, self.max_words, "number of words")
        if (self.min_words or self.max_words) and not self.long_texts():
            raise ValueError('a section with a word limit needs a field of kind "longtext"')
        return self

    def long_texts(self) -> list[FormField]:
        """The fields whose words the section's limits count."""
        return [field for field in self.fields if field.kind == "longtext"]


class Form(Strict):
    """A document that people fill in. A field with the path of an earlier form's field starts with its answer."""

    id: FormId
    title: Text
    intro: str = ""
    min_proposers: int = 1
    min_proposers_clause: ClauseId = ""
    sections: list[Section]

    @model_validator(mode="after")
    def _sane(self) -> Form:
        if not self.sections:
            raise ValueError("a form needs at least one section")
        no_twins([section.id for section in self.sections], "section")
        if self.min_proposers < 1:
            raise ValueError("min_proposers is at least 1")
        return self

    def section(self, section_id: str) -> Section | None:
        return next((section for section in self.sections if section.id == section_id), None)

    def field(self, path: str) -> FormField | None:
        """The field at "section.field", or None."""
        section_id, _, field_id = path.partition(".")
        section = self.section(section_id)
        return next((field for field in section.fields if field.id == field_id), None) if section else None

    def fields_by_path(self) -> dict[str, FormField]:
        """All fields in order, by their path "section.field"."""
        return {f"{section.id}.{field.id}": field for section in self.sections for field in section.fields}
