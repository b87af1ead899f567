"""Tell proposers of the conditions of an approval, and those who decide on them that one is said to be met."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.text import capfirst

from accounts.authority import people_with
from accounts.models import Person
from journal import clock
from reviews import chairing
from reviews.actions.telling import tell
from reviews.conditions import setter, settles
from reviews.viewpoint import MANAGER

if TYPE_CHECKING:
    from proposals.models import Step
    from reviews.models import Condition


def _proposers(proposal_id: object) -> list[Person]:
    return list(Person.objects.filter(proposerships__proposal=proposal_id))


def were_set(step: Step, made: Sequence[Condition]) -> None:
    body = setter(step.proposal, step)
    count = "a condition" if len(made) == 1 else f"{len(made)} conditions"
    tell(
        people=_proposers(step.proposal_id),
        step=step,
        kind="conditions_set",
        key=str(made[0].pk),
        text=f"{capfirst(body)} approved “{step.proposal}” with {count} to be met.",
        path=reverse("proposal", args=[step.proposal_id]) + "#conditions",
        body=body,
    )


def have_fallen(step: Step, dropped: Sequence[Condition]) -> None:
    """The proposers hear that conditions are not asked any more."""
    count = "a condition is" if len(dropped) == 1 else f"{len(dropped)} conditions are"
    tell(
        people=_proposers(step.proposal_id),
        step=step,
        kind="condition_settled",
        key=f"{dropped[0].pk}:fallen",
        text=f"“{step.proposal}”: {count} not asked any more.",
        path=reverse("proposal", args=[step.proposal_id]) + "#conditions",
        body=setter(step.proposal, step),
    )


def was_met(condition: Condition) -> None:
    proposal = condition.proposal
    tell(
        people=settlers(condition.step),
        step=condition.step,
        kind="condition_met",
        key=f"{condition.pk}:{clock.now():%s%f}",
        text=f"“{proposal}”: a condition is said to be met. It waits for you.",
        path=reverse("condition", args=[condition.pk]),
        body=setter(proposal, condition.step),
    )


def settlers(step: Step) -> list[Person]:
    """Who accepts what the proposers met: the chair, or who can sign; and the programme manager; never a proposer."""
    proposal = step.proposal
    found = list(people_with(MANAGER, proposal.institution))
    if step.kind == "ballot":
        found += [chair] if (chair := chairing.of_step(step)) else []
    elif step.person:
        found.append(step.person)
    else:
        found += people_with(step.actor, proposal.institution, proposal.unit)
    return [person for person in dict.fromkeys(found) if settles(step, person)]


def was_settled(condition: Condition) -> None:
    said = {"accepted": "was accepted as met", "waived": "was waived"}
    verb = said.get(condition.state, "is not met yet")
    tell(
        people=_proposers(condition.proposal_id),
        step=condition.step,
        kind="condition_settled",
        key=f"{condition.pk}:{clock.now():%s%f}",
        text=f"“{condition.proposal}”: a condition {verb}.",
        path=reverse("condition", args=[condition.pk]),
        body=setter(condition.proposal, condition.step),
    )
