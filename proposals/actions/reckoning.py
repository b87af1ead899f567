"""The last days of pilots follow the academic calendar: when the office enters other dates, they move."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from credentials.actions import definitions
from credentials.models import Definition, Standing
from journal.actions import record
from proposals import pilots
from proposals.actions import telling
from proposals.actions.locking import lock
from proposals.models import Proposal, ProposalKind

REASON = "The dates of the terms changed."


def follow_terms() -> int:
    """Move the last day of every running pilot to where the calendar puts it. Returns how many moved. Safe to repeat."""
    rows = Proposal.objects.filter(kind=ProposalKind.NEW, definition__standing=Standing.PILOT)
    related = rows.select_related("definition", "institution").prefetch_related(
        "policy", "institution__terms"
    )
    moved = [proposal.pk for proposal in related.order_by("pk") if _belongs(proposal) != _stands(proposal)]
    return sum(_follow(key) for key in moved)


def _stands(proposal: Proposal) -> dt.date | None:
    return proposal.definition.awards_until if proposal.definition else None


def _belongs(proposal: Proposal) -> dt.date | None:
    """The last day that the calendar gives the pilot; as it is where its policy knows no pilot."""
    start = pilots.started_on(proposal)
    if start is None or proposal.policy.pack.pilot is None:
        return _stands(proposal)
    return pilots.last_day(proposal, start)


@transaction.atomic
def _follow(key: uuid.UUID) -> bool:
    proposal = lock(key)
    if proposal.definition is None:
        return False
    definition = Definition.objects.select_for_update(of=("self",)).get(pk=proposal.definition.pk)
    proposal.definition = definition
    before, until = _stands(proposal), _belongs(proposal)
    if definition.standing != Standing.PILOT or before == until or until is None:
        return False
    definitions.set_standing(
        definition=definition,
        standing=Standing.PILOT,
        since=definition.standing_since,
        awards_until=until,
        by=None,
        reason=REASON,
    )
    record.write(
        subject_kind="proposal",
        subject_id=proposal.pk,
        institution=proposal.institution,
        act="pilot_end_moved",
        by=None,
        detail={"before": before, "until": until, "note": f"It ends on {until:%-d %B %Y} now."},
    )
    telling.pilot_end_moved(proposal, until)
    return True
