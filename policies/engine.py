"""The engine: what is missing, by which clause, and what follows from the answers. Pure functions; nothing queries.

The parts are in `answers` (values and conditions), `cleaning` (drafts), `limits` and `checking` (checklist and
conditions of submission) and `mapping` (the definition); everything is imported from here.
"""

from __future__ import annotations

from policies.answers import (
    Answers,
    applies,
    changed_fields,
    combined,
    material_changed,
    merged,
    prefill,
    value_at,
)
from policies.checking import Finding, checklist, errors, type_refusal, unit_kind_name, unit_refusal
from policies.cleaning import clean, clean_step
from policies.limits import Facts, word_count
from policies.mapping import (
    Competency,
    DefinitionFacts,
    certifier,
    eligibility_required,
    for_credit,
    mapped,
    transcript_notation,
)
from policies.schema import Pack, Step

__all__ = [
    "Answers",
    "Competency",
    "DefinitionFacts",
    "Facts",
    "Finding",
    "applies",
    "certifier",
    "changed_fields",
    "checklist",
    "clean",
    "clean_step",
    "combined",
    "eligibility_required",
    "errors",
    "for_credit",
    "mapped",
    "material_changed",
    "merged",
    "prefill",
    "route_steps",
    "transcript_notation",
    "type_refusal",
    "unit_kind_name",
    "unit_refusal",
    "value_at",
    "word_count",
]


def route_steps(pack: Pack, state: str, answers: Answers, type: str) -> list[Step]:
    """The steps that must be complete before this state can be left, in order, conditions applied."""
    return [step for step in pack.stage(state).steps if applies(step.when, answers, type)]
