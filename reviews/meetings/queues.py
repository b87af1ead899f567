"""What waits for a meeting of a body that votes in meetings alone, for those who plan them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.models import Role
from credentials.reach import grants_of, policies_of
from proposals.models import Step
from reviews.models import Meeting

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from accounts.models import AdoptedPolicy, Person, RoleGrant
    from policies.schema import Body


def steps_to_meet_on(person: Person) -> QuerySet[Step]:
    """Open votes of bodies that read twice, on no agenda of a meeting ahead, where the person is programme manager or
    holds the seat of the chair or vice chair; the oldest first."""
    twice = [(row, body) for row in policies_of(person) for body in row.pack.bodies if body.readings == 2]
    if not twice or not person.is_active:
        return Step.objects.none()
    held = set(person.holdings.in_force().values_list("institution", "body", "seat"))
    grants = [grant for grant in grants_of(person) if grant.person_id == person.pk]
    planned = [(policy, body) for policy, body in twice if _plans(policy, body, held, grants)]
    if not planned:
        return Step.objects.none()
    mine = Q(pk__in=[])
    for policy, body in planned:
        mine |= Q(proposal__policy=policy, body=body.id)
    taken = Meeting.objects.under_way().filter(items__came="", items__step__isnull=False)
    rows = Step.objects.open().filter(mine, kind="ballot").exclude(pk__in=taken.values("items__step"))
    rows = rows.exclude(proposal__state="on_hold").exclude(proposal__proposers__person=person)
    return rows.select_related("proposal__institution", "proposal__policy").order_by("opened_at", "pk")


def _plans(
    policy: AdoptedPolicy, body: Body, held: Collection[tuple[object, str, str]], grants: list[RoleGrant]
) -> bool:
    """Whether these roles and seats make one plan the meetings of a body."""
    here = [grant for grant in grants if grant.institution_id == policy.institution_id]
    if any(grant.role == Role.PROGRAMME_MANAGER and grant.unit_id is None for grant in here):
        return True
    offices = {grant.office for grant in here if grant.office}
    chairs = [seat for seat in body.seats if seat.chair or seat.vice_chair]
    return any((policy.institution_id, body.id, seat.id) in held or seat.office in offices for seat in chairs)
