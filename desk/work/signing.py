"""Sign-offs, consultations and acknowledgements, panels to form, and moves that an officer makes by hand."""

from __future__ import annotations

import uuid
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import Role
from credentials.reach import grants_of, policies_of
from desk.work.item import MOST, Item, Items, first
from desk.work.ties import LONGEST_UNDO
from journal import clock
from proposals import undoing, waiting
from proposals.models import Proposal, Step, StepStatus
from proposals.owing import covers, within
from proposals.permissions import officer
from proposals.states import UNDER_WAY
from reviews import queues

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Person
    from desk.work.standing import Standing
    from policies.schema import Pack

FEW = 3
ASKED = {
    "signoff": "{}: read it, then sign or send it back.",
    "consultation": "Talk it over, then write down what was advised.",
    "acknowledgement": "Answer the intent.",
}
SHARED = (
    "proposal__institution",
    "proposal__policy",
    "proposal__unit",
)  # by many rows: read apart, once each


def to_sign(standing: Standing) -> list[Item]:
    """Steps that the person can complete, for themselves or for somebody; the oldest first."""
    if not (standing.decides or standing.ties.named):
        return []
    person = standing.person
    rows, more = first(queues.steps_waiting_for(person).prefetch_related(*SHARED), standing, MOST)
    principals = _signed_for(person, rows)
    found = [
        Item(
            title=str(step.proposal),
            text=ASKED[step.kind].format(step.title),
            url=reverse("step", args=[step.pk]),
            place=f"{step.proposal.unit}, {step.proposal.institution}",
            state=step.proposal.state,
            since=step.opened_at,
            until=waiting.due_on(step, step.proposal),
            facts=[f"You sign for {principals[step.pk]}"] if step.pk in principals else [],
        )
        for step in rows
    ]
    return Items(
        found, more=more, whole=reverse("waiting", args=["signatures"]), words="To sign or to answer"
    )


def _signed_for(person: Person, steps: list[Step]) -> dict[uuid.UUID, str]:
    """For whom the person completes those of these steps that are not theirs in their own right."""
    grants = grants_of(person)
    own = [grant for grant in grants if grant.person_id == person.pk]
    given = [grant for grant in grants if grant.person_id != person.pk]
    found: dict[uuid.UUID, str] = {}
    for step in steps if given else ():
        if step.person_id or any(covers(grant, step.actor, step.proposal) for grant in own):
            continue
        for grant in given:
            if covers(grant, step.actor, step.proposal):
                found.setdefault(step.pk, str(grant.person))
    return found


def to_undo(standing: Standing) -> list[Item]:
    """What the person has just recorded and can take back while nobody has acted on it; the latest first."""
    if not standing.ties.recorded:
        return []
    since = clock.now() - LONGEST_UNDO
    done = Step.objects.filter(completed_by=standing.person, kind__in=undoing.KINDS, completed_at__gte=since)
    rows = done.select_related("proposal").prefetch_related(*SHARED).order_by("-completed_at")[:FEW]
    return [
        Item(
            title=str(step.proposal),
            text=f"You recorded “{step.title}”. If that was a mistake, you can undo it while nobody has acted on it.",
            url=reverse("step", args=[step.pk]),
            since=step.completed_at,
            until=last,
        )
        for step in rows
        if (last := undoing.until(step, step.proposal)) and last > clock.now()
    ]


def to_form(standing: Standing) -> list[Item]:
    """Bodies that the person has still to put together."""
    if not standing.decides:
        return []
    person = standing.person
    rows, more = first(queues.panels_waiting_for(person).prefetch_related(*SHARED), standing, MOST)
    found = [
        Item(
            title=str(step.proposal),
            text=f"{step.proposal.policy.pack.body(step.body).name}: choose who sits on it.",
            url=reverse("panel_form", args=[step.pk]),
            place=f"{step.proposal.unit}, {step.proposal.institution}",
            since=step.opened_at,
        )
        for step in rows
    ]
    return Items(found, more=more, whole=reverse("waiting", args=["bodies"]), words="Bodies to put together")


def to_move_on(standing: Standing) -> list[Item]:
    """Proposals with nothing left to complete that an officer moves on by hand, where the person is that officer."""
    grants = [grant for grant in standing.grants if grant.role == Role.PROGRAMME_MANAGER]
    policies = policies_of(standing.person) if grants else []
    by_hand = [Q(policy=row, state__in=states) for row in policies if (states := _left_by_hand(row.pack))]
    if not by_hand:
        return []
    rows = _complete().filter(_any(by_hand), _any(within(grant) for grant in grants))
    some, more = first(rows.prefetch_related("institution", "unit"), standing, MOST)
    found = [
        Item(
            title=str(proposal),
            text="Everything asked for here is done. Open the next form.",
            url=proposal.get_absolute_url(),
            place=f"{proposal.unit}, {proposal.institution}",
            state=proposal.state,
            since=proposal.state_since,
        )
        for proposal in some
    ]
    return Items(found, more=more, whole=reverse("waiting", args=["to-open"]), words="Proposals to open")


def _left_by_hand(pack: Pack) -> list[str]:
    """The states that the programme manager ends by hand."""
    found = [state for state in UNDER_WAY if officer(pack, state) == Role.PROGRAMME_MANAGER]
    return [str(state) for state in found]


def _any(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions)


def _complete() -> QuerySet[Proposal]:
    """Proposals whose steps in the present state are all complete."""
    steps = Step.objects.filter(proposal=OuterRef("pk"), state=OuterRef("state"))
    left = steps.filter(status__in=[StepStatus.OPEN, StepStatus.WAITING])
    return Proposal.objects.filter(Exists(steps), ~Exists(left)).order_by("state_since", "pk")
