"""From our rows to the values an Open Badges document is made of. Nothing is written here."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.conf import settings

from credentials import learned
from credentials.ctdl import Published
from credentials.learned import stated
from credentials.looks import pack_of
from credentials.models.stack import parts_of, stack_of
from credentials.openbadges.document import Builder
from credentials.openbadges.facts import AchievementFacts, IssuerFacts
from credentials.openbadges.keys import KeySet, issuer_keys
from credentials.paths import counts_towards
from policies.engine import Competency

if TYPE_CHECKING:
    from accounts.models import AdoptedPolicy, Institution
    from credentials.models import Definition, DefinitionVersion
    from policies.engine import DefinitionFacts


def keys_of(institution: Institution) -> KeySet:
    """The institution's keys, which lie outside the database; made at first use."""
    return keys_named(institution.slug)


def keys_named(slug: str) -> KeySet:
    """The keys of the institution of this slug; the caller has made sure that there is one."""
    return issuer_keys(settings.KEYS_DIR, slug)


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


def published_of(definition: Definition, version: DefinitionVersion) -> Published:
    """What CTDL is told of a credential: the approved words, their kinds from the answers, bodies without people."""
    origin, institution = settings.ISSUER_ORIGIN, definition.institution
    page = f"{origin}/catalogue/{definition.slug}"
    version.definition = definition  # known already, so that nobody asks again
    return Published(
        key=definition.pk,
        address=f"{page}.jsonld",
        page=f"{page}/",
        standing=definition.standing,
        since=version.approved_on,
        until=definition.awards_until,
        version=version.number,
        said=_approved(version),
        language=pack_of(version.policy_id).policy.language,
        owner_name=institution.name,
        owner_page=f"{origin}/issuers/{institution.slug}",
        image=f"{page}/badge.png" if definition.image else "",
        approvers=list(dict.fromkeys(decision["body"] for decision in version.approvals)),
        groups=_groups(version, origin),
        part_of=[f"{origin}/catalogue/{stack.slug}.jsonld" for stack in counts_towards([definition.pk])],
    )


def _groups(version: DefinitionVersion, origin: str) -> list[tuple[str, list[str]]]:
    """The rules of a stack in words, each with where its parts are described."""
    parts = parts_of(version)
    places = {part.part_id: f"{origin}/catalogue/{part.part.slug}.jsonld" for part in parts}
    groups = stack_of(version, parts).groups if parts else ()
    return [(group.text, [places[slot.key] for slot in group.slots]) for group in groups]


def _approved(version: DefinitionVersion) -> DefinitionFacts:
    """What was frozen, and beside it what only the answers say."""
    return replace(
        stated(version),
        title=version.title,
        description=version.description,
        criteria=version.criteria,
        competencies=[Competency(**one) for one in version.competencies],
        skills=version.skills,
        for_credit=version.for_credit,
        credits=version.credits,
        workload=version.workload,
        audience=version.audience,
        stacks_into=version.stacks_into,
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
