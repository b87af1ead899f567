"""Who runs the public pages of a campus's office: its programme manager (or whom they named designee) and administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from accounts.models import Institution, Role
from credentials.reach import grants_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Person

RUNNERS = (Role.PROGRAMME_MANAGER, Role.CAMPUS_ADMINISTRATOR)


def offices_of(person: Person) -> QuerySet[Institution]:
    """The campuses whose office the person runs today (of the system operator: all)."""
    if person.is_superuser and person.is_active:
        return Institution.objects.all()
    ids = [grant.institution_id for grant in grants_of(person) if grant.role in RUNNERS and not grant.unit_id]
    return Institution.objects.filter(pk__in=ids)


def runs_office(person: Person, institution: Institution) -> bool:
    """Whether the person runs the office of this campus."""
    return offices_of(person).filter(pk=institution.pk).exists()


def require_office(person: Person, institution: Institution) -> None:
    """PermissionDenied unless the person runs the office of this campus."""
    if not runs_office(person, institution):
        who = institution.policy.pack.actor_name(Role.PROGRAMME_MANAGER)
        raise PermissionDenied(f"Only the {who} of {institution} may do this.")
