"""Conditions of approvals among what is due of a proposal: by when, who owes it now, and how many are still open."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Count, ExpressionWrapper, Min, Q
from django.urls import reverse

from proposals.actions.telling import proposers_of
from proposals.hooks import Owed, StillOpen
from reviews import queues
from reviews.actions.telling_conditions import settlers
from reviews.conditions import setter
from reviews.models import Condition, ConditionState
from reviews.models.condition import STOPPED

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from django.db.models import QuerySet

    from accounts.models import Person
    from credentials.models import Definition
    from proposals.models import Proposal


def owed(proposals: Sequence[Proposal]) -> dict[UUID, list[Owed]]:
    """What is due of each: its conditions with a day, those of one approval and day together. One query.

    Open ones are the proposers' to meet; one that is said to be met is due from who accepts it.
    """
    going = {proposal.pk: proposal for proposal in proposals if proposal.state not in STOPPED}
    rows = Condition.objects.pending().filter(proposal__in=going, due_on__isnull=False)
    rows = rows.select_related("step__person").order_by("proposal", "step", "state", "due_on", "place")
    found: dict[UUID, list[Owed]] = {}
    for key, some in groupby(rows, key=lambda row: (row.proposal_id, row.step_id, row.state, row.due_on)):
        found.setdefault(key[0], []).append(_owed(going[key[0]], list(some)))
    return found


def due_by(rows: QuerySet[Proposal], day: dt.date) -> list[tuple[dt.date, UUID]]:
    """(day, proposal) of the conditions of these proposals that are due by this day."""
    going = rows.exclude(state__in=STOPPED)
    found = Condition.objects.pending().filter(proposal__in=going.values("pk"), due_on__lte=day)
    return [(on, key) for on, key in found.values_list("due_on", "proposal") if on]


def _owed(proposal: Proposal, rows: list[Condition]) -> Owed:
    first, step = rows[0], rows[0].step
    step.proposal = proposal
    is_open = first.state == ConditionState.OPEN
    number = "a condition" if len(rows) == 1 else f"{len(rows)} conditions"
    by = setter(proposal, step)
    whole = reverse("proposal", args=[proposal.pk])
    assert first.due_on is not None  # noqa: S101 (the query asks for it)
    return Owed(
        key=_key(step.pk, first.state),
        title=f"{'Meeting' if is_open else 'Accepting'} {number} of {by}",
        on=first.due_on,
        since=_since(proposal, rows),
        clause=step.clause,
        owner="proposer" if is_open else "",
        who="the proposers" if is_open else by,
        path=reverse("condition", args=[first.pk]) if len(rows) == 1 else f"{whole}#conditions",
        reminders=tuple(proposal.policy.pack.policy.condition_reminders),
        people=partial(proposers_of, proposal) if is_open else partial(settlers, step),
    )


def _since(proposal: Proposal, rows: list[Condition]) -> dt.date:
    """From which day it was known."""
    zone = ZoneInfo(proposal.policy.pack.calendar.timezone)
    return min(row.met_at or row.entered_at for row in rows).astimezone(zone).date()


def of_definition(definition: Definition) -> list[str]:
    """What the approval of a credential still hangs on, in the words of who approved it; for its public page."""
    rows = Condition.objects.pending().filter(proposal__definition=definition)
    return list(rows.order_by("entered_at", "place").values_list("text", flat=True))


def still_open(proposals: Sequence[Proposal]) -> dict[UUID, StillOpen]:
    """How many conditions of each are neither accepted nor waived, and when the first is due. One query."""
    rows = Condition.objects.pending().filter(proposal__in=[proposal.pk for proposal in proposals])
    counted = rows.order_by().values_list("proposal").annotate(Count("pk"), Min("due_on"))
    return {key: StillOpen(f"{n} condition{'s' if n != 1 else ''} open", n, on) for key, n, on in counted}


def followed(person: Person, overseen: QuerySet[Proposal]) -> dict[tuple[UUID, str], bool]:
    """Of the conditions with a day that the person settles, or that are of proposals they oversee: by proposal and key
    among what is due, whether they wait for the person now. One query after those of what the person settles."""
    settles = queues.settled_by(person)
    rows = Condition.objects.pending().living().filter(due_on__isnull=False)
    rows = rows.filter(settles | Q(proposal__in=overseen.values("pk"))).order_by()
    now = ExpressionWrapper(settles & Q(state=ConditionState.MET), output_field=BooleanField())
    found = rows.annotate(now=now).values_list("proposal", "step", "state", "now")
    return {(proposal, _key(step, state)): waits for proposal, step, state, waits in found.distinct()}


def _key(step: UUID, state: str) -> str:
    """The name among what is due of the conditions of one approval that are in this state."""
    return f"conditions:{step}:{state}"
