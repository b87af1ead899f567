"""Who sits on the standing bodies of a campus."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.actions import people
from accounts.actions.ending import end_row
from accounts.authority import require_administrator
from accounts.hooks import journal
from accounts.models import Institution, Person, SeatHolding
from policies.reasons import Reason, refuse_if

if TYPE_CHECKING:
    from policies.schema import Body, Seat


@transaction.atomic
def give_seat(
    *,
    institution: Institution,
    body: str,
    seat: str,
    person: Person,
    by: Person | None,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
    experienced: bool = False,
) -> SeatHolding:
    """Seat a person on a standing body from today or `starts_on`. Only a campus administrator.

    Effects: a SeatHolding, an entry in the campus's record. Refused: an unknown body or seat, a body that is formed for
    each proposal, a seat that goes with an office, a seat that is taken, a person who sits there already or is not at
    the campus, a last day before the first.
    """
    require_administrator(by, institution)
    Institution.objects.select_for_update().get(pk=institution.pk)
    if by is None and not person.affiliations.filter(institution=institution, left_at__isnull=True).exists():
        people.join(institution, person, by)
    people.here(institution, person)
    first = starts_on or institution.today()
    refuse_if(seat_problems(institution, body, seat, person, first, ends_on))
    row = SeatHolding.objects.create(
        institution=institution,
        body=body,
        seat=seat,
        person=person,
        experienced=experienced,
        starts_on=first,
        ends_on=ends_on,
        granted_by=by,
    )
    detail = {"person": person.pk, "body": body, "seat": seat, "starts_on": first, "ends_on": ends_on}
    journal().record(institution, "seat given", by, detail)
    return row


@transaction.atomic
def end_seat(*, holding: SeatHolding, by: Person, ends_on: dt.date | None = None) -> SeatHolding:
    """Vacate a seat now, or set its last day. Only a campus administrator. Refused when it is over already."""
    require_administrator(by, holding.institution)
    row = SeatHolding.objects.select_for_update(of=("self",)).select_related("institution").get(pk=holding.pk)
    end_row(row, by, ends_on)
    detail = {"person": row.person_id, "body": row.body, "seat": row.seat, "ends_on": ends_on}
    journal().record(row.institution, "seat vacated", by, detail)
    return row


def seat_problems(
    institution: Institution, body_id: str, seat_id: str, person: Person, first: dt.date, last: dt.date | None
) -> list[Reason]:
    """What stands against seating this person between these days."""
    bodies = {body.id: body for body in institution.policy.pack.bodies}
    body = bodies.get(body_id)
    if body is None:
        return [
            Reason(f"There is no body called {body_id}. The policy knows: {', '.join(bodies)}.", field="body")
        ]
    if body.formed != "standing":
        return [Reason(f"{body.name} is formed anew for each proposal.", field="body")]
    seat = next((seat for seat in body.seats if seat.id == seat_id), None)
    if seat is None:
        seats = ", ".join(seat.id for seat in body.seats)
        return [Reason(f"{body.name} has no seat called {seat_id}. It has: {seats}.", field="seat")]
    found = _crowded(institution, body, seat, person, first, last)
    if seat.office:
        found.append(Reason(f"The seat of {seat.title} goes with an office: give that role.", field="seat"))
    if last and last < first:
        found.append(Reason("The last day comes before the first.", field="ends_on"))
    return found


def _crowded(
    institution: Institution, body: Body, seat: Seat, person: Person, first: dt.date, last: dt.date | None
) -> list[Reason]:
    rows = SeatHolding.objects.filter(institution=institution, body=body.id)
    rows = rows.overlapping(first, last)
    found = []
    if rows.filter(person=person).exists():
        found.append(Reason(f"{person} sits on {body.name} at that time already.", clause=seat.clause))
    if rows.filter(seat=seat.id).count() >= seat.maximum:
        text = (
            f"All {seat.maximum} places of {seat.title} are taken"
            if seat.maximum > 1
            else f"{seat.title} is taken"
        )
        found.append(Reason(f"{text} at that time. Vacate one first.", clause=seat.clause, field="seat"))
    return found
