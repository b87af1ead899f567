"""Who presides over a body: one answer for closing and stopping ballots, holding votes, settling conditions and concerns.

The chair; where that seat is vacant, or its holder recused, a proposer or gone, the vice chair; the programme manager
stands in only where both are missing. `BallotSeat.objects.presiding()` is the same for lists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from reviews import rolls

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Iterable

    from accounts.models import Person
    from policies.schema import Body
    from proposals.models import Proposal, Step


class Sits(Protocol):
    """A line of a roll, or a member."""

    @property
    def chair(self) -> bool: ...

    @property
    def vice_chair(self) -> bool: ...

    @property
    def person(self) -> Person | None: ...


Line = TypeVar("Line", bound=Sits)


def presiding(lines: Iterable[Line], away: Collection[uuid.UUID]) -> Line | None:
    """The line of who presides; None where neither chair nor vice chair can."""
    chairing = [line for line in lines if line.chair or line.vice_chair]
    here = [line for line in chairing if line.person and line.person.is_active and line.person.pk not in away]
    return min(here, key=lambda line: not line.chair, default=None)


def of_step(step: Step) -> Person | None:
    """Who presides today over the body of a step: never a proposer, nor who was recused when it voted last."""
    body, proposal = step.proposal.policy.pack.body(step.body), step.proposal
    found = presiding(rolls.members_of(body, proposal), _away(step, proposal, body))
    return found.person if found else None


def _away(step: Step, proposal: Proposal, body: Body) -> set[uuid.UUID]:
    proposers = {row.person_id for row in proposal.proposers.all()}
    last = proposal.ballots.filter(body=body.id, step__key=step.key).order_by("opened_at").last()
    return proposers | (set(last.recusals.values_list("person_id", flat=True)) if last else set())
