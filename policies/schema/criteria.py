"""Criteria: the lines of the live checklist, each a test of the answers."""

from __future__ import annotations

from pydantic import model_validator

from policies.schema.base import ClauseId, DocumentId, Id, Path, Strict, Text, in_order
from policies.schema.forms import Condition


class Limits(Strict):
    """A lower limit, an upper one, or both; inclusive."""

    minimum: float | None = None
    maximum: float | None = None

    @model_validator(mode="after")
    def _sane(self) -> Limits:
        if self.minimum is None and self.maximum is None:
            raise ValueError("give a minimum, a maximum or both")
        in_order(self.minimum, self.maximum, "number")
        return self


class Count(Limits):
    """How many items a field of kind choices, files or rows holds; none counts as 0."""

    field: Path
    minimum: int | None = None
    maximum: int | None = None


class Between(Limits):
    """The number given; without an answer the test is not yet applicable."""

    field: Path


class Words(Limits):
    """The words of these fields together."""

    fields: list[Path]
    minimum: int | None = None
    maximum: int | None = None

    @model_validator(mode="after")
    def _some(self) -> Words:
        if not self.fields:
            raise ValueError("words needs at least one field")
        return self


class EachRow(Strict):
    """Every row of `field` has text in `column`, and there is a row.

    With `covers` ("section.field" of another rows field) and `covers_column`, every value of that column must
    also be named in `column` of some row. With `among` and `among_column`, every row must name one of those values.
    """

    field: Path
    column: Id
    covers: Path | None = None
    covers_column: Id | None = None
    among: Path | None = None
    among_column: Id | None = None

    @model_validator(mode="after")
    def _pair(self) -> EachRow:
        if (self.covers is None) != (self.covers_column is None):
            raise ValueError("covers and covers_column are given together")
        if (self.among is None) != (self.among_column is None):
            raise ValueError("among and among_column are given together")
        return self


class Check(Strict):
    """Exactly one is given. `never` is unmet whenever `when` holds. `fact` names a fact the product supplies."""

    filled: list[Path] = []
    any_filled: list[Path] = []
    words: Words | None = None
    count: Count | None = None
    between: Between | None = None
    each_row: EachRow | None = None
    never: bool = False
    fact: Id | None = None

    @model_validator(mode="after")
    def _one(self) -> Check:
        given = [name for name in type(self).model_fields if getattr(self, name)]
        if len(given) != 1:
            found = " and ".join(given) or "none"
            raise ValueError(f"a check has exactly one test; this one has {found}")
        return self

    def paths(self) -> list[str]:
        """The fields that the check looks at, the first of them being the one to point at."""
        if self.words:
            return list(self.words.fields)
        one = self.count or self.between or self.each_row
        if isinstance(one, EachRow):
            return [one.field, *(path for path in (one.covers, one.among) if path)]
        if one:
            return [one.field]
        return [*self.filled, *self.any_filled]


class Criterion(Strict):
    """A line of the live checklist, and a condition of submission of the forms it names.

    `says` is what is asked, `unmet` what to do about it; in `unmet`, `{found}` becomes the number found
    (words, items, or the number given). Where `when` does not hold the line is not applicable.
    """

    clause: ClauseId
    says: Text
    forms: list[DocumentId]
    check: Check
    unmet: Text
    when: Condition | None = None
    field: Path | None = None

    @model_validator(mode="after")
    def _sane(self) -> Criterion:
        if not self.forms:
            raise ValueError("a criterion names the forms it is asked of")
        if self.check.never and self.when is None:
            raise ValueError("never without when would refuse every document: say when")
        return self
