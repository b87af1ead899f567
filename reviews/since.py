"""Which revision a body or a signer decided on last, so that they can look at what changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proposals.models import Revision, Step, StepStatus
from reviews.models import Ballot, BallotState

if TYPE_CHECKING:
    from django.db.models import QuerySet


def last_ballot(ballot: Ballot) -> Revision | None:
    """The earlier revision on which the same body closed a ballot last; None where there is none."""
    closed = Ballot.objects.deciding().filter(state=BallotState.CLOSED)
    earlier = closed.filter(proposal=ballot.proposal_id, body=ballot.body)
    return _latest(ballot.revision, earlier.values("revision"))


def last_decision(step: Step, revision: Revision) -> Revision | None:
    """The earlier revision on which this step was decided last, in another round; None where there is none."""
    earlier = Step.objects.filter(proposal=step.proposal_id, key=step.key, status=StepStatus.COMPLETE)
    return _latest(revision, earlier.values("revision"))


def _latest(present: Revision, among: QuerySet[Any, Any]) -> Revision | None:
    """The last of these before the present one; one query."""
    return Revision.objects.filter(pk__in=among, number__lt=present.number).order_by("number").last()
