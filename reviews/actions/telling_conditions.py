"""Tell proposers of the conditions of an approval, and those who decide on them that one is said to be met."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.urls import reverse

from accounts.authority import people_with
from accounts.models import Person
from journal import clock
from reviews import chairing
from reviews.actions.telling import tell
from reviews.viewpoint import MANAGER

if TYPE_CHECKING:
    from reviews.models import Ballot, Condition


def _proposers(proposal_id: object) -> list[Person]:
    return list(Person.objects.filter(proposerships__proposal=proposal_id))


def were_set(ballot: Ballot, made: Sequence[Condition]) -> None:
    body = ballot.body_rules.name
    count = "a condition" if len(made) == 1 else f"{len(made)} conditions"
    tell(
        people=_proposers(ballot.proposal_id),
        step=ballot.step,
        kind="conditions_set",
        key=str(made[0].pk),
        text=f"{body} approved “{ballot.proposal}” with {count} to be met.",
        path=reverse("proposal", args=[ballot.proposal_id]) + "#conditions",
        body=body,
    )


def was_met(condition: Condition) -> None:
    proposal = condition.proposal
    body = proposal.policy.pack.body(condition.step.body)
    chair = chairing.of_step(condition.step)
    tell(
        people=[*([chair] if chair else []), *people_with(MANAGER, proposal.institution)],
        step=condition.step,
        kind="condition_met",
        key=f"{condition.pk}:{clock.now():%s%f}",
        text=f"“{proposal}”: a condition is said to be met. It waits for you.",
        path=reverse("condition", args=[condition.pk]),
        body=body.name,
    )


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
        body=condition.proposal.policy.pack.body(condition.step.body).name,
    )
