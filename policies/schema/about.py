"""What a policy says about itself: its number and dates, its clauses, its words, its offices and types."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, PositiveInt, StringConstraints, model_validator

from policies.schema.base import CLAUSE_ID, ClauseId, Colour, Id, Language, Name, ShortText, Strict, Text


class Clause(Strict):
    """One rule in our own words.

    `section` is where the source says it; `assumed` marks what the source leaves open and the pack settles;
    `later` names what is still to come where a later part of the product enforces it.
    """

    id: Annotated[str, StringConstraints(pattern=CLAUSE_ID, max_length=20)]
    kind: Literal["criterion", "guard", "form", "role", "route", "deadline", "record", "output"]
    text: Text
    section: str = ""
    assumed: bool = False
    later: str = ""


class Policy(Strict):
    """The policy's own particulars. `revision` is what changes when the file's rules change.

    `clause` is the one that asks for these particulars. `language` is the tag (BCP 47) of the language that things
    are taught in where nothing else is said. `undo_minutes` is how long who completed a step can take it back; 0 is never.
    `condition_reminders` are the days before the day of an approval's condition on which people are reminded (0 is that
    day, -1 the day after); with `public_conditions` strangers read open conditions on the credential's page.
    """

    institution: Name
    slug: Id
    number: ShortText = ""
    title: Name
    revision: Annotated[ShortText, StringConstraints(min_length=1)]
    effective_on: dt.date
    adopted_on: dt.date | None = None
    revised_on: list[dt.date] = []
    reviewed_on: list[dt.date] = []
    approver: Text
    division: str = ""
    contact: str = ""
    authority: list[str] = []
    references: list[str] = []
    source: str = ""
    notes: list[str] = []
    language: Language = "en"
    undo_minutes: int = Field(default=10, ge=0, le=1440)
    condition_reminders: list[int] = [30, 7, 0, -1]
    public_conditions: bool = False
    clause: ClauseId = ""

    @model_validator(mode="after")
    def _dates(self) -> Policy:
        if self.adopted_on and self.effective_on < self.adopted_on:
            raise ValueError(
                "the policy takes effect before it was adopted: effective_on is before adopted_on"
            )
        for name, dates in (("revised_on", self.revised_on), ("reviewed_on", self.reviewed_on)):
            if dates != sorted(set(dates)):
                raise ValueError(f"the dates of {name} are not in order, oldest first")
            if self.adopted_on and dates and dates[0] < self.adopted_on:
                raise ValueError(f"{name} holds a date before the policy was adopted")
        return self


class DefinedTerm(Strict):
    """A term that the policy defines."""

    term: Text
    meaning: Text


def contrast_with_white(colour: str) -> float:
    """The WCAG 2 contrast ratio, 1 to 21, of "#rrggbb" against white."""

    def linear(channel: int) -> float:
        value = channel / 255
        return value / 12.92 if value <= 0.03928 else float(((value + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


class Look(Strict):
    """`colour` is the ground of white text, so it must be dark enough to read on. `paper` is the size of every paper of the campus.

    `linkedin` is the number of the institution's page at LinkedIn, so that a badge in a profile leads there.
    """

    short_name: Text
    colour: Colour
    badge_shape: Literal["round", "hexagon", "shield"] = "round"
    paper: Literal["letter", "a4"] = "letter"
    linkedin: PositiveInt | None = None

    @model_validator(mode="after")
    def _readable(self) -> Look:
        ratio = contrast_with_white(self.colour)
        if ratio < 4.5:
            raise ValueError(
                f"white text on {self.colour} has a contrast of {ratio:.1f}; at least 4.5 is needed: take a darker one"
            )
        return self


class Office(Strict):
    """An office that signs, certifies or holds a seat. Certifying offices have a release queue."""

    id: Id
    name: Name
    help: str = ""


class Kind(Strict):
    """A type of credential.

    `refused` (a sentence) makes proposals of this type impossible and says where to go. `badge` and `notation` say
    what an award of this type brings: a badge, a line on the transcript (where the transcript rule allows one), or
    both. `collection` marks a type that is awarded for a set of other credentials.
    """

    id: Id
    name: Name
    help: str = ""
    badge: bool = True
    notation: bool = True
    collection: bool = False
    refused: str = ""
    clause: ClauseId = ""


class Proposing(Strict):
    """Who may propose. `says` is the rule in words.

    `unit_kinds` are the kinds of unit that may; an empty list means any, and so may a unit that has no kind.
    """

    unit_kinds: list[Id] = []
    says: str = ""
    clause: ClauseId = ""
