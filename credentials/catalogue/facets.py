"""What a credential is filtered by: tokens "group:value" of its entry, made of the approved version. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

# The groups in the order in which the page offers them, with their titles.
GROUPS: Final = {
    "unit": "Unit",
    "level": "Level",
    "modality": "How it is taught",
    "credit": "Credit",
    "time": "Time it takes",
    "audience": "For whom",
    "skill": "Skill",
}
FOR_CREDIT, WITHOUT = "For credit", "Without credit"
SHORT, MIDDLE, LONG = "Up to 15 hours", "16 to 45 hours", "More than 45 hours"
TIMES: Final = (SHORT, MIDDLE, LONG)
HOURS = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:to|-|–)?\s*(\d+)?\s*(?:\w+\s+)?hours?\b", re.IGNORECASE)
LONGEST = 120


@dataclass(frozen=True)
class Said:
    """What of a version its tokens are made of; the labels are those that the policy offers for a choice."""

    unit_path: str
    for_credit: bool
    level: str = ""
    modality: str = ""
    workload: str = ""
    hours: Decimal | int | None = None
    audience: Sequence[str] = ()
    skills: Sequence[str] = ()
    level_labels: Sequence[str] = field(default=())
    modality_labels: Sequence[str] = field(default=())


def tokens(said: Said) -> list[str]:
    """Each once. A unit counts for all above it; a skill is the same however its first letter is written."""
    found = [f"unit:{part}" for part in said.unit_path.split("/") if part]
    found += [f"level:{one}" for one in parted(said.level, said.level_labels)]
    found += [f"modality:{one}" for one in parted(said.modality, said.modality_labels)]
    found.append(f"credit:{FOR_CREDIT if said.for_credit else WITHOUT}")
    if time := time_of(said.hours, said.workload):
        found.append(f"time:{time}")
    found += [f"audience:{one}" for one in said.audience if one]
    found += [f"skill:{one[:1].upper()}{one[1:]}" for one in said.skills if one]
    return list(dict.fromkeys(one[:LONGEST] for one in found))


def parted(text: str, labels: Iterable[str] = ()) -> list[str]:
    """The choices that a text joins by commas; a label that has a comma itself stays whole."""
    found = []
    for label in sorted(labels, key=len, reverse=True):
        if label and re.search(rf"(^|, ){re.escape(label)}(, |$)", text):
            found.append(label)
            text = re.sub(rf"(^|, ){re.escape(label)}(?=, |$)", "", text)
    return found + [part.strip() for part in text.split(",") if part.strip()]


def time_of(hours: Decimal | int | None, workload: str) -> str:
    """By the hours that were asked for, else by those that the words name; "" where neither says."""
    if hours is None:
        named = HOURS.search(workload)
        if named is None:
            return ""
        hours = Decimal((named[2] or named[1]).replace(",", "."))
    return SHORT if hours <= 15 else MIDDLE if hours <= 45 else LONG
