"""What a campus publishes of its credentials for other systems: each in CTDL, and all of them in one list."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.conf import settings

from credentials.bodies import deciding
from credentials.ctdl import Published
from credentials.learned import achievement_id, stated
from credentials.looks import pack_of
from credentials.models.stack import parts_of, stack_of
from credentials.openbadges.did import endorsement_url
from credentials.openbadges.pruning import pruned
from credentials.stacks.paths import counts_towards
from policies.engine import Competency

if TYPE_CHECKING:
    from credentials.models import Definition, DefinitionVersion
    from policies.engine import DefinitionFacts


def listed(definition: Definition) -> dict[str, Any]:
    """One credential in its campus's list: where it stands in each form, and since when it may be awarded."""
    version, origin = definition.current, settings.ISSUER_ORIGIN
    assert version is not None  # noqa: S101
    page = f"{origin}/catalogue/{definition.slug}"
    return pruned(
        {
            "id": achievement_id(version),
            "name": version.title,
            "description": version.description,
            "version": version.number,
            "approved_on": version.approved_on.isoformat(),
            "standing": definition.standing,
            "awards_until": definition.awards_until and definition.awards_until.isoformat(),
            "page": f"{page}/",
            "ctdl": f"{page}.jsonld",
            "image": f"{page}/badge.png" if definition.image else "",
            "endorsements": [
                endorsement_url(origin, version.endorsement_id(place))
                for place in range(len(version.approvals))
            ],
        }
    )


def _approvers(version: DefinitionVersion, issuer: str) -> list[tuple[str, str]]:
    """Each body once, with its page."""
    pack = pack_of(version.policy_id)
    found = {one["body"]: f"{issuer}/bodies/{deciding(one, pack)}" for one in version.approvals}
    return list(found.items())


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
        approvers=_approvers(version, f"{origin}/issuers/{institution.slug}"),
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
        competencies=[Competency(one["name"], one.get("assessment", "")) for one in version.competencies],
        skills=version.skills,
        for_credit=version.for_credit,
        credits=version.credits,
        workload=version.workload,
        audience=version.audience,
        stacks_into=version.stacks_into,
    )
