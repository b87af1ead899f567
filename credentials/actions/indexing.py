"""The catalogue's index: an entry for each approved credential, the counts of awards, the words that occur.

`index` runs in the transaction that approves; `tend` is the worker's and mends what changed elsewhere. Neither refuses.
"""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import TYPE_CHECKING

from django.contrib.postgres.search import SearchVector
from django.db import connection, transaction
from django.db.models import Q, Value

from credentials.catalogue.facets import Said, tokens
from credentials.catalogue.texts import configuration, unaccented
from credentials.learned import language, stated
from credentials.looks import pack_of
from credentials.models import CatalogueEntry, CatalogueWords, Definition
from credentials.models.definition import ADVERTISED
from journal import clock

if TYPE_CHECKING:
    from credentials.models import DefinitionVersion
    from policies.engine import DefinitionFacts

LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('words of the catalogue'))"
COUNT = """
WITH counted AS (
    SELECT definition_id, count(*) AS n FROM credentials_award
    WHERE revoked_at IS NULL AND superseded_by_id IS NULL GROUP BY definition_id
)
UPDATE credentials_catalogueentry AS entry SET awarded = coalesce(fresh.n, 0)
FROM credentials_catalogueentry AS same LEFT JOIN counted AS fresh USING (definition_id)
WHERE same.definition_id = entry.definition_id AND entry.awarded <> coalesce(fresh.n, 0)
"""
WORDS = """
SELECT word, ndoc FROM ts_stat($$
    SELECT entry.plain FROM credentials_catalogueentry AS entry
    JOIN credentials_definition AS one ON one.id = entry.definition_id
    WHERE one.current_id IS NOT NULL AND one.standing IN ({standings})
$$) WHERE length(word) BETWEEN 3 AND 40 AND word ~ '^[[:alpha:]]+$' ORDER BY word
"""


def index(definition: Definition) -> None:
    """Make or renew its entry from the version in force; nothing where none was approved."""
    version = definition.current
    if version is None:
        return
    said = stated(version)
    config = configuration(language(version, said))
    texts = _texts(version, said)
    unit = definition.unit
    CatalogueEntry.objects.update_or_create(
        definition=definition,
        defaults={
            "version": version,
            "unit_name": unit.name,
            "unit_path": unit.path,
            "language": config,
            "words": _vector(texts, config),
            "plain": _vector({weight: unaccented(text) for weight, text in texts.items()}, "simple"),
            "facets": tokens(_said(version, said, unit.path)),
        },
    )


def _vector(texts: dict[str, str], config: str) -> SearchVector:
    vectors = (SearchVector(Value(text), config=config, weight=weight) for weight, text in texts.items())
    return reduce(add, vectors)


def _texts(version: DefinitionVersion, said: DefinitionFacts) -> dict[str, str]:
    """By weight: the title; skills, competencies and unit; the description; what has to be shown and who it is for."""
    competencies = [one["name"] for one in version.competencies]
    return {
        "A": version.title,
        "B": _joined(*version.skills, *competencies, version.definition.unit.name, said.field_of_study),
        "C": _joined(version.description, said.code),
        "D": _joined(
            version.criteria, *version.audience, version.level, version.modality, version.stacks_into
        ),
    }


def _joined(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


def _said(version: DefinitionVersion, said: DefinitionFacts, path: str) -> Said:
    return Said(
        unit_path=path,
        for_credit=version.for_credit,
        level=version.level,
        modality=version.modality,
        workload=version.workload,
        hours=said.hours,
        audience=version.audience,
        skills=version.skills,
        level_labels=_labels(version, "level"),
        modality_labels=_labels(version, "modality"),
    )


def _labels(version: DefinitionVersion, name: str) -> list[str]:
    """What the policy lets one choose there."""
    pack = pack_of(version.policy_id)
    path = getattr(pack.mapping, name)
    asked = pack.field(path) if path else None
    return [choice.label for choice in asked.choices] if asked else []


def tend() -> int:
    """Make entries that are missing or stale, count awards, and gather the words of what is offered.

    Returns how many entries were made. Repeatable; of two at once one does nothing.
    """
    made = 0
    missing = Q(entry__isnull=True) | Q(entry__in=CatalogueEntry.objects.stale())
    for key in Definition.objects.filter(missing, current__isnull=False).values_list("pk", flat=True):
        with transaction.atomic():
            rows = Definition.objects.select_for_update(of=("self",)).select_related("unit", "current")
            index(rows.get(pk=key))
        made += 1
    gather()
    return made


@transaction.atomic
def gather() -> bool:
    """Count the awards of each and gather the words; False when somebody is just doing it."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(COUNT)
        standings = ", ".join(f"'{one}'" for one in ADVERTISED)
        cursor.execute(WORDS.format(standings=standings))
        text = "\n".join(f"{word} {number}" for word, number in cursor.fetchall())
    if not CatalogueWords.objects.filter(text=text).exists():
        CatalogueWords.objects.update_or_create(pk=1, defaults={"text": text, "made_at": clock.now()})
    return True
