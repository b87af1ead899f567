"""What a move means for the credential: the definition frozen from the approved revision, and its standing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from credentials import bodies
from credentials.actions import definitions
from credentials.models import Standing
from policies import engine
from proposals import pilots, rounds, routes
from proposals.models import Proposal, ProposalKind, Step
from proposals.states import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import Person
    from credentials.models import Definition
    from policies.schema import Pack


def follow(proposal: Proposal, move: str, before: str, by: Person | None, note: str) -> None:
    """Write what this move, from the state `before`, changes in the right to award and to advertise."""
    entered = proposal.state if proposal.state != before else ""
    if move in ("submit", "open_proposal", "advance") and entered in _ENTERED:
        _ENTERED[entered](proposal, by)
    elif move in _MOVED:
        _MOVED[move](proposal, before, by, note)


def _enter_pilot(proposal: Proposal, by: Person | None) -> None:
    definition = freeze(proposal, by)
    start = pilots.today(proposal)
    _set(definition, Standing.PILOT, proposal, by, until=pilots.last_day(proposal, start))


def _enter_established(proposal: Proposal, by: Person | None) -> None:
    """A new credential is established; of an existing one only its version changes, unless it is retired."""
    definition = freeze(proposal, by)
    if proposal.kind == ProposalKind.NEW and definition.standing == Standing.SUSPENDED:
        _set(
            definition, Standing.SUSPENDED, proposal, by, reason="Established; still suspended by the office."
        )
    elif proposal.kind == ProposalKind.NEW:
        _set(definition, Standing.ESTABLISHED, proposal, by)
    elif proposal.kind == ProposalKind.MOVE_TO_CREDIT:
        _carry_over(proposal, definition)
    elif proposal.kind == ProposalKind.RETIRE:
        _set(definition, Standing.RETIRED, proposal, by, reason="Its retirement was approved.")


def _carry_over(proposal: Proposal, definition: Definition) -> None:
    """A pilot that moved to credit goes on for credit: its full proposal, not filed yet, begins with the new answers."""
    assert definition.current is not None  # noqa: S101 (frozen just now)
    for pilot in Proposal.objects.filter(definition=definition, kind=ProposalKind.NEW, state=State.PILOT):
        pilot.type = proposal.type
        pilot.version += 1
        pilot.save(update_fields=["type", "version"])
        for document in pilot.documents.filter(form="full_proposal"):
            known = engine.prefill(pilot.policy.pack, document.form, definition.current.answers)
            document.answers = engine.merged(document.answers, known)
            document.version += 1
            document.save(update_fields=["answers", "version"])


def _withdraw(proposal: Proposal, before: str, by: Person | None, note: str) -> None:
    """Withdrawing during the pilot ends it; awards that were made stay."""
    if before == State.PILOT and proposal.definition:
        _set(proposal.definition, Standing.RETIRED, proposal, by, reason=note or "The pilot was withdrawn.")


def _extend(proposal: Proposal, before: str, by: Person | None, note: str) -> None:
    definition = proposal.definition
    if definition:
        proposal.extensions += 1
        proposal.save(update_fields=["extensions"])
        until = pilots.last_day(proposal, definition.standing_since)
        proposal.definition = definitions.set_standing(
            definition=definition,
            standing=Standing.PILOT,
            since=definition.standing_since,
            awards_until=until,
            by=by,
            reason=note or "The pilot was extended.",
        )


def _send_back(proposal: Proposal, before: str, by: Person | None, note: str) -> None:
    """An approval that a pilot rested on was rescinded: nothing is awarded or advertised until it is approved anew."""
    if before == State.PILOT and proposal.definition:
        reason = note or "An approval was rescinded."
        _set(proposal.definition, Standing.SUSPENDED, proposal, by, reason=reason)


def _retire(proposal: Proposal, before: str, by: Person | None, note: str) -> None:
    if proposal.definition:
        _set(proposal.definition, Standing.RETIRED, proposal, by, reason=note)


_ENTERED: dict[str, Callable[[Proposal, Person | None], None]] = {
    State.PILOT: _enter_pilot,
    State.ESTABLISHED: _enter_established,
}
_MOVED: dict[str, Callable[[Proposal, str, Person | None, str], None]] = {
    "withdraw": _withdraw,
    "extend_pilot": _extend,
    "send_back": _send_back,
    "retire": _retire,
}


def _set(
    definition: Definition,
    standing: Standing,
    proposal: Proposal,
    by: Person | None,
    until: Any = None,
    reason: str = "",
) -> None:
    proposal.definition = definitions.set_standing(
        definition=definition,
        standing=standing,
        since=pilots.today(proposal),
        awards_until=until,
        by=by,
        reason=reason,
    )


def freeze(proposal: Proposal, by: Person | None) -> Definition:
    """The approved answers as the definition's next version, with the chain of its approvals."""
    pack = proposal.policy.pack
    revisions = list(proposal.revisions.all())
    answers = routes.answers_so_far(revisions)
    proposal.definition = definitions.approve(
        definition=proposal.definition,
        institution=proposal.institution,
        unit=proposal.unit,
        type=proposal.type,
        facts=engine.mapped(pack, answers),
        answers=answers,
        policy=proposal.policy,
        proposal_id=proposal.pk,
        revision_hash=max(revisions, key=lambda revision: revision.number).hash,
        approvals=approvals(proposal),
        badge=pack.kind(proposal.type).badge,
        notation=engine.transcript_notation(pack, answers, proposal.type),
        by=by,
    )
    proposal.save(update_fields=["definition"])
    return proposal.definition


def approvals(proposal: Proposal) -> list[dict[str, Any]]:
    """Who said yes, for the public: bodies and offices, never people. In the order of the days."""
    pack = proposal.policy.pack
    rows = list(Step.objects.filter(proposal=proposal))
    counted = [row for stage in pack.stages for row in rounds.current(rows, stage.state)]
    said = [row for row in counted if _is_approval(row)]
    zone = ZoneInfo(pack.calendar.timezone)
    return [_link(row, pack, zone) for row in sorted(said, key=lambda row: str(row.completed_at))]


def _is_approval(row: Step) -> bool:
    """A vote or a sign-off; never that of a single person who was asked by name."""
    signed = row.kind in ("ballot", "signoff") and row.outcome in rounds.APPROVALS
    return signed and row.person_id is None


def _link(row: Step, pack: Pack, zone: ZoneInfo) -> dict[str, Any]:
    link: dict[str, Any] = {
        "body": bodies.name_of(pack, row.body, row.actor),
        "slug": bodies.slug_of(row.body, row.actor),
        "title": row.title,
        "outcome": row.outcome,
        "on": row.completed_at.astimezone(zone).date().isoformat() if row.completed_at else "",
        "clause": row.clause,
    }
    if row.completed_by_id is None:
        link["silent"] = True  # nobody objected in time
    if row.body and row.counts and pack.body(row.body).publishes_counts:
        link["counts"] = row.counts
    return link
