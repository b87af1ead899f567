"""Requests that nobody made: they were prepared since their learners fulfil a stack, so nobody can mend them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.reasons import Reason

if TYPE_CHECKING:
    from issuance.checking.checks import Verdict
    from issuance.models import IssuanceRequest

NOT_ASKED = (
    "Nobody asked for this: it was prepared since its learners fulfil the stack, so there is nobody to send it back to. "
    "Revoke the part that is wrong; then that line is not awarded."
)


def reasons(verdict: Verdict, count: int) -> list[Reason]:
    """What stands against releasing so many lines: one that does not hold any more is left out, unless none holds."""
    if verdict.reasons or len(verdict.lines) < count:
        return verdict.reasons
    return verdict.all_reasons


def return_reasons(request: IssuanceRequest) -> list[Reason]:
    """Why it cannot be sent back."""
    return [] if request.requested_by_id else [Reason(NOT_ASKED)]
