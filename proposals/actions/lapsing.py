"""The clock's move: a pilot whose last day is over lapses."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from credentials.actions import definitions
from credentials.models import Definition, Standing
from journal import clock
from proposals import pilots
from proposals.actions import telling
from proposals.actions.locking import lock
from proposals.actions.transitions import Hand, carry_out
from proposals.models import Proposal
from proposals.states import State

REASON = "The pilot's last day is over."
TAUGHT = "Its last day is over: it was taught out."
ENDING = (Standing.PILOT, Standing.SUSPENDED)  # a pilot that is suspended ends on its last day too


def retire_taught_out() -> int:
    """Retire every credential whose teach-out is over on its campus; safe to repeat. Returns how many were."""
    soon = clock.today() + dt.timedelta(days=2)
    rows = Proposal.objects.filter(
        kind="new", state=State.ESTABLISHED, definition__awards_until__lt=soon,
        definition__standing__in=(Standing.TEACH_OUT, Standing.SUSPENDED),
    )  # fmt: skip
    return sum(_retire(key) for key in rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _retire(key: uuid.UUID) -> bool:
    proposal = lock(key)
    last = proposal.definition.awards_until if proposal.definition else None
    if proposal.state != State.ESTABLISHED or last is None or pilots.today(proposal) <= last:
        return False
    carry_out(proposal, "retire", Hand(None, note=TAUGHT))
    return True


def lapse_due() -> int:
    """Let every pilot lapse whose last day is over on its campus; safe to repeat. Returns how many did.

    Each in a transaction of its own. The credential's standing becomes lapsed whatever became of the proposal; the
    proposal lapses too while it is still in its pilot (a full proposal that was filed may still be decided).
    """
    found = _candidates()
    return sum(_lapse(proposal, definition) for proposal, definition in found)


def _candidates() -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Proposals and definitions to look at; a day early everywhere, since the campus's own calendar decides."""
    soon = clock.today() + dt.timedelta(days=2)
    ending = Definition.objects.filter(awards_until__lt=soon, standing__in=ENDING)
    stuck = Definition.objects.filter(standing=Standing.LAPSED)
    rows = Proposal.objects.filter(definition__in=ending) | Proposal.objects.filter(
        definition__in=stuck, state=State.PILOT
    )
    return list(rows.filter(kind="new").order_by("pk").values_list("pk", "definition_id"))


@transaction.atomic
def _lapse(proposal_id: uuid.UUID, definition_id: uuid.UUID) -> bool:
    proposal = lock(proposal_id)
    definition = Definition.objects.select_for_update(of=("self",)).get(pk=definition_id)
    today, last = pilots.today(proposal), definition.awards_until
    if definition.standing in ENDING and proposal.state != State.ESTABLISHED:
        if last is None or today <= last:
            return False
        proposal.definition = definitions.set_standing(
            definition=definition,
            standing=Standing.LAPSED,
            since=last + dt.timedelta(days=1),
            awards_until=last,
            by=None,
            reason=REASON,
        )
    elif definition.standing != Standing.LAPSED or proposal.state != State.PILOT:
        return False
    if proposal.state == State.PILOT:
        carry_out(proposal, "lapse", Hand(None, note=REASON))
    else:
        telling.awards_ended(proposal)
    return True
