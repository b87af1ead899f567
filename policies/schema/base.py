"""The small types that every part of a pack is made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

ID = r"^[a-z][a-z0-9_]*$"
PATH = r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"
CLAUSE_ID = r"^[A-Z]+-\d+$"
NAMED_CLAUSE = r"^([A-Z]+-\d+)?$"
ACTOR = r"^([a-z][a-z0-9_]*|office:[a-z][a-z0-9_]*)$"
MONTH_DAY = r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
COLOUR = r"^#[0-9a-f]{6}$"
LANGUAGE = r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$"
# What each of them asks for, in words.
PATTERNS = {
    ID: "must be a name of small letters, digits and underscores that begins with a letter",
    PATH: 'must name a section and a field with a point between, such as "offering.title"',
    CLAUSE_ID: 'must be capital letters, a dash and a number, such as "MU-12"',
    NAMED_CLAUSE: 'must be the id of a clause, such as "MU-12"',
    ACTOR: 'must be a role such as "section_head", or an office such as "office:provost"',
    MONTH_DAY: 'must be a month and a day, such as "08-31"',
    LANGUAGE: 'must be the tag of a language, such as "en" or "es-MX"',
    COLOUR: 'must be a colour in small letters, such as "#1f4d3a"',
}

Id = Annotated[str, StringConstraints(pattern=ID, max_length=40)]
Path = Annotated[str, StringConstraints(pattern=PATH)]  # "section.field"
ClauseId = Annotated[str, StringConstraints(pattern=NAMED_CLAUSE, max_length=20)]
Actor = Annotated[str, StringConstraints(pattern=ACTOR)]  # a role, or an office: "office:provost"
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]  # fits a column
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)]
MonthDay = Annotated[str, StringConstraints(pattern=MONTH_DAY)]
Language = Annotated[str, StringConstraints(pattern=LANGUAGE)]
Colour = Annotated[str, StringConstraints(pattern=COLOUR)]

State = Literal[
    "intent", "proposal", "committee_review", "unit_approval", "pilot", "full_approval", "established"
]
StepKind = Literal["consultation", "signoff", "ballot", "acknowledgement", "form"]
Outcome = Literal["approve", "approve_with_conditions", "request_changes", "decline", "done", "acknowledged"]
Decision = Literal["approve", "approve_with_conditions", "request_changes", "decline"]
FieldKind = Literal[
    "text",
    "longtext",
    "choice",
    "choices",
    "integer",
    "decimal",
    "boolean",
    "date",
    "url",
    "email",
    "files",
    "rows",
]
FormId = Literal["intent", "proposal", "full_proposal", "yearly_review", "periodic_review"]
ReviewId = Literal["yearly_review", "periodic_review"]
DocumentId = Literal["intent", "proposal", "full_proposal"]
Scalar = str | int | float | bool

# Who can be named as an actor, besides "office:<id>": the roles that a campus gives people.
ROLES: tuple[str, ...] = (
    "proposer",
    "supervisor",
    "section_head",
    "programme_manager",
    "issuer",
    "assessor",
    "programme_director",
    "campus_administrator",
)


class Strict(BaseModel):
    """Unknown keys are errors: a misspelt rule must not be silently dropped."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def in_order(low: float | None, high: float | None, what: str) -> None:
    """Raise ValueError when a lower limit is above its upper limit."""
    if low is not None and high is not None and low > high:
        raise ValueError(f"the smallest {what} ({low:g}) is above the largest ({high:g})")


def no_twins(values: list[str], what: str) -> None:
    """Raise ValueError when a value is listed twice."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ValueError(f'the {what} "{value}" is listed twice')
        seen.add(value)
