"""Give and end roles, and name designees. All of it by a campus administrator; a designee also by the holder."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.actions import people
from accounts.actions.ending import end_row
from accounts.actions.seats import end_seat, give_seat
from accounts.authority import require_administrator
from accounts.hooks import Message, journal
from accounts.models import Delegation, Institution, Person, Role, RoleGrant
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from accounts.models import Unit

__all__ = ["delegate", "end", "end_delegation", "end_seat", "give_seat", "grant"]


@transaction.atomic
def grant(
    *,
    institution: Institution,
    person: Person,
    role: str,
    by: Person | None,
    unit: Unit | None = None,
    office: str = "",
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> RoleGrant:
    """Give a role in a unit and all below it (or, without a unit, on the whole campus) from today or `starts_on`.

    Effects: a RoleGrant, an entry in the campus's record. Refused: people who are not at the campus, an unknown role or
    office, a unit of another campus, a last day before the first, the same role twice at a time.
    """
    require_administrator(by, institution)
    if by is None and not person.affiliations.filter(institution=institution, left_at__isnull=True).exists():
        people.join(institution, person, by)
    people.here(institution, person)
    first = starts_on or institution.today()
    refuse_if(role_problems(institution, role, office, unit, first, ends_on))
    twins = RoleGrant.objects.filter(
        institution=institution, person=person, role=role, office=office, unit=unit
    )
    if twins.overlapping(first, ends_on).exists():
        raise Refused(f"{person} has this role there at that time already.")
    row = RoleGrant.objects.create(
        institution=institution,
        person=person,
        role=role,
        office=office,
        unit=unit,
        starts_on=first,
        ends_on=ends_on,
        granted_by=by,
    )
    journal().record(institution, "role given", by, facts_of(row))
    return row


@transaction.atomic
def end(*, grant: RoleGrant, by: Person, ends_on: dt.date | None = None) -> RoleGrant:
    """End a role now, or set its last day. Its designees end with it.

    Effects: the grant, an entry in the campus's record. Only a campus administrator. Refused: what is over already, a
    last day before the first, and the campus's only administrator.
    """
    require_administrator(by, grant.institution)
    Institution.objects.select_for_update().get(pk=grant.institution_id)
    row = (
        RoleGrant.objects.select_for_update(of=("self",))
        .select_related("person", "institution")
        .get(pk=grant.pk)
    )
    if row.role == Role.CAMPUS_ADMINISTRATOR:
        refuse_if(people.only_administrator(row.institution, row.person))
    end_row(row, by, ends_on)
    journal().record(row.institution, "role ended", by, facts_of(row))
    return row


@transaction.atomic
def delegate(
    *,
    grant: RoleGrant,
    delegate: Person,
    by: Person,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> Delegation:
    """Name a designee who acts for the holder in this role between two dates ("B for A").

    By the holder or a campus administrator. Effects: a Delegation, a mail to the designee, an entry in the campus's
    record. Refused: a role that is over, oneself, people who are not at the campus, dates that do not fit, the same
    designee twice at a time.
    """
    institution = grant.institution
    if by.pk != grant.person_id:
        require_administrator(by, institution)
    if not by.is_active:
        raise PermissionDenied("This account is closed.")
    row = RoleGrant.objects.select_for_update(of=("self",)).select_related("person").get(pk=grant.pk)
    first = starts_on or institution.today()
    refuse_if(_delegation_problems(row, delegate, first, ends_on))
    people.here(institution, delegate)
    if Delegation.objects.filter(grant=row, delegate=delegate).overlapping(first, ends_on).exists():
        raise Refused(f"{delegate} is named for that time already.")
    named = Delegation.objects.create(
        grant=row, principal=row.person, delegate=delegate, starts_on=first, ends_on=ends_on, granted_by=by
    )
    detail = {**facts_of(row), "delegate": delegate.pk, "starts_on": first, "ends_on": ends_on}
    journal().record(institution, "designee named", by, detail)
    context = {
        "principal": row.person.name,
        "role": institution.policy.pack.actor_name(row.actor),
        "named": named,
    }
    journal().post(institution, [Message("designee_named", f"designee_named:{named.pk}", delegate, context)])
    return named


@transaction.atomic
def end_delegation(*, delegation: Delegation, by: Person) -> None:
    """End a designation now: by the holder, the designee or a campus administrator. Refused when it is over."""
    institution = delegation.grant.institution
    if by.pk not in (delegation.principal_id, delegation.delegate_id):
        require_administrator(by, institution)
    rows = Delegation.objects.select_for_update(of=("self",)).select_related("grant__institution")
    row = rows.get(pk=delegation.pk)
    end_row(row, by)
    journal().record(
        institution, "designation ended", by, {"delegation": row.pk, "delegate": row.delegate_id}
    )


def role_problems(
    institution: Institution, role: str, office: str, unit: Unit | None, first: dt.date, last: dt.date | None
) -> list[Reason]:
    """What stands against giving this role there between these days."""
    found = []
    offices = [o.id for o in institution.policy.pack.offices]
    if role not in Role.values:
        found.append(Reason(f"There is no role called {role}.", field="role"))
    elif role == Role.OFFICE_HOLDER and office not in offices:
        text = f"There is no office called {office}." if office else "Say which office."
        found.append(Reason(f"{text} The policy knows: {', '.join(offices)}.", field="office"))
    elif office and role != Role.OFFICE_HOLDER:
        found.append(Reason("Only an office holder has an office.", field="office"))
    if unit is not None and unit.institution_id != institution.pk:
        found.append(Reason(f"{unit} is not a unit of {institution}.", field="unit"))
    if last and last < first:
        found.append(Reason("The last day comes before the first.", field="ends_on"))
    return found


def facts_of(row: RoleGrant) -> dict[str, object]:
    """A grant as the record keeps it."""
    return {
        "person": row.person_id,
        "actor": row.actor,
        "unit": row.unit_id,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
    }


def _delegation_problems(
    row: RoleGrant, delegate: Person, first: dt.date, last: dt.date | None
) -> list[Reason]:
    found = []
    if row.is_over:
        found.append(Reason("This role is over, so nobody can act in it."))
    if delegate.pk == row.person_id:
        found.append(Reason("Name someone else as the designee.", field="delegate"))
    if not delegate.is_active:
        found.append(Reason(f"{delegate} cannot sign in any more.", field="delegate"))
    if last and last < first:
        found.append(Reason("The last day comes before the first.", field="ends_on"))
    if row.ends_on and first > row.ends_on:
        found.append(Reason(f"The role ends on {row.ends_on}, before the first day.", field="starts_on"))
    return found
