"""Which of the rows that a lane has claimed may be sent now; the others are put off, or dropped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from issuance.models import Delivery
from issuance.platforms.base import PlatformError
from issuance.sending import calls, leases
from issuance.sending.settling import REVOKED, withdraw

if TYPE_CHECKING:
    from issuance.sending.lanes import Lane
    from issuance.sending.leases import Held

SUSPENDED = PlatformError(
    "The award is suspended; it is sent once it is reinstated.", False, code="suspended"
)
OLDER_FIRST = PlatformError("It is sent once the older one is withdrawn there.", False, code="older_first")
OLDER_PAUSE = 10.0
SUSPENDED_PAUSE = 3600.0  # reinstating wakes it at once


def sort_out(lane: Lane, held: Sequence[Held]) -> list[Held]:
    """The rows whose badge template is there and whose award is in force; the others wait, or are cancelled."""
    versions = {h.delivery.award.version_id for h in held}
    problems = {v: problem for v in versions if (problem := lane.templates.problem(v))}
    for version, problem in problems.items():
        rows = [h for h in held if h.delivery.award.version_id == version]
        leases.give_back(rows, wait=problem.retry_after or 0, error=problem)
        if problem.account_wide:
            lane.stopped = problem
        else:
            leases.hold_up(leases.due(lane.account).filter(award__version=version), problem)
    there = [h for h in held if h.delivery.award.version_id not in problems]
    to_bring = [h for h in there if calls.kind_of(h.delivery) in ("send", "publish", "replace")]
    gone = [h for h in to_bring if h.delivery.award.ended and not h.delivery.ask_first]
    if gone:
        leases.drop(gone, REVOKED)
        withdraw([h.delivery for h in gone])
    held_up = _wait_for_their_award(lane, [h for h in to_bring if h not in gone])
    return [h for h in there if h not in gone and h not in held_up]


def _wait_for_their_award(lane: Lane, held: Sequence[Held]) -> list[Held]:
    """Give back what waits: for the end of a suspension, or until what the award replaces is settled there.

    A platform that holds the older one takes the newer for a duplicate; of one that is being sent nobody knows yet.
    """
    suspended = [h for h in held if h.delivery.award.suspended_at]
    if suspended:
        leases.give_back(suspended, wait=SUSPENDED_PAUSE, error=SUSPENDED)
    older = Delivery.objects.unsettled().filter(account=lane.account)
    replaced = set(
        older.filter(award__superseded_by__in=[h.delivery.award_id for h in held]).values_list(
            "award__superseded_by", flat=True
        )
    )
    too_early = [h for h in held if h.delivery.award_id in replaced and h not in suspended]
    if too_early:
        leases.give_back(too_early, wait=OLDER_PAUSE, error=OLDER_FIRST)
    return suspended + too_early
