"""What a credential says was learned, how it was assessed, and what one learner showed of it. Pure but for `stated`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.encoding import iri_to_uri

from credentials.looks import pack_of
from credentials.openbadges.facts import Alignment, Evidence, Result, ResultDescription, RubricLevel
from credentials.openbadges.rules import LANGUAGE
from policies.engine import mapped

if TYPE_CHECKING:
    from credentials.models import DefinitionVersion
    from policies.engine import DefinitionFacts

EVIDENCE = "Evidence"  # the name of the evidence of the work as a whole
ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+", re.IGNORECASE)


@dataclass(frozen=True)
class Mastered:
    """One competency of the version that a learner has shown, as an assessor recorded it; the level by its name."""

    competency: str
    evidence: str = ""
    level: str = ""


def stated(version: DefinitionVersion) -> DefinitionFacts:
    """All that the approved answers say of the credential, those without a column of their own too."""
    return mapped(pack_of(version.policy_id), version.answers)


def achievement_id(version: DefinitionVersion) -> str:
    return f"{settings.ISSUER_ORIGIN}/achievements/{version.pk}"


def competency_id(version: DefinitionVersion, number: int) -> str:
    """The address of a competency, counted from 1: the same in every award of the version."""
    return f"{achievement_id(version)}#competency-{number}"


def alignments(version: DefinitionVersion, said: DefinitionFacts) -> tuple[Alignment, ...]:
    """The competencies, each at its own address, and what the approved answers say it aligns with elsewhere."""
    own = (
        Alignment(name=one["name"], url=competency_id(version, n), target_type="ceasn:Competency")
        for n, one in enumerate(version.competencies, 1)
    )
    others = (
        Alignment(name=one.name, url=iri_to_uri(one.url), framework=one.framework, code=one.code)
        for one in said.alignments
    )
    return (*own, *others)


def result_descriptions(version: DefinitionVersion) -> tuple[ResultDescription, ...]:
    """Each competency with how it is assessed, as something that a holder can have completed.

    One with a rubric has its levels, with the lowest that counts as the one required.
    """
    return tuple(_described(version, n, one) for n, one in enumerate(version.competencies, 1))


def _described(version: DefinitionVersion, number: int, competency: dict[str, Any]) -> ResultDescription:
    levels = levels_of(competency)
    counting = (place for place, level in enumerate(levels, 1) if level["counts"])
    required = next(counting, 0)
    return ResultDescription(
        id=competency_id(version, number),
        name=": ".join(filter(None, (competency["name"], competency.get("assessment")))),
        result_type="RubricCriterionLevel" if levels else "Status",
        required_level=level_id(version, number, required) if required else "",
        rubric_levels=tuple(
            RubricLevel(
                id=level_id(version, number, place),
                name=level["name"],
                description=level["description"],
                points="" if level["points"] is None else str(level["points"]),
            )
            for place, level in enumerate(levels, 1)
        ),
    )


def levels_of(competency: dict[str, Any]) -> list[dict[str, Any]]:
    """The levels of a competency's rubric, the lowest first: {name, description, points, counts}."""
    return list(competency.get("levels", ()))


def level_id(version: DefinitionVersion, number: int, place: int) -> str:
    """The address of a level of a competency's rubric, both counted from 1."""
    return f"{competency_id(version, number)}-level-{place}"


def language(version: DefinitionVersion, said: DefinitionFacts) -> str:
    """The language that the answers give; the campus's usual one where they give none."""
    taught = [value for value in said.language_values if LANGUAGE.fullmatch(value)]
    return taught[0] if taught else pack_of(version.policy_id).policy.language


def credits(version: DefinitionVersion) -> Decimal | None:
    """The credits, where they can be signed as a number: verifiers write other fractions than quarters differently."""
    borne = version.credits if version.for_credit else None
    return borne if borne and borne * 4 == int(borne * 4) else None


def criteria(version: DefinitionVersion, said: DefinitionFacts) -> str:
    """The criteria with the competencies, how each is assessed, and the artifacts that learners make, in Markdown."""
    lines = [
        f"- {c['name']}" + (f": {c['assessment']}" if c.get("assessment") else "")
        for c in version.competencies
    ]
    made = [f"- {artifact}" for artifact in said.artifacts]
    odd = version.for_credit and version.credits and not credits(version)
    parts = (
        version.criteria,
        "\n".join(lines),
        "\n".join(["Artifacts:", *made]) if made else "",
        f"Credits: {version.credits.normalize():f}" if odd and version.credits else "",
    )
    return "\n\n".join(part for part in parts if part)


def results(version: DefinitionVersion, mastered: Iterable[Mastered]) -> tuple[Result, ...]:
    """The competencies of the version that the learner has shown, in its own order, with the level reached."""
    shown = {one.competency: one.level for one in mastered}
    return tuple(
        Result(
            description_id=competency_id(version, n),
            status="Completed",
            achieved_level_id=_achieved(version, n, one, shown[one["name"]]),
        )
        for n, one in enumerate(version.competencies, 1)
        if one["name"] in shown
    )


def _achieved(version: DefinitionVersion, number: int, competency: dict[str, Any], level: str) -> str:
    """The address of the level of this name; "" where the rubric has none such."""
    names = [one["name"] for one in levels_of(competency)]
    return level_id(version, number, names.index(level) + 1) if level in names else ""


def level_named(version: DefinitionVersion, number: int, address: str) -> str:
    """The name of the level at this address; "" where it is none of the competency's."""
    levels = enumerate(levels_of(version.competencies[number - 1]), 1)
    return next((one["name"] for place, one in levels if level_id(version, number, place) == address), "")


def evidence(version: DefinitionVersion, mastered: Iterable[Mastered], url: str = "") -> tuple[Evidence, ...]:
    """What was recorded beside the competencies that the learner has shown, each named after its own.

    An address is given as one, but where it is told already (`url` is that of the whole work): one part can have it.
    """
    told = {one.competency: one.evidence.strip() for one in mastered}
    taken, found = {url}, []
    for name in dict.fromkeys(one["name"] for one in version.competencies):
        said = told.get(name, "")
        address = iri_to_uri(said) if ADDRESS.fullmatch(said) else ""
        if address and address not in taken:
            taken.add(address)
            found.append(Evidence(name=name, url=address))
        elif said:
            found.append(Evidence(name=name, narrative=said))
    return tuple(found)
