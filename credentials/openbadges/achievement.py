"""The achievement as it stands in every credential of it, and on its own address.

Source: Open Badges 3.0, appendix "Data Models": Achievement, Alignment, ResultDescription,
RubricCriterionLevel.
"""

from collections.abc import Iterable
from typing import Any

from credentials.openbadges import rules, vocabulary
from credentials.openbadges.facts import AchievementFacts, Alignment, ResultDescription, RubricLevel
from credentials.openbadges.pruning import pruned

Json = dict[str, Any]

# DCMI Metadata Terms: "a plan or course of action by an authority, intended to influence decisions".
POLICY = "http://purl.org/dc/terms/Policy"


def achievement_object(facts: AchievementFacts) -> Json:
    """The Achievement. ValueError for missing criteria and for words that the specification does not have."""
    if not (facts.criteria_narrative or facts.criteria_id):
        raise ValueError("criteria: neither a narrative nor an address is given")
    available = facts.credits_available
    return pruned(
        {
            "id": facts.id,
            "type": ["Achievement"],
            "name": required("name", facts.name),
            "description": required("description", facts.description),
            "criteria": pruned({"id": facts.criteria_id, "narrative": facts.criteria_narrative}),
            "achievementType": rules.term(
                "achievement_type", facts.achievement_type, vocabulary.ACHIEVEMENT_TYPES
            ),
            "image": image_object(facts),
            "alignment": alignment_objects(facts.alignments),
            "creditsAvailable": None if available is None else rules.number("credits_available", available),
            "fieldOfStudy": facts.field_of_study,
            "humanCode": facts.human_code,
            "inLanguage": rules.language(facts.language),
            "related": [{"id": related, "type": ["Related"]} for related in facts.related_ids],
            "resultDescription": [result_description(item) for item in facts.result_descriptions],
            "specialization": facts.specialization,
            "tag": rules.unordered("tags", facts.tags),
            "version": facts.version,
            "endorsement": list(facts.endorsements),
        }
    )


def required(field: str, value: str) -> str:
    if not value.strip():
        raise ValueError(f"{field}: is empty")
    return value


def image_object(facts: AchievementFacts) -> Json | None:
    if not facts.image_url:
        return None
    return pruned({"id": facts.image_url, "type": "Image", "caption": facts.image_caption})


def alignment_objects(alignments: Iterable[Alignment]) -> list[Json]:
    """Each alignment once: two that say the same could not be told apart in RDF."""
    return [alignment_object(item) for item in dict.fromkeys(alignments)]


def alignment_object(item: Alignment) -> Json:
    return pruned(
        {
            "type": ["Alignment"],
            "targetName": required("alignment name", item.name),
            "targetUrl": rules.iri("alignment url", item.url),
            "targetFramework": item.framework,
            "targetCode": item.code,
            "targetDescription": item.description,
            "targetType": rules.term("alignment target_type", item.target_type, vocabulary.TARGET_TYPES),
        }
    )


def result_description(item: ResultDescription) -> Json:
    levels = {level.id for level in item.rubric_levels}
    if item.required_level and item.required_level not in levels:
        raise ValueError(f"required_level: {item.required_level!r} is not one of the rubric's levels")
    return pruned(
        {
            "id": item.id,
            "type": ["ResultDescription"],
            "name": required("result name", item.name),
            "resultType": rules.term("result_type", item.result_type, vocabulary.RESULT_TYPES),
            "requiredValue": item.required_value,
            "requiredLevel": item.required_level,
            "valueMin": item.value_min,
            "valueMax": item.value_max,
            "allowedValue": list(item.allowed_values),
            "rubricCriterionLevel": [rubric_level(level) for level in item.rubric_levels],
            "alignment": alignment_objects(item.alignments),
        }
    )


def rubric_level(level: RubricLevel) -> Json:
    return pruned(
        {
            "id": level.id,
            "type": ["RubricCriterionLevel"],
            "name": required("rubric level name", level.name),
            "description": level.description,
            "level": level.level,
            "points": level.points,
        }
    )


def policy_object(facts: AchievementFacts) -> Json:
    """The rules that the achievement was approved under, as the credential's terms of use."""
    if not facts.policy_url:
        return {}
    return pruned({"id": facts.policy_url, "type": POLICY, "name": facts.policy_name})
