"""Who sees and does what in evaluation, from roles in force today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.held import grants_of
from accounts.models import Role
from credentials.models import Definition
from credentials.reach import covered_by
from learning.models import Offering

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Person

OFFICE = (Role.PROGRAMME_MANAGER, Role.CAMPUS_ADMINISTRATOR)


def definitions_seen(person: Person) -> QuerySet[Definition]:
    """The credentials whose results the person sees: by role for campus or unit, or as director of an offering."""
    rows = Definition.objects.filter(current__isnull=False)
    if person.is_superuser:
        return rows
    directed = Offering.objects.filter(director=person).values("definition")
    return rows.filter(covered_by(grants_of(person)) | Q(pk__in=directed))


def offerings_directed(person: Person) -> QuerySet[Offering]:
    """The offerings whose graduates the person keeps in touch with: one's own, those of one's units, the office's."""
    if not person.is_active:
        return Offering.objects.none()
    if person.is_superuser:
        return Offering.objects.all()
    roles = (*OFFICE, Role.PROGRAMME_DIRECTOR)
    directing = [grant for grant in grants_of(person) if grant.role in roles]
    return Offering.objects.filter(covered_by(directing, unit="definition__unit") | Q(director=person))


def may_adapt(person: Person, offering: Offering) -> bool:
    """The director of the offering or of its unit, and the office."""
    return offerings_directed(person).filter(pk=offering.pk).exists()


def definitions_directed(person: Person) -> QuerySet[Definition]:
    """The credentials whose employers and partners the person asks: those of one's units and offerings, the office's."""
    rows = Definition.objects.filter(current__isnull=False)
    if person.is_superuser:
        return rows
    roles = (*OFFICE, Role.PROGRAMME_DIRECTOR)
    directing = [grant for grant in grants_of(person) if grant.role in roles]
    mine = Offering.objects.filter(director=person).values("definition") if person.is_active else []
    return rows.filter(covered_by(directing) | Q(pk__in=mine))
