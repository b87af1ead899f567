"""Sign-offs, consultations and acknowledgements, panels to form, and moves that an officer makes by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from accounts.models import Role
from desk.work.item import Item
from proposals import waiting
from proposals.models import Proposal, Step, StepStatus
from proposals.permissions import officer
from proposals.states import State
from reviews import queues

if TYPE_CHECKING:
    from accounts.models import Person
    from desk.work.standing import Standing

MOST = 50
ASKED = {
    "signoff": "{}: read it, then sign or send it back.",
    "consultation": "Talk it over, then write down what was advised.",
    "acknowledgement": "Answer the intent.",
}
RELATED = ("proposal__institution", "proposal__policy", "proposal__unit")


def to_sign(person: Person) -> list[Item]:
    """Steps that the person can complete, for themselves or for somebody; the oldest first."""
    rows = queues.steps_waiting_for(person).select_related(*RELATED)
    return [
        Item(
            title=str(step.proposal),
            text=ASKED[step.kind].format(step.title),
            url=reverse("step", args=[step.pk]),
            place=f"{step.proposal.unit}, {step.proposal.institution}",
            state=step.proposal.state,
            since=step.opened_at,
            until=waiting.due_on(step, step.proposal),
        )
        for step in rows[:MOST]
    ]


def to_form(person: Person) -> list[Item]:
    """Bodies that the person has still to put together."""
    rows = queues.panels_waiting_for(person).select_related(*RELATED)
    return [
        Item(
            title=str(step.proposal),
            text=f"{step.proposal.policy.pack.body(step.body).name}: choose who sits on it.",
            url=reverse("panel_form", args=[step.pk]),
            place=f"{step.proposal.unit}, {step.proposal.institution}",
            since=step.opened_at,
        )
        for step in rows[:MOST]
    ]


def to_move_on(standing: Standing) -> list[Item]:
    """Proposals with nothing left to complete that an officer moves on by hand, where the person is that officer."""
    grants = [grant for grant in standing.grants if grant.role == Role.PROGRAMME_MANAGER]
    if not grants:
        return []
    rows = _complete().filter(institution__in={grant.institution_id for grant in grants})
    places = {(grant.institution_id, str(grant.unit_id or "")) for grant in grants}
    return [
        Item(
            title=str(proposal),
            text="Everything asked for here is done. Open the next form.",
            url=proposal.get_absolute_url(),
            place=f"{proposal.unit}, {proposal.institution}",
            state=proposal.state,
            since=proposal.state_since,
        )
        for proposal in rows
        if officer(proposal.policy.pack, proposal.state) == Role.PROGRAMME_MANAGER
        and any((proposal.institution_id, unit) in places for unit in ("", *proposal.unit.lineage))
    ]


def _complete() -> QuerySet[Proposal]:
    """Proposals in a state of the route whose steps are all complete."""
    steps = Step.objects.filter(proposal=OuterRef("pk"), state=OuterRef("state"))
    left = steps.filter(status__in=[StepStatus.OPEN, StepStatus.WAITING])
    rows = Proposal.objects.exclude(state__in=[State.PILOT, State.ESTABLISHED])
    rows = rows.filter(Exists(steps), ~Exists(left)).select_related("institution", "policy", "unit")
    return rows.order_by("state_since")
