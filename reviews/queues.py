"""What waits for a person, and what became of it. Each is one query after a fixed number of look-ups."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, When

from accounts.models import Delegation, RoleGrant
from accounts.once import once
from credentials.reach import grants_of, policies_of
from proposals.models import Proposer, Step, StepStatus
from reviews.actions.signoffs import KINDS
from reviews.models import Ballot, BallotSeat, ConditionState, Panel, Vote
from reviews.models.condition import STOPPED
from reviews.models.roll import may_preside
from reviews.reading import shown
from reviews.viewpoint import MANAGER

if TYPE_CHECKING:
    from accounts.models import AdoptedPolicy, Person
    from policies.schema import Body

__all__ = [
    "ballots_for",
    "beside",
    "panels_waiting_for",
    "shown",
    "steps_done_by",
    "steps_waiting_for",
    "votes_to_hold",
]


def steps_waiting_for(person: Person) -> QuerySet[Step]:
    """Open sign-offs, consultations and acknowledgements that the person can complete, as themselves or as a designee;
    never of their own proposals, nor while a proposal is on hold. Oldest first."""
    if not person.is_active:
        return Step.objects.none()
    mine = _any(_covers(grant) for grant in _held(person))
    return (
        _open_steps(person)
        .filter(mine | _delegated(person) | Q(person=person), kind__in=KINDS)
        .order_by("opened_at", "pk")
    )


def panels_waiting_for(person: Person) -> QuerySet[Step]:
    """Open ballot steps whose body the person forms and which has not been formed."""
    if not person.is_active:
        return Step.objects.none()
    grants = grants_of(person)
    forming = [
        _where(grant) & Q(proposal__policy=policy, body__in=bodies)
        for policy in (policies_of(person) if grants else ())
        for grant in grants
        if (bodies := [body.id for body in policy.pack.bodies if body.formed_by == grant.actor])
    ]
    if not forming:
        return Step.objects.none()
    formed = Panel.objects.filter(proposal=OuterRef("proposal"), body=OuterRef("body"))
    waiting = _open_steps(person).filter(_any(forming), ~Exists(formed), kind="ballot")
    return waiting.order_by("opened_at", "pk")


def votes_to_hold(person: Person) -> QuerySet[Step]:
    """Open ballot steps without an open ballot (no quorum, no decision, a seat was vacant) that the person can open
    again: the programme manager, and who presided over one of its ballots. Panels still to be formed are not among them,
    nor votes that are held in meetings alone."""
    if not person.is_active:
        return Step.objects.none()
    grants = [grant for grant in _held(person) if grant.role == MANAGER]
    managed = _any(_where(g) for g in grants)
    under_way = Ballot.objects.open().filter(step=OuterRef("pk"))
    idle = list(Step.objects.open().filter(~Exists(under_way), kind="ballot").values_list("pk", flat=True))
    if not idle:  # so it mostly is, and who presided over what takes long to find
        return Step.objects.none()
    mine = managed
    if may_preside(person):
        chaired = BallotSeat.objects.filter(ballot__step=OuterRef("pk"), person=person)
        mine |= Q(Exists(chaired.presiding(person)))
    steps = _open_steps(person).filter(mine, pk__in=idle)
    policies = policies_of(person)
    steps = steps.exclude(pk__in=_without_panel(policies)).exclude(pk__in=_read_twice(policies))
    return steps.order_by("opened_at", "pk")


def conditions_waiting_for(person: Person) -> Q:
    """Conditions that the person has to meet, as a proposer, or to accept: said to be met, where they decide."""
    own = person.proposerships.values("proposal")
    going = ~Q(proposal__state__in=STOPPED)
    meet = Q(state=ConditionState.OPEN, proposal__in=own)
    return going & (meet | (Q(state=ConditionState.MET) & settled_by(person)))


def settled_by(person: Person) -> Q:
    """Conditions on which the person decides: as programme manager, presiding over the body that set them, or as who
    can sign the step; never on their own proposals."""
    if not person.is_active:
        return Q(pk__in=[])
    return once(person, "conditions they settle", lambda: _settled_by(person))


def _settled_by(person: Person) -> Q:
    grants = grants_of(person)
    managed = {grant.institution_id for grant in grants if grant.role == MANAGER and grant.unit_id is None}
    signed = _any(_covers(grant) for grant in _held(person))
    steps = Step.objects.filter(signed | _delegated(person) | Q(person=person), kind__in=KINDS)
    mine = Q(proposal__institution__in=managed) | Q(step__in=steps)
    if may_preside(person):
        chaired = BallotSeat.objects.filter(ballot=OuterRef("ballot"), person=person)
        mine |= Q(Exists(chaired.presiding(person)))
    return mine & ~Q(proposal__in=person.proposerships.values("proposal"))


def steps_done_by(person: Person) -> QuerySet[Step]:
    """Steps the person completed, latest first."""
    done = Step.objects.filter(completed_by=person, status=StepStatus.COMPLETE, kind__in=KINDS)
    return done.select_related("proposal").order_by("-completed_at")


def beside(ballot: Ballot, person: Person) -> dict[str, Ballot | None]:
    """The `next` of the ballots that wait for the person, by the day on which they close, and the `previous`; after the
    last comes the first. Two queries."""
    later = Q(closes_at__isnull=True, opened_at__gt=ballot.opened_at)
    if ballot.closes_at:
        same_day = Q(closes_at=ballot.closes_at, opened_at__gt=ballot.opened_at)
        later = Q(closes_at__gt=ballot.closes_at) | Q(closes_at__isnull=True) | same_day
    place = Case(When(later, then=0), default=1)
    rows = Ballot.objects.waiting_for(person).exclude(pk=ballot.pk).select_related("proposal")
    return {
        "next": rows.order_by(place, "closes_at", "opened_at", "pk").first(),
        "previous": rows.exclude(later).order_by(F("closes_at").desc(nulls_first=True), "-opened_at").first(),
    }


def ballots_for(rows: QuerySet[Ballot]) -> QuerySet[Ballot]:
    """Ballots with everything that `shown` reads, in a fixed number of queries."""
    related = ("proposal", "step", "revision", "closed_by", "moved_by", "taken_up__item__meeting")
    return rows.select_related(*related).prefetch_related(
        "taken_up__item__meeting__attendances",
        "taken_up__item__meeting__acting_chairs__line",
        "proposal__institution",
        "proposal__policy",
        "roll__person",
        "recusals",
        Prefetch("votes", Vote.objects.select_related("person")),
        "proposal__proposers",
        "conditions__met_by",
        "conditions__settled_by",
    )


def ballots_to_close(rows: QuerySet[Ballot]) -> QuerySet[Ballot]:
    """Ballots with what the count so far reads and who is missing, in a fixed number of queries; without the document."""
    return rows.select_related("proposal", "taken_up__item__meeting").prefetch_related(
        "taken_up__item__meeting__attendances__line",
        "proposal__institution",
        "proposal__policy",
        "roll__person",
        "recusals",
        "votes",
    )


# --- parts ---------------------------------------------------------------------------------------
def _open_steps(person: Person) -> QuerySet[Step]:
    own = Proposer.objects.filter(proposal=OuterRef("proposal"), person=person)
    return (
        Step.objects.open().exclude(proposal__state="on_hold").filter(~Exists(own)).select_related("proposal")
    )


def _without_panel(policies: list[AdoptedPolicy]) -> QuerySet[Step]:
    """Ballot steps whose body is formed for the proposal and is not: those who form it have them in their queue."""
    formed = Panel.objects.filter(proposal=OuterRef("proposal"), body=OuterRef("body"))
    panels = _bodies(policies, lambda body: body.formed == "proposal")
    return Step.objects.open().filter(panels, ~Exists(formed), kind="ballot")


def _read_twice(policies: list[AdoptedPolicy]) -> QuerySet[Step]:
    """Open ballot steps whose body reads a proposal twice and votes only in a meeting."""
    return Step.objects.open().filter(_bodies(policies, lambda body: body.readings == 2), kind="ballot")


def _bodies(policies: list[AdoptedPolicy], fits: Callable[[Body], bool]) -> Q:
    """Steps of bodies that fit, by the policy of each proposal."""
    return _any(
        Q(proposal__policy=policy, body__in=found)
        for policy in policies
        if (found := [body.id for body in policy.pack.bodies if fits(body)])
    )


def _where(grant: RoleGrant) -> Q:
    """Steps of proposals in the grant's unit or below it, or in its whole campus."""
    place = Q(proposal__institution=grant.institution_id)
    return place & Q(proposal__unit__path__contains=f"/{grant.unit_id}/") if grant.unit_id else place


def _covers(grant: RoleGrant) -> Q:
    return Q(actor=grant.actor) & _where(grant)


def _held(person: Person) -> list[RoleGrant]:
    """The person's own roles, without those that they act in for somebody."""
    return [grant for grant in grants_of(person) if grant.person_id == person.pk]


def _delegations(person: Person) -> QuerySet[Delegation]:
    grants = RoleGrant.objects.in_force().filter(person__is_active=True)
    return Delegation.objects.in_force().filter(delegate=person, grant__in=grants).select_related("grant")


def _delegated(person: Person) -> Q:
    """Steps that the person can complete for someone else: where the policy lets a designee sign, and the one they
    sign for is not a proposer."""
    acts = any(grant.person_id != person.pk for grant in grants_of(person))
    delegations = list(_delegations(person)) if acts else []
    allowed = _any(
        Q(proposal__policy=policy, key__in=[step.id for step in policy.pack.steps() if step.designee])
        for policy in (policies_of(person) if delegations else ())
    )
    return _any(
        _covers(row.grant)
        & allowed
        & ~Q(Exists(Proposer.objects.filter(proposal=OuterRef("proposal"), person=row.principal_id)))
        for row in delegations
    )


def _any(conditions: Iterable[Q]) -> Q:
    """One of these; without any, nothing."""
    found = Q(pk__in=[])
    for condition in conditions:
        found |= condition
    return found
