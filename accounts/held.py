"""What a person holds today: their roles, and those that they act in for somebody. Asked once a page."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import Delegation, Person, RoleGrant
from accounts.once import once


def grants_of(person: Person) -> list[RoleGrant]:
    """The roles that the person holds today, and those of people who named them designee."""
    return list(once(person, "grants", lambda: _grants_of(person))) if person.is_active else []


def _grants_of(person: Person) -> list[RoleGrant]:
    delegated = Delegation.objects.in_force().filter(delegate=person).values("grant")
    held = RoleGrant.objects.in_force().filter(Q(person=person) | Q(pk__in=delegated), person__is_active=True)
    return list(held.select_related("institution__in_force", "unit", "person"))
