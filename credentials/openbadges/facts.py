"""What a credential says, as plain values: the issuer, the achievement and one award of it.

Empty text, an empty tuple and None mean "left out". Times must be aware; they are cut to whole seconds.
Source of names and terms: Open Badges 3.0, appendix "Data Models".
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from credentials.openbadges.did import issuer_did, issuer_url

Number = int | float | Decimal


@dataclass(frozen=True, kw_only=True)
class IssuerFacts:
    """The institution as issuer. `origin` is the permanent https origin, `slug` its part of the DID."""

    origin: str
    slug: str
    name: str
    url: str = ""
    description: str = ""
    image_url: str = ""
    email: str = ""

    @property
    def did(self) -> str:
        return issuer_did(self.origin, self.slug)

    @property
    def page(self) -> str:
        return issuer_url(self.origin, self.slug)


@dataclass(frozen=True, kw_only=True)
class Alignment:
    """A competency, standard or framework item that something aligns with."""

    name: str
    url: str
    framework: str = ""
    code: str = ""
    description: str = ""
    target_type: str = ""  # for example ceasn:Competency


@dataclass(frozen=True, kw_only=True)
class RubricLevel:
    """One level of a rubric criterion; `id` is an address of its own."""

    id: str
    name: str
    description: str = ""
    level: str = ""
    points: str = ""


@dataclass(frozen=True, kw_only=True)
class ResultDescription:
    """A result that a holder can have; `required_level` is the id of one of `rubric_levels`."""

    id: str
    name: str
    result_type: str
    required_value: str = ""
    required_level: str = ""
    value_min: str = ""
    value_max: str = ""
    allowed_values: tuple[str, ...] = ()
    rubric_levels: tuple[RubricLevel, ...] = ()
    alignments: tuple[Alignment, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AchievementFacts:
    """What was approved. `id` is its own address; criteria need a narrative (Markdown) or an id.

    `policy_url` and `policy_name` (with its revision) say which rules it was made under. `endorsements` are
    signed EndorsementCredentials. Credits are integers or multiples of 0.25.
    """

    id: str
    name: str
    description: str
    criteria_narrative: str = ""
    criteria_id: str = ""
    achievement_type: str = "Badge"
    image_url: str = ""
    image_caption: str = ""
    alignments: tuple[Alignment, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = "en"
    version: str = ""
    credits_available: Number | None = None
    human_code: str = ""
    field_of_study: str = ""
    specialization: str = ""
    related_ids: tuple[str, ...] = ()
    result_descriptions: tuple[ResultDescription, ...] = ()
    endorsements: tuple[dict[str, Any], ...] = ()
    policy_url: str = ""
    policy_name: str = ""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One piece of evidence, or a group of them told together."""

    name: str = ""
    narrative: str = ""
    description: str = ""
    genre: str = ""
    audience: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What the holder reached; `description_id` and `achieved_level_id` name parts of the achievement."""

    description_id: str = ""
    value: str = ""
    status: str = ""
    achieved_level_id: str = ""
    alignments: tuple[Alignment, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AwardFacts:
    """One award. Without `subject_id` the holder gets a random-looking address of their own for this award.

    The e-mail address enters only as a salted hash; the salt must be random and not empty.
    """

    uuid: uuid.UUID
    valid_from: dt.datetime
    status_list_url: str
    status_index: int
    valid_until: dt.datetime | None = None
    awarded_at: dt.datetime | None = None
    recipient_email: str = ""
    recipient_salt: str = ""
    recipient_name: str = ""
    subject_id: str = ""
    narrative: str = ""
    evidence: tuple[Evidence, ...] = ()
    results: tuple[Result, ...] = ()
    activity_start: dt.date | None = None
    activity_end: dt.date | None = None
    credits_earned: Number | None = None
    role: str = ""
    term: str = ""
    licence_number: str = ""
