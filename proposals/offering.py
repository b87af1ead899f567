"""What can be done with a credential that is offered, beside its proposal's moves: suspended and offered again, taught out,
and notice that its pilot does not go on. Who does each, and why not now: the one list that page, API and act read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import Role
from credentials.models import Standing
from policies.reasons import Reason
from proposals import deadlines, pilots
from proposals.models import MetDeadline, ProposalKind
from proposals.permissions import OWN, PROPOSER
from proposals.states import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from proposals.models import Proposal
    from proposals.permissions import Standpoint

SUSPEND, REINSTATE, TEACH_OUT = "suspend", "reinstate", "teach-out"
NOTICE, NOTICE_BACK = "notice", "notice-back"
LABELS = {
    NOTICE: "Give notice: the pilot does not go on",
    NOTICE_BACK: "Take the notice back",
    SUSPEND: "Suspend it",
    REINSTATE: "Offer it again",
    TEACH_OUT: "Teach it out",
}
BY_PROPOSERS = (NOTICE, NOTICE_BACK)
IN_FORCE = (Standing.PILOT, Standing.ESTABLISHED, Standing.TEACH_OUT)
GIVEN = "notice"  # the act by which the decision was met


def actor(act: str) -> str:
    """Who does it."""
    return PROPOSER if act in BY_PROPOSERS else str(Role.PROGRAMME_MANAGER)


def notice(proposal: Proposal) -> MetDeadline | None:
    """The notice that the pilot does not go on."""
    rows = (row for row in proposal.met_deadlines.all() if row.deadline == deadlines.DECISION)
    return next((row for row in rows if row.act == GIVEN), None)


def noticed(proposal: Proposal) -> list[Reason]:
    """Why no full proposal is filed: the unit has said that the pilot does not go on."""
    given = notice(proposal)
    if given is None:
        return []
    said = f"Notice was given on {given.met_at:%-d %B %Y} that the pilot does not go on. Take it back first."
    return [Reason(said, pilots.rule(proposal).decision_clause)]


def reasons(standpoint: Standpoint, act: str) -> list[Reason]:
    """Everything that stops this person from doing it now; who it is not for is not asked here."""
    proposal = standpoint.proposal
    if proposal.kind != ProposalKind.NEW or proposal.definition is None:
        return [Reason("Nothing is offered under this proposal.")]
    if act not in BY_PROPOSERS and standpoint.proposes:
        return [OWN]
    return _CHECKS[act](proposal)


def _notice(proposal: Proposal) -> list[Reason]:
    if proposal.state != State.PILOT:
        return [Reason("Notice is given during a pilot, before its full proposal is filed.")]
    if found := pilots.over(proposal):
        return found
    if pilots.decision_on(proposal) is None:
        return [Reason("Under this policy no decision on a pilot is due. It can be withdrawn instead.")]
    given = notice(proposal)
    said = f"Notice was given on {given.met_at:%-d %B %Y} already." if given else ""
    return [Reason(said, pilots.rule(proposal).decision_clause)] if given else []


def _notice_back(proposal: Proposal) -> list[Reason]:
    if notice(proposal) is None:
        return [Reason("No notice was given.")]
    return pilots.over(proposal) or pilots.too_late(proposal)


def _suspend(proposal: Proposal) -> list[Reason]:
    assert proposal.definition is not None  # noqa: S101 (asked in `reasons`)
    if proposal.definition.standing in IN_FORCE:
        return []
    return [Reason("Only what is offered now can be suspended.")]


def _reinstate(proposal: Proposal) -> list[Reason]:
    assert proposal.definition is not None  # noqa: S101 (asked in `reasons`)
    if proposal.definition.standing != Standing.SUSPENDED:
        return [Reason("It is not suspended.")]
    if formerly(proposal) is None:
        return [
            Reason(
                "An approval that it rests on was rescinded: it is offered again once it is approved anew."
            )
        ]
    until = proposal.definition.awards_until
    if until and until < pilots.today(proposal):
        return [Reason(f"Its last day was {until:%-d %B %Y}.")]
    return []


def _teach_out(proposal: Proposal) -> list[Reason]:
    assert proposal.definition is not None  # noqa: S101 (asked in `reasons`)
    if proposal.definition.standing != Standing.ESTABLISHED:
        return [Reason("Only an established credential is taught out; a pilot ends on its last day.")]
    return []


_CHECKS: dict[str, Callable[[Proposal], list[Reason]]] = {
    NOTICE: _notice,
    NOTICE_BACK: _notice_back,
    SUSPEND: _suspend,
    REINSTATE: _reinstate,
    TEACH_OUT: _teach_out,
}


def formerly(proposal: Proposal) -> Standing | None:
    """What it was before it was suspended, by where its proposal is; None where an approval was taken back."""
    definition = proposal.definition
    if proposal.state == State.ESTABLISHED:
        return Standing.TEACH_OUT if definition and definition.awards_until else Standing.ESTABLISHED
    return Standing.PILOT if definition and definition.awards_until else None
