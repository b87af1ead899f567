"""Who may act as whom: the one place that turns roles, seats, delegations and qualifications into rights.

Only what is in force today (by the campus's calendar) counts, and only for active people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from accounts import held
from accounts.models import Delegation, Institution, Person, Qualification, Role, RoleGrant, SeatHolding
from accounts.once import reading

if TYPE_CHECKING:
    import uuid

    from accounts.models import Unit
    from policies.schema import Body

OFFICE = "office:"


@dataclass(frozen=True)
class Authority:
    """`person` may act as `actor` ("section_head", "office:provost"), perhaps for someone who named them designee."""

    person: Person
    actor: str
    on_behalf_of: Person | None = None


def _role(actor: str) -> tuple[str, str]:
    """The role and the office of an actor."""
    return (Role.OFFICE_HOLDER, actor.removeprefix(OFFICE)) if actor.startswith(OFFICE) else (actor, "")


def grants_of(actor: str, institution: Institution, unit: Unit | None = None) -> QuerySet[RoleGrant]:
    """The grants in force that make someone this actor: for the unit or above it, or for the whole campus.

    Without a unit only grants for the whole campus count.
    """
    role, office = _role(actor)
    covers = Q(unit__isnull=True) | Q(unit__in=unit.lineage if unit else [])
    grants = RoleGrant.objects.in_force().filter(covers, institution=institution, role=role, office=office)
    return grants.filter(person__is_active=True)


def authority(
    person: Person, actor: str, institution: Institution, unit: Unit | None = None, *, designee: bool = True
) -> Authority | None:
    """The right of the person to act as `actor` there; None without it. Their own role comes before a delegation.

    `designee=False` leaves delegations out, for acts that only the holder may do.
    """
    if not person.is_active:
        return None
    known = _known(person, actor, institution, unit)
    if known is not None and not known:
        return None
    grants = grants_of(actor, institution, unit)
    own = grants.filter(person=person).exists() if known is None else person.pk in known
    if own:
        return Authority(person, actor)
    if not designee:
        return None
    delegations = Delegation.objects.in_force().filter(delegate=person, grant__in=grants)
    delegation = delegations.select_related("principal").order_by("starts_on", "pk").first()
    return Authority(person, actor, delegation.principal) if delegation else None


def _known(person: Person, actor: str, institution: Institution, unit: Unit | None) -> set[uuid.UUID] | None:
    """Whose grants make the reader of a page this actor there, their own or of those they act for: known without asking
    again. None where nobody reads."""
    if not reading(person):
        return None
    lineage = unit.lineage if unit else []
    return {
        grant.person_id
        for grant in held.grants_of(person)
        if (grant.role, grant.office) == _role(actor)
        and grant.institution_id == institution.pk
        and (grant.unit_id is None or str(grant.unit_id) in lineage)
    }


def holds(
    person: Person, actor: str, institution: Institution, unit: Unit | None = None, *, designee: bool = True
) -> bool:
    """Whether the person may act as `actor` there."""
    return authority(person, actor, institution, unit, designee=designee) is not None


def holds_anywhere(person: Person, actor: str, institution: Institution) -> bool:
    """Whether the person is this actor in any unit of the campus; for menus and lists, never for a decision."""
    role, office = _role(actor)
    grants = RoleGrant.objects.in_force().filter(institution=institution, role=role, office=office)
    return person.is_active and (
        grants.filter(person=person).exists()
        or Delegation.objects.in_force().filter(delegate=person, grant__in=grants).exists()
    )


def require(
    person: Person, actor: str, institution: Institution, unit: Unit | None = None, *, designee: bool = True
) -> Authority:
    """Like `authority`, but PermissionDenied instead of None."""
    found = authority(person, actor, institution, unit, designee=designee)
    if found is None:
        who = institution.policy.pack.actor_name(actor)
        raise PermissionDenied(f"Only the {who} of {unit or institution} may do this.")
    return found


def require_administrator(person: Person | None, institution: Institution) -> None:
    """PermissionDenied unless the person administers the campus. None is the system itself (commands, the demo)."""
    if person is not None and not person.administered().filter(pk=institution.pk).exists():
        raise PermissionDenied(f"Only a campus administrator of {institution} may do this.")


def people_with(actor: str, institution: Institution, unit: Unit | None = None) -> QuerySet[Person]:
    """Everyone who may act as `actor` there: holders and their designees in force, once each."""
    grants = grants_of(actor, institution, unit)
    delegations = Delegation.objects.in_force().filter(grant__in=grants)
    found = Q(pk__in=grants.values("person")) | Q(pk__in=delegations.values("delegate"))
    return Person.objects.filter(found, is_active=True)


def seat_holdings(institution: Institution, body: Body) -> list[SeatHolding]:
    """Who sits on a standing body today, in the order of the body's seats.

    A seat that goes with an office is held by whoever holds that office: such a line is not a stored row.
    """
    stored = SeatHolding.objects.in_force().filter(
        institution=institution, body=body.id, person__is_active=True
    )
    rows = list(stored.select_related("person").order_by("starts_on", "person__name"))
    filled = {row.seat for row in rows}
    by_office = _by_office(
        institution, body.id, {s.id: s.office for s in body.seats if s.office and s.id not in filled}
    )
    return [row for seat in body.seats for row in (*rows, *by_office) if row.seat == seat.id]


def _by_office(institution: Institution, body: str, seats: dict[str, str]) -> list[SeatHolding]:
    """`seats` gives the office that each seat goes with."""
    if not seats:
        return []
    grants = RoleGrant.objects.in_force().filter(
        institution=institution,
        role=Role.OFFICE_HOLDER,
        office__in=seats.values(),
        unit__isnull=True,
        person__is_active=True,
    )
    return [
        SeatHolding(
            institution=institution,
            body=body,
            seat=seat,
            person=grant.person,
            starts_on=grant.starts_on,
            ends_on=grant.ends_on,
        )
        for grant in grants.select_related("person").order_by("starts_on")
        for seat, office in seats.items()
        if grant.office == office
    ]


def is_qualified(person: Person, institution: Institution, kind: str = Qualification.TRAINED_ISSUER) -> bool:
    """Whether the person has the qualification (such as trained issuer) at this campus today."""
    held = Qualification.objects.in_force().filter(person=person, institution=institution, kind=kind)
    return person.is_active and held.exists()


def institutions_of(person: Person) -> QuerySet[Institution]:
    """The campuses that the person belongs to or holds a role or seat at (of the system operator: all)."""
    return Institution.objects.of(person)
