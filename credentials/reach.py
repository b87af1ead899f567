"""How far a person's roles reach: which campuses and units they cover today, as conditions for querysets."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.models import Delegation, Role, RoleGrant
from accounts.once import once

if TYPE_CHECKING:
    from accounts.models import Person
    from policies.schema import Pack

NOTHING = Q(pk__in=[])


def grants_of(person: Person) -> list[RoleGrant]:
    """The roles that the person holds today, and those of people who named them designee."""
    return list(once(person, "grants", lambda: _grants_of(person))) if person.is_active else []


def _grants_of(person: Person) -> list[RoleGrant]:
    delegated = Delegation.objects.in_force().filter(delegate=person).values("grant")
    held = RoleGrant.objects.in_force().filter(Q(person=person) | Q(pk__in=delegated), person__is_active=True)
    return list(held.select_related("institution__in_force", "unit", "person"))


def rules_of(grant: RoleGrant) -> Pack:
    """The policy in force on the grant's campus."""
    return (grant.institution.in_force or grant.institution.policy).pack


def covered_by(grants: Collection[RoleGrant], institution: str = "institution", unit: str = "unit") -> Q:
    """What lies within the grants: a whole campus, or a unit and all below it. The arguments are field paths."""
    found = NOTHING
    for grant in grants:
        place = (
            {f"{unit}__path__startswith": grant.unit.path}
            if grant.unit
            else {institution: grant.institution_id}
        )
        found |= Q(**place)
    return found


def keeps_awards(grant: RoleGrant) -> bool:
    """Whether the role is one of those that manage, issue or certify awards, by the campus's own policy."""
    if grant.role == Role.OFFICE_HOLDER:
        certifiers = rules_of(grant).issuance.certifiers
        return grant.office in {certifier.office for certifier in certifiers}
    return grant.role in (Role.PROGRAMME_MANAGER, Role.CAMPUS_ADMINISTRATOR, Role.ISSUER)


def keeps_transcripts(grant: RoleGrant) -> bool:
    """Whether the role is the one that keeps transcripts and learners' records, by the campus's own policy."""
    return grant.actor == rules_of(grant).transcript.keeper


def keeps_records(grant: RoleGrant) -> bool:
    """Whether the role looks after the records of learners: who keeps transcripts, and the certifying offices."""
    if grant.role == Role.OFFICE_HOLDER and keeps_awards(grant):
        return True
    return keeps_transcripts(grant)
