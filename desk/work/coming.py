"""What is on its way to somebody's office or signature: how many proposals are where before it, and which are late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q

from accounts.models import Role
from credentials.reach import policies_of
from desk.work import due, pipeline
from desk.work.item import MOST
from proposals.models import Proposal, Step, StepStatus
from proposals.owing import within

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import RoleGrant
    from desk.work.item import Item
    from desk.work.standing import Standing
    from policies.schema import Pack

DECIDE = (Role.SUPERVISOR, Role.SECTION_HEAD, Role.OFFICE_HOLDER)


def where(standing: Standing) -> Q | None:
    """The proposals that will still come to the person, for themselves or for somebody; None where none ever do."""
    grants = [grant for grant in standing.grants if grant.role in DECIDE]
    found: Q | None = None
    for policy in policies_of(standing.person) if grants else ():
        for grant in grants:
            ahead = _ahead(policy.pack, grant) if grant.institution_id == policy.institution_id else []
            if ahead:
                one = Q(policy=policy, state__in=ahead) & within(grant)
                found = one if found is None else found | one
    return found


def _ahead(pack: Pack, grant: RoleGrant) -> list[str]:
    """The states that lead to the last one in which this actor decides, or forms the body that does."""
    formed = {body.id for body in pack.bodies if body.formed_by == grant.actor}
    last = max(
        (
            place
            for place, stage in enumerate(pack.stages)
            for step in stage.steps
            if step.kind != "form" and (step.by == grant.actor or (step.body or "") in formed)
        ),
        default=-1,
    )
    return [stage.state for stage in pack.stages[: last + 1]]


def rows(standing: Standing, here: Q) -> QuerySet[Proposal]:
    """Those of them that do not wait for the person already."""
    actors = {grant.actor for grant in standing.grants}
    mine = Step.objects.filter(proposal=OuterRef("pk"), status=StepStatus.OPEN, actor__in=actors)
    return Proposal.objects.reviewed_by(standing.person).filter(here, ~Exists(mine))


def figure(standing: Standing, here: Q) -> dict[str, Any]:
    """How many are where, as the figure component shows it; one query."""
    places = pipeline.places_of(rows(standing, here))
    return {
        **pipeline.figure_of_states(places),
        "title": "Proposals that will come to you",
        "source": "Those whose route leads to your office or signature, by where they are",
        "csv_url": "",
        "none": "No proposal is on its way to you.",
    }


def late(standing: Standing, here: Q) -> list[Item]:
    """Those that are held up on their way, the latest first."""
    return due.held_up(standing, rows(standing, here), MOST)
