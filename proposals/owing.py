"""Who owes what is due, and who sees to it that it comes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.authority import people_with
from accounts.models import Person, Role, RoleGrant
from credentials.reach import grants_of, policies_of, rules_of
from proposals import hooks
from proposals.actions.telling import proposers_of
from proposals.models import Proposal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from proposals.deadlines import Deadline

KEEPERS = (Role.PROGRAMME_MANAGER, Role.CAMPUS_ADMINISTRATOR)
NOBODY = "Only the programme manager and the offices that oversee pilots see this."


def people(deadline: Deadline) -> list[Person]:
    """Whom a reminder goes to: who owes it, and their designees; the programme manager where nobody holds the office.

    Only people who may see the proposal.
    """
    proposal = deadline.proposal
    if deadline.step is not None:
        found = list(hooks.step_handler(deadline.step.kind).asked(deadline.step))
    elif deadline.owed is not None:
        found = list(deadline.owed.people())
    elif deadline.owner == "proposer":
        found = proposers_of(proposal)
    else:
        found = list(people_with(deadline.owner, proposal.institution, proposal.unit))
    active = [person for person in found if person.is_active]
    if not active:
        active = list(people_with(Role.PROGRAMME_MANAGER, proposal.institution, proposal.unit))
    return [person for person in active if _sees(person, proposal)]


def _sees(person: Person, proposal: Proposal) -> bool:
    return Proposal.objects.visible_to(person).filter(pk=proposal.pk).exists()


def owed_by(deadlines: Iterable[Deadline], person: Person, grants: list[RoleGrant]) -> list[Deadline]:
    """Those of these deadlines that the person owes, without steps, which wait in lists of their own."""
    deadlines = list(deadlines)
    if not deadlines:
        return []
    mine = set(person.proposerships.values_list("proposal", flat=True))
    return [
        due
        for due in deadlines
        if due.step is None
        and (
            due.proposal.pk in mine
            if due.owner == "proposer"
            else any(covers(grant, due.owner, due.proposal) for grant in grants)
        )
    ]


def reach(person: Person, grants: list[RoleGrant]) -> Q:
    """The proposals of which the person may owe something: their own, and those where a policy asks their office."""
    return Q(pk__in=person.proposerships.values("proposal")) | asked_of_offices(person, grants)[0]


def asked_of_offices(person: Person, grants: list[RoleGrant]) -> tuple[Q, set[str]]:
    """The proposals where a policy asks one of the person's offices for something, and which of them are asked."""
    found, actors = Q(pk__in=[]), set()
    asked: dict[UUID, set[str]] = {}
    for row in policies_of(person):
        owners = {deadline.owner for deadline in row.pack.deadlines if deadline.owner != "proposer"}
        asked.setdefault(row.institution_id, set()).update(owners)
    for grant in grants:
        if grant.actor in asked.get(grant.institution_id, ()):
            found |= within(grant)
            actors.add(grant.actor)
    return found, actors


def within(grant: RoleGrant) -> Q:
    """The proposals of the grant's unit and all below it, or of its whole campus."""
    within = Q(unit__path__contains=f"/{grant.unit_id}/") if grant.unit_id else Q()
    return Q(institution=grant.institution_id) & within


def covers(grant: RoleGrant, actor: str, proposal: Proposal) -> bool:
    """Whether who holds this grant is `actor` for the proposal."""
    place = grant.unit_id is None or str(grant.unit_id) in proposal.unit.lineage
    return grant.actor == actor and grant.institution_id == proposal.institution_id and place


def oversight(grants: list[RoleGrant]) -> Q:
    """The proposals whose pilots and deadlines these grants let one oversee: programme manager, campus administrator,
    and the offices that the campus's policy names."""
    found = Q(pk__in=[])
    for grant in grants:
        if overseeing(grant):
            found |= within(grant)
    return found


def oversees(person: Person) -> bool:
    """Whether the person oversees pilots anywhere."""
    return person.is_superuser or any(overseeing(grant) for grant in grants_of(person))


def overseeing(grant: RoleGrant) -> bool:
    """Whether a grant lets its holder oversee pilots under the policy in force on its campus."""
    pilot = rules_of(grant).pilot
    return grant.role in KEEPERS or grant.actor in (pilot.overseers if pilot else ())


def may_receive(person: Person, proposal: Proposal) -> bool:
    """Whether the person records that something due has come in: who oversees it, and never one of its proposers."""
    if proposal.proposers.filter(person=person).exists():
        return False
    rows = Proposal.objects.visible_to(person).filter(pk=proposal.pk)
    return rows.filter(oversight(grants_of(person))).exists() or (person.is_superuser and rows.exists())
