"""Votes on rescinding among what is due of a proposal: their steps are decided, so no open step speaks for them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.urls import reverse

from proposals import words
from proposals.hooks import Owed
from reviews.actions import telling
from reviews.models import Ballot, BallotKind
from reviews.models.condition import STOPPED

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from django.db.models import QuerySet

    from accounts.models import Person
    from proposals.models import Proposal

REMINDERS = (90, 30, 7, -1)  # as of ballots that decide


def _closing(proposals: QuerySet[Proposal] | Sequence[UUID]) -> QuerySet[Ballot]:
    """Their open votes on rescinding that have a last day."""
    rows = Ballot.objects.open().filter(kind=BallotKind.RESCIND, closes_at__isnull=False)
    return rows.filter(proposal__in=proposals).select_related("step__person").order_by("closes_at", "pk")


def owed(proposals: Sequence[Proposal]) -> dict[UUID, list[Owed]]:
    """Those of each proposal. One query."""
    going = {proposal.pk: proposal for proposal in proposals if proposal.state not in STOPPED}
    found: dict[UUID, list[Owed]] = {}
    for ballot in _closing(list(going)):
        ballot.proposal = ballot.step.proposal = going[ballot.proposal_id]
        found.setdefault(ballot.proposal_id, []).append(_owed(ballot))
    return found


def due_by(rows: QuerySet[Proposal], day: dt.date) -> list[tuple[dt.date, UUID]]:
    """(day, proposal) of those that close by this day."""
    found = _closing(rows.exclude(state__in=STOPPED))
    listed = found.values_list("closes_at", "proposal__institution__timezone", "proposal")
    days = [(at.astimezone(ZoneInfo(zone)).date(), key) for at, zone, key in listed if at]
    return [(on, key) for on, key in days if on <= day]


def key(ballot: UUID) -> str:
    """The name of a vote among what is due."""
    return f"rescinding:{ballot}"


def _owed(ballot: Ballot) -> Owed:
    pack, step = ballot.proposal.policy.pack, ballot.step
    zone = ZoneInfo(pack.calendar.timezone)
    assert ballot.closes_at is not None  # noqa: S101 (the query asks for it)
    return Owed(
        key=key(ballot.pk),
        title="Voting on rescinding its decision",
        on=ballot.closes_at.astimezone(zone).date(),
        since=ballot.opened_at.astimezone(zone).date(),
        clause=ballot.clause,
        owner="",
        who=words.who_of(pack, step),
        path=reverse("ballot", args=[ballot.pk]),
        reminders=REMINDERS,
        people=partial(telling.awaited_in, ballot),
        open_to=partial(_reads, ballot.pk),
    )


def _reads(ballot: UUID, person: Person) -> bool:
    return Ballot.objects.visible_to(person).filter(pk=ballot).exists()
