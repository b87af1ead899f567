"""Alternates: whose seat allows one, whom one can name, and what is shown of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.authority import institutions_of
from policies.reasons import Reason
from reviews import rolls
from reviews.models import Alternate, PanelMember

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import Institution, Person
    from policies.schema import Body, Seat


def seats_of(person: Person) -> list[tuple[Institution, Body, Seat]]:
    """The person's seats whose rules allow an alternate, on every campus of theirs."""
    return [
        (institution, body, seat)
        for institution in institutions_of(person)
        if institution.policy
        for body in institution.policy.pack.bodies
        if any(seat.alternates for seat in body.seats)
        if (seat := seat_of(institution, body.id, person)) is not None and seat.alternates
    ]


def seat_of(institution: Institution, body_id: str, person: Person) -> Seat | None:
    """The seat that the person holds today on a standing body, or on any panel of a body formed for a proposal."""
    body = next((body for body in institution.policy.pack.bodies if body.id == body_id), None)
    if body is None:
        return None
    if body.formed == "standing":
        held = {row.seat for row in rolls.standing_members(body, institution) if row.person == person}
    else:
        rows = PanelMember.objects.filter(panel__body=body.id, panel__proposal__institution=institution)
        held = set(rows.filter(person=person).values_list("seat", flat=True))
    return next((seat for seat in body.seats if seat.id in held), None)


def passing_on(institution: Institution, body: str, person: Person) -> list[Reason]:
    """Who votes for a member cannot name somebody in their turn."""
    rows = Alternate.objects.in_force().filter(institution=institution, body=body, delegate=person)
    named = rows.select_related("principal").first()
    if named is None or seat_of(institution, body, person) is not None:
        return []
    said = f"You vote for {named.principal} yourself; an alternate cannot name another."
    return [Reason(said, institution.policy.pack.body(body).clause)]


def name_reasons(
    institution: Institution,
    body_id: str,
    seat: Seat,
    by: Person,
    delegate: Person,
    first: dt.date,
    last: dt.date,
) -> list[Reason]:
    """What stands against naming this person between these days."""
    body = institution.policy.pack.body(body_id)
    clause = seat.clause or body.clause
    if not seat.alternates:
        return [Reason(f"The rules of the seat “{seat.title}” know no alternate.", clause)]
    reasons = []
    if delegate == by:
        reasons.append(Reason("Name someone else as your alternate.", clause, "email"))
    elif not delegate.is_active or institution not in institutions_of(delegate):
        reasons.append(Reason(f"{delegate} is not known on this campus; invite them first.", clause, "email"))
    elif seat_of(institution, body_id, delegate) is not None:
        said = f"{delegate} sits on {body.name}, and one person has one vote."
        reasons.append(Reason(said, clause, "email"))
    if last < first or last < institution.today():
        reasons.append(Reason("Choose a last day that is not past.", "", "ends_on"))
    earlier = Alternate.objects.filter(institution=institution, body=body_id, principal=by)
    if earlier.overlapping(first, last).exists():
        said = "You have named somebody for some of these days already. End that first."
        reasons.append(Reason(said, clause, "starts_on"))
    return reasons


def may_end(row: Alternate, person: Person) -> bool:
    """The member, the alternate, or who administers the campus."""
    return person in (row.principal, row.delegate) or (
        person.administered().filter(pk=row.institution_id).exists()
    )


def shown(row: Alternate) -> dict[str, Any]:
    """One alternate for pages and the API."""
    return {
        "id": str(row.pk),
        "institution": row.institution.slug,
        "body": row.body,
        "body_name": row.institution.policy.pack.body(row.body).name,
        "principal": str(row.principal),
        "delegate": str(row.delegate),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "over": row.is_over,
    }
