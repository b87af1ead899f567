"""How far a person's roles reach: which campuses and units they cover today, as conditions for querysets."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.held import grants_of
from accounts.models import AdoptedPolicy, Institution, Role
from accounts.once import once

if TYPE_CHECKING:
    from accounts.models import Person, RoleGrant
    from policies.schema import Pack

__all__ = [
    "campuses_of",
    "covered_by",
    "grants_of",
    "keeps_awards",
    "keeps_records",
    "keeps_transcripts",
    "policies_of",
    "rules_of",
]

NOTHING = Q(pk__in=[])


def policies_of(person: Person) -> list[AdoptedPolicy]:
    """Every revision adopted on the campuses where the person belongs or has a role: proposals follow older ones too."""
    return once(person, "policies", lambda: _policies_of(person))


def _policies_of(person: Person) -> list[AdoptedPolicy]:
    campuses = {campus.pk for campus in campuses_of(person)}
    campuses |= {grant.institution_id for grant in grants_of(person)}
    return list(AdoptedPolicy.objects.filter(institution__in=campuses))


def campuses_of(person: Person) -> list[Institution]:
    """Where the person belongs, or holds a role or seat today, with the policy in force; of the system operator all."""
    return list(once(person, "campuses", lambda: _campuses_of(person)))


def _campuses_of(person: Person) -> list[Institution]:
    return list(Institution.objects.of(person).select_related("in_force"))


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
