"""Definitions and their versions. Called by proposal transitions, by the clock and by the programme manager (image)."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import slugify

from credentials import hooks
from credentials.actions.endorsements import sign_when_frozen
from credentials.actions.indexing import index
from credentials.models import Definition, DefinitionVersion, Part, Standing
from credentials.models.definition import AWARDABLE
from journal import clock
from journal.actions import record

if TYPE_CHECKING:
    from accounts.models import AdoptedPolicy, Institution, Person, Unit
    from policies.engine import Competency, DefinitionFacts


@transaction.atomic
def approve(
    *,
    definition: Definition | None,
    institution: Institution,
    unit: Unit,
    type: str,
    facts: DefinitionFacts,
    answers: dict[str, Any],
    policy: AdoptedPolicy,
    proposal_id: uuid.UUID,
    revision_hash: str,
    approvals: list[dict[str, Any]],
    badge: bool,
    notation: bool,
    by: Person | None,
) -> Definition:
    """Freeze an approved revision as the next version; without a definition make one (standing draft). Its type is that
    of what was approved: a move to credit may bring a notation.
    `by` is None where the last approval came about by itself, since nobody objected in time.

    Effects: a Definition (perhaps), a DefinitionVersion, its decisions signed for their bodies, its entry in the
    catalogue's index, entries in the definition's record. Awards made under an earlier version keep it.
    """
    definition = _locked(definition) if definition else _new_definition(institution, unit, type, facts.title)
    version = DefinitionVersion(definition=definition, approved_on=clock.today(), **_frozen(facts))
    version.number = definition.versions.count() + 1
    version.policy, version.proposal_id, version.revision_hash = policy, proposal_id, revision_hash
    version.answers, version.approvals = answers, approvals
    version.badge, version.notation = badge, notation
    version.save()
    definition.current, definition.type = version, type
    definition.save(update_fields=["current", "type"])
    _note_version(version, by)
    index(definition)
    sign_when_frozen(version)
    return definition


def _locked(definition: Definition) -> Definition:
    return Definition.objects.select_for_update(of=("self",)).get(pk=definition.pk)


def _note_version(version: DefinitionVersion, by: Person | None) -> None:
    record.write(
        subject_kind="definition",
        subject_id=version.definition_id,
        institution=version.definition.institution,
        act="version approved",
        by=by,
        detail={
            "version": version.number,
            "proposal": str(version.proposal_id),
            "revision": version.revision_hash,
        },
    )


def _frozen(facts: DefinitionFacts) -> dict[str, Any]:
    """The columns of a version that come straight from the mapped answers."""
    return {
        "title": facts.title[:200],
        "description": facts.description,
        "criteria": facts.criteria,
        "competencies": [_competency(one) for one in facts.competencies],
        "skills": list(facts.skills),
        "for_credit": facts.for_credit,
        "credits": facts.credits,
        "level": facts.level,
        "modality": facts.modality,
        "workload": facts.workload,
        "audience": list(facts.audience),
        "stacks_into": facts.stacks_into,
    }


def _competency(one: Competency) -> dict[str, Any]:
    """As it is stored; `levels` where it has a rubric alone."""
    return {name: value for name, value in asdict(one).items() if name != "levels" or value}


def _new_definition(institution: Institution, unit: Unit, type: str, title: str) -> Definition:
    """A slug is unique for ever: the title, with the campus in front and a number behind when it is taken."""
    stem = slugify(f"{institution.slug} {title}")[:110].strip("-")
    slug, n = stem, 1
    while Definition.objects.filter(slug=slug).exists():
        n += 1
        slug = f"{stem}-{n}"
    return Definition.objects.create(
        institution=institution,
        unit=unit,
        slug=slug,
        type=type,
        standing=Standing.DRAFT,
        standing_since=clock.today(),
        created_at=clock.now(),
    )


@transaction.atomic
def set_standing(
    *,
    definition: Definition,
    standing: Standing,
    since: dt.date,
    awards_until: dt.date | None = None,
    by: Person | None,
    reason: str = "",
) -> Definition:
    """Change the right to award and to advertise. `by` is None for the clock. Awards already made are never touched.

    Who fulfils a stack already is looked for once it can be awarded.
    """
    definition = _locked(definition)
    before = definition.standing
    definition.standing = standing
    definition.standing_since = since
    definition.awards_until = awards_until
    definition.save(update_fields=["standing", "standing_since", "awards_until"])
    record.write(
        subject_kind="definition",
        subject_id=definition.pk,
        institution=definition.institution,
        act="standing changed",
        by=by,
        detail={
            "from": before,
            "to": str(standing),
            "since": since.isoformat(),
            "awards_until": awards_until.isoformat() if awards_until else None,
            "reason": reason,
        },
    )
    if standing in AWARDABLE and before not in AWARDABLE and Part.objects.of_current(definition).exists():
        hooks.stacks().opened(definition)
    return definition
