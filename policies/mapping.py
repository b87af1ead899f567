"""Which answers become the definition, and what follows from them for its awards."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from policies.answers import Answers, applies, value_at
from policies.rubrics import Level, rubrics
from policies.schema import Certifier, Pack


@dataclass(frozen=True)
class Competency:
    """One thing the learner can do afterwards, how that is assessed, and the levels of its rubric, the lowest first."""

    name: str
    assessment: str = ""
    levels: tuple[Level, ...] = ()


@dataclass(frozen=True)
class Aligned:
    """A skill or standard by which others know the credential."""

    name: str
    url: str
    framework: str = ""
    code: str = ""


@dataclass(frozen=True)
class DefinitionFacts:
    """What a definition says. Choices are given by their labels, for people; `..._values` hold the pack's ids."""

    title: str
    description: str
    criteria: str
    competencies: list[Competency]
    skills: list[str] = field(default_factory=list)
    for_credit: bool = False
    credits: Decimal | None = None
    level: str = ""
    modality: str = ""
    workload: str = ""
    audience: list[str] = field(default_factory=list)
    stacks_into: str = ""
    level_values: list[str] = field(default_factory=list)
    modality_values: list[str] = field(default_factory=list)
    assessment_type: str = ""
    supervision: str = ""
    quality_assurance: str = ""
    prerequisites: str = ""
    language: str = ""
    validity_months: int | None = None
    partners: list[str] = field(default_factory=list)
    programme_director: str = ""
    hours: int | None = None
    ects: Decimal | None = None
    integration: str = ""
    further_information: str = ""
    artifacts: list[str] = field(default_factory=list)
    language_values: list[str] = field(default_factory=list)
    field_of_study: str = ""
    code: str = ""
    alignments: list[Aligned] = field(default_factory=list)


def mapped(pack: Pack, answers: Answers) -> DefinitionFacts:
    """The definition that these answers make. Unanswered fields are empty; without credit there are no credits."""
    rules = pack.mapping
    bears_credit = for_credit(pack, answers)
    hours = _number(answers, rules.hours)
    ects = _number(answers, rules.ects)
    months = _number(answers, rules.validity_months)
    return DefinitionFacts(
        title=_words(pack, answers, rules.title),
        description=_words(pack, answers, rules.description),
        criteria=_words(pack, answers, rules.criteria),
        competencies=_competencies(pack, answers),
        skills=_split(_words(pack, answers, rules.skills)),
        for_credit=bears_credit,
        credits=_number(answers, rules.credits) if bears_credit else None,
        level=_words(pack, answers, rules.level),
        modality=_words(pack, answers, rules.modality),
        workload=_words(pack, answers, rules.workload) or workload(hours, ects),
        audience=_labels(pack, answers, rules.audience),
        stacks_into=_words(pack, answers, rules.stacks_into),
        level_values=_values(answers, rules.level),
        modality_values=_values(answers, rules.modality),
        assessment_type=_words(pack, answers, rules.assessment_type),
        supervision=_words(pack, answers, rules.supervision),
        quality_assurance=_words(pack, answers, rules.quality_assurance),
        prerequisites=_words(pack, answers, rules.prerequisites),
        language=_words(pack, answers, rules.language),
        validity_months=None if months is None else int(months),
        partners=_labels(pack, answers, rules.partners),
        programme_director=_words(pack, answers, rules.programme_director),
        hours=None if hours is None else int(hours),
        ects=ects,
        integration=_words(pack, answers, rules.integration),
        further_information=_words(pack, answers, rules.further_information),
        artifacts=_labels(pack, answers, rules.artifacts),
        language_values=_values(answers, rules.language),
        field_of_study=_words(pack, answers, rules.field_of_study),
        code=_words(pack, answers, rules.code),
        alignments=_aligned(answers, rules.alignments),
    )


def workload(hours: Decimal | None, ects: Decimal | None) -> str:
    """The workload in words: "50 hours (2 ECTS credits)"; "" where neither is known."""
    spent = f"{hours:g} hour{'' if hours == 1 else 's'}" if hours is not None else ""
    points = f"{ects:g} ECTS credit{'' if ects == 1 else 's'}" if ects is not None else ""
    return f"{spent} ({points})" if spent and points else spent or points


def for_credit(pack: Pack, answers: Answers) -> bool:
    """Whether the answers say that it bears credit."""
    rules = pack.mapping
    if rules.credit:
        return any(value in rules.credit_values for value in _raw(answers, rules.credit))
    return bool(rules.credits and (value_at(answers, rules.credits) or 0) > 0)


def certifier(pack: Pack, answers: Answers, type: str = "") -> Certifier:
    """The office that releases awards: the first whose condition fits (the last has none)."""
    return next(one for one in pack.issuance.certifiers if applies(one.when, answers, type))


def transcript_notation(pack: Pack, answers: Answers, type: str) -> bool:
    """Whether an award is noted on the transcript: the rule allows it, credit is borne, the type brings it."""
    return pack.transcript.notation == "for_credit" and for_credit(pack, answers) and pack.kind(type).notation


def eligibility_required(pack: Pack, answers: Answers, type: str = "") -> bool:
    """Whether learners must be confirmed as eligible before an award."""
    rule = pack.issuance.eligibility_when
    return rule is not None and applies(rule, answers, type)


def _raw(answers: Answers, path: str | None) -> list[Any]:
    value = value_at(answers, path) if path else None
    return value if isinstance(value, list) else [] if value is None else [value]


def _number(answers: Answers, path: str | None) -> Decimal | None:
    value = value_at(answers, path) if path else None
    return None if value is None else Decimal(str(value))


def _values(answers: Answers, path: str | None) -> list[str]:
    return [str(value) for value in _raw(answers, path)]


def _labels(pack: Pack, answers: Answers, path: str | None) -> list[str]:
    """Each value in words: a choice by its label, a line of a table by what its columns hold, in their order."""
    asked = pack.field(path) if path else None
    return [
        asked.line_of(value) if isinstance(value, dict) else asked.label_of(value)
        for value in _raw(answers, path)
        if asked
    ]


def _words(pack: Pack, answers: Answers, path: str | None) -> str:
    return ", ".join(_labels(pack, answers, path))


def _split(text: str) -> list[str]:
    """Skills as typed: parted by commas, semicolons or line ends, each once."""
    parts = (part.strip() for part in re.split(r"[,;\n]", text))
    return list(dict.fromkeys(part for part in parts if part))


def _aligned(answers: Answers, path: str | None) -> list[Aligned]:
    """The lines that have both a name and an address."""
    rows = [row for row in _raw(answers, path) if isinstance(row, dict)]
    found = (
        Aligned(*(str(row.get(column) or "") for column in ("name", "url", "framework", "code")))
        for row in rows
    )
    return [one for one in found if one.name and one.url]


def _competencies(pack: Pack, answers: Answers) -> list[Competency]:
    name, assessment = pack.mapping.competency_column, pack.mapping.assessment_column or ""
    rows = value_at(answers, pack.mapping.competencies) or []
    levels = rubrics(pack, answers)
    return [
        Competency(str(row.get(name, "")), str(row.get(assessment, "")), levels.get(number, ()))
        for number, row in enumerate(rows, 1)
    ]
