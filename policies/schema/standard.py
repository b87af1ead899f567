"""The standard description: what every form can ask beside the institution's own questions, and where it leads.

Source: Council Recommendation 2022/C 243/02, Annex I (European standard elements), and CTDL's required properties.
"""

from __future__ import annotations

import copy
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

STANDARD = "standard"  # the id of the section, and what `same_as` calls it
# Which key of the mapping each question answers, unless the pack maps the key to a question of its own.
MAPPED = {
    "hours": "hours",
    "ects": "ects",
    "level": "level",
    "assessment_type": "assessment_type",
    "supervision": "supervision",
    "participation": "modality",
    "quality": "quality_assurance",
    "prerequisites": "prerequisites",
    "integration": "integration",
    "language": "language",
    "subject": "field_of_study",
    "alignments": "alignments",
    "information": "further_information",
}


@lru_cache(maxsize=1)
def _section() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "standard.toml").read_text(encoding="utf-8"))


def standard_section() -> dict[str, Any]:
    """The section as a file would write it; a copy that its reader may change."""
    return copy.deepcopy(_section())


def mapping_with_standard(mapping: dict[str, Any], form: dict[str, Any]) -> dict[str, Any]:
    """The mapping with a line for each standard question that this form asks and no line leads to yet."""
    sections = [one for one in form["sections"] if isinstance(one, dict) and one.get("id") == STANDARD]
    asked = [
        field.get("id") for one in sections for field in one.get("fields", []) if isinstance(field, dict)
    ]
    found = {key: f"{STANDARD}.{name}" for name, key in MAPPED.items() if name in asked}
    return {**found, **mapping}
