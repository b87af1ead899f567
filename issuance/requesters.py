"""What a person may request, for lists: all credentials at once, in a few queries. `checks.may_request` decides each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from accounts.models import Qualification, Role, RoleGrant
from credentials.models import Definition
from credentials.reach import grants_of
from issuance.checking import checks
from policies.reasons import Reason

if TYPE_CHECKING:
    import uuid

    from accounts.models import Person

OFFICE = "office:"


@dataclass(frozen=True)
class Requestable:
    """A credential whose badges the person may request, and what stands against it now."""

    definition: Definition
    reasons: list[Reason] = field(default_factory=list)


def requestable(person: Person) -> list[Requestable]:
    """Every approved credential whose badges this person may request, those that can be first."""
    grants = grants_of(person)
    campuses = {grant.institution_id for grant in grants}
    rows = Definition.objects.filter(institution__in=campuses, current__isnull=False)
    related = rows.select_related("institution", "unit", "current__policy").order_by("current__title")
    trained = _trained(person)
    found = [
        Requestable(d, checks.definition_reasons(d) + checks.training_reasons(d, d.institution_id in trained))
        for d in related
        if any(covers(grant, actor, d) for actor in checks.pack_of(d).issuance.requesters for grant in grants)
    ]
    return sorted(found, key=lambda one: bool(one.reasons))


def _trained(person: Person) -> set[uuid.UUID]:
    held = Qualification.objects.in_force().filter(person=person, kind=Qualification.TRAINED_ISSUER)
    return set(held.values_list("institution_id", flat=True))


def covers(grant: RoleGrant, actor: str, definition: Definition) -> bool:
    """Whether the grant makes its holder this actor for the definition's unit."""
    office = actor.removeprefix(OFFICE) if actor.startswith(OFFICE) else ""
    role = Role.OFFICE_HOLDER if office else actor
    within = grant.unit_id is None or str(grant.unit_id) in definition.unit.lineage
    return (grant.institution_id, grant.role, grant.office) == (
        definition.institution_id,
        role,
        office,
    ) and within
