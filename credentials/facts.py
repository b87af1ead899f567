"""From our rows to the values an Open Badges document is made of. Nothing is written here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.conf import settings

from credentials import learned
from credentials.learned import stated
from credentials.models.stack import parts_of, stack_of
from credentials.openbadges.document import Builder
from credentials.openbadges.facts import AchievementFacts, IssuerFacts
from credentials.openbadges.given_keys import given_keys, variable
from credentials.openbadges.keys import KeySet, issuer_keys

if TYPE_CHECKING:
    from accounts.models import AdoptedPolicy, Institution
    from credentials.models import DefinitionVersion


def keys_of(institution: Institution) -> KeySet:
    """The institution's keys, which lie outside the database; made at first use."""
    return keys_named(institution.slug)


def keys_named(slug: str) -> KeySet:
    """The keys of the institution of this slug; the caller has made sure that there is one.

    Those that the environment gives, else the files'. KeyFileError when they cannot be read.
    """
    passphrase = settings.KEYS_PASSPHRASE.encode() or None
    given = settings.ISSUER_KEYS.get(variable(slug))
    if given:
        return given_keys(slug, given, passphrase, Path(settings.KEYS_DIR) / slug)
    return issuer_keys(settings.KEYS_DIR, slug, passphrase)


def issuer_of(institution: Institution) -> IssuerFacts:
    """The issuer as it stands in signed documents: under ISSUER_ORIGIN, never under SITE_URL."""
    return IssuerFacts(
        origin=settings.ISSUER_ORIGIN,
        slug=institution.slug,
        name=institution.name,
        url=f"{settings.ISSUER_ORIGIN}/issuers/{institution.slug}",
    )


def endorsements_of(version: DefinitionVersion) -> tuple[dict[str, Any], ...]:
    """What the bodies decided of the version, as they signed it, in the order of the days."""
    return tuple(json.loads(row.text) for row in version.endorsements.order_by("place").only("text"))


def achievement_of(version: DefinitionVersion) -> AchievementFacts:
    """What was approved: title, description, criteria, competencies, policy and revision, the bodies' decisions."""
    definition, policy, origin = version.definition, version.policy, settings.ISSUER_ORIGIN
    said = stated(version)
    return AchievementFacts(
        id=learned.achievement_id(version),
        name=version.title,
        description=version.description,
        criteria_narrative="\n\n".join(filter(None, [learned.criteria(version, said), _made_of(version)])),
        criteria_id=f"{origin}/catalogue/{definition.slug}/",
        achievement_type="Badge" if version.badge else "Achievement",
        image_url=f"{origin}/catalogue/{definition.slug}/badge.png" if definition.image else "",
        image_caption=definition.image_alt,
        alignments=learned.alignments(version, said),
        tags=tuple(version.skills),
        language=learned.language(version, said),
        version=str(version.number),
        credits_available=learned.credits(version),
        human_code=said.code,
        field_of_study=said.field_of_study,
        result_descriptions=learned.result_descriptions(version),
        endorsements=endorsements_of(version),
        related_ids=tuple(f"{origin}/achievements/{part.part.current_id}" for part in parts_of(version)),
        policy_url=f"{origin}/policies/{definition.institution.slug}/{quote(policy.revision, safe='')}/",
        policy_name=_policy_name(policy),
    )


def unsignable(version: DefinitionVersion) -> str:
    """Why no award of this version could be signed, with the part that is wrong; "" when all is well.

    Asked before a request is filed, so that nobody waits for a batch that cannot be made.
    """
    try:
        Builder(issuer_of(version.definition.institution), achievement_of(version))
    except ValueError as error:
        return str(error)
    return ""


def _made_of(version: DefinitionVersion) -> str:
    """The rules of a stack as a list in Markdown; "" for what is none."""
    parts = parts_of(version)
    groups = stack_of(version, parts).groups if parts else ()
    lines = [f"- {group.text}: {'; '.join(slot.title for slot in group.slots)}" for group in groups]
    return "\n".join(["Made of:", *lines]) if lines else ""


def _policy_name(policy: AdoptedPolicy) -> str:
    parts = (policy.pack.policy.title, policy.number, f"revision {policy.revision}")
    return ", ".join(part for part in parts if part)
