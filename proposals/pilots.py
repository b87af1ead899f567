"""The pilot's dates: computed from the pack's rule, its usual terms and the dates that the office entered."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from journal import clock
from policies import calendar
from policies.calendar import DatedTerm, Terms
from policies.reasons import Reason

if TYPE_CHECKING:
    from accounts.models import Institution
    from policies.schema import Pack, PilotRule
    from proposals.models import Proposal


def today(proposal: Proposal) -> dt.date:
    """The day it is on the campus."""
    return clock.today(proposal.policy.pack.calendar.timezone)


def terms(proposal: Proposal) -> Terms:
    """The campus's academic calendar."""
    return terms_of(proposal.institution, proposal.policy.pack)


def terms_of(institution: Institution, pack: Pack) -> Terms:
    """The academic calendar of a campus, with what this policy calls its terms."""
    rows = institution.terms.all()
    dated = tuple(DatedTerm(row.year, row.key, row.starts_on, row.ends_on) for row in rows)
    return Terms(pack.calendar, dated)


def rule(proposal: Proposal) -> PilotRule:
    """The pack's rule for pilots; only asked of proposals that are or will be in one."""
    found = proposal.policy.pack.pilot
    if found is None:
        raise LookupError("This policy knows no pilot.")
    return found


def started_on(proposal: Proposal) -> dt.date | None:
    """The first day of the pilot that runs."""
    return proposal.definition.standing_since if proposal.definition else None


def last_day(proposal: Proposal, start: dt.date) -> dt.date:
    """The last day of a pilot that starts on this day, with what it was extended by."""
    found = rule(proposal)
    years = found.years + proposal.extensions * found.extension_years
    return calendar.pilot_end(start, years, terms(proposal))


def decision_on(proposal: Proposal) -> dt.date | None:
    """The day by which the full proposal must be filed; a pilot that was extended has until its last day."""
    start, definition = started_on(proposal), proposal.definition
    if start is None or definition is None or definition.awards_until is None:
        return None
    if proposal.extensions:
        return last_day(proposal, start)
    return calendar.decision_due(rule(proposal), start, terms(proposal))


def over(proposal: Proposal) -> list[Reason]:
    """Why nothing can be done under the pilot any more; empty while it runs."""
    definition = proposal.definition
    if definition and definition.standing == "pilot" and definition.awardable_on(today(proposal)):
        return []
    return [Reason("The pilot has ended, so nothing more can be done under it.", rule(proposal).clause)]


def too_late(proposal: Proposal) -> list[Reason]:
    """Why the full proposal comes too late; empty when it does not."""
    due = decision_on(proposal)
    if due is None or today(proposal) <= due:
        return []
    said = f"The full proposal was due by {due:%-d %B %Y}."
    return [Reason(said, rule(proposal).decision_clause or rule(proposal).clause)]


def not_extendable(proposal: Proposal) -> list[Reason]:
    """Why the pilot cannot be extended; empty when it can."""
    found = rule(proposal)
    if not found.extension:
        return [
            Reason(f"A pilot runs for {found.years} academic years and cannot be extended.", found.clause)
        ]
    if proposal.extensions:
        return [Reason("The pilot has been extended already.", found.clause)]
    return over(proposal)
