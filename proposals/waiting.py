"""How long an open step waits: when it should be done, and when silence ends it. Pure reading, nothing queries."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from journal import clock
from policies import calendar
from policies.reasons import Reason
from proposals.models.step import StepStatus
from proposals.states import State

if TYPE_CHECKING:
    from proposals.models import Proposal, Step

SILENCE = "Nobody objected in time."


def due_on(step: Step, proposal: Proposal, closes_at: dt.datetime | None = None) -> dt.date | None:
    """The day by which an open step should be done; None where the policy gives it no time.

    `closes_at` is when its ballot closes, where there is one. A time given in days runs anew when the proposal comes
    back to the state, as after a hold, in which nobody can act.
    """
    rules, campus = step.rules_in(proposal.policy.pack), proposal.policy.pack.calendar
    zone = ZoneInfo(campus.timezone)
    if closes_at is not None:
        return closes_at.astimezone(zone).date()
    if step.opened_at is None:
        return None
    began = max(step.opened_at, proposal.state_since).astimezone(zone).date()
    if rules.working_days:
        return calendar.working_days_after(began, rules.working_days, set(campus.holidays))
    return began + dt.timedelta(days=rules.days) if rules.days else None


def ends_by_silence(step: Step, proposal: Proposal) -> bool:
    """Whether the step ends by itself when nobody objects."""
    return step.rules_in(proposal.policy.pack).on_silence is not None


def silent(step: Step, proposal: Proposal) -> bool:
    """Whether the step is open and its time to object is over, so that it ends now."""
    waits = step.status == StepStatus.OPEN and step.state == proposal.state != State.ON_HOLD
    return waits and _over(step, proposal)


def too_late(step: Step, proposal: Proposal) -> list[Reason]:
    """Why nobody can complete the step any more, where silence ends it; empty while the time to object runs."""
    on = due_on(step, proposal)
    if on is None or not _over(step, proposal):
        return []
    said = f"The time to object ended on {on:%-d %B %Y} at 23:59. The step ends by itself."
    return [Reason(said, step.clause)]


def _over(step: Step, proposal: Proposal) -> bool:
    on = due_on(step, proposal)
    if on is None or not ends_by_silence(step, proposal):
        return False
    return clock.now() > calendar.deadline_at(on, proposal.policy.pack.calendar.timezone)
