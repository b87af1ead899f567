"""A step for one proposal, beside those of the route: added and taken away by the office; and stopping a vote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Role
from journal.actions import record
from policies.reasons import Reason, Refused, refuse_if
from proposals import adding, conditions, hooks
from proposals.actions import progress, telling, transitions
from proposals.actions.locking import lock, touch
from proposals.actions.steps import locked
from proposals.models import Step, StepStatus
from proposals.permissions import Standpoint

if TYPE_CHECKING:
    from accounts.authority import Authority
    from accounts.models import Person
    from proposals.models import Proposal

NOT_YOURS = "Only the programme manager does this."


@transaction.atomic
def add(
    *,
    proposal: Proposal,
    kind: str,
    title: str,
    reason: str,
    by: Person,
    actor: str = "",
    person: Person | None = None,
    version: int | None = None,
) -> Step:
    """Ask somebody whom the route does not ask: a consultation or a sign-off by an office or by one person.

    It opens at once beside what is open; the proposal goes on along its route once it is complete too. A sign-off can
    approve or send back; it never ends the proposal.
    Effects: the row, an entry in the record; notices and mail to whom it asks and to the proposers. Whom it asks sees
    the proposal.
    PermissionDenied unless `by` is its programme manager. Refused: one's own proposal; a proposal that is not being
    decided; a missing title or reason; an office that nobody holds, a proposer, somebody of another campus; a page
    drawn from an older version.
    """
    proposal = lock(proposal.pk)
    standpoint = Standpoint(proposal, by)
    right = _right(standpoint)
    title, reason = title.strip(), reason.strip()
    refuse_if(conditions.stale(proposal, version))
    refuse_if(adding.not_now(standpoint))
    refuse_if([*adding.unfit(proposal, kind, title, reason), *adding.unfit_asked(proposal, actor, person)])
    step = _row(proposal, kind, title, reason, actor, person)
    touch(proposal)
    asked = {"person": person.pk} if person else {"actor": actor}
    _write(step, "add_step", by, right, {"kind": kind, "note": reason, **asked})
    progress.open_rows(proposal, [step])
    telling.step_added(step)
    return step


def _right(standpoint: Standpoint) -> Authority:
    right = standpoint.authority(Role.PROGRAMME_MANAGER)
    if right is None:
        raise PermissionDenied(NOT_YOURS)
    return right


def _row(proposal: Proposal, kind: str, title: str, reason: str, actor: str, person: Person | None) -> Step:
    rows = progress.rows_of(proposal)
    number = len({row.key for row in rows if row.ad_hoc}) + 1
    return Step.objects.create(
        proposal=proposal,
        state=proposal.state,
        key=f"added-{number}",
        kind=kind,
        title=title,
        actor=actor,
        person=person,
        reason=reason,
        ad_hoc=True,
        position=adding.place(rows, proposal.state),
    )


@transaction.atomic
def cancel(*, step: Step, by: Person, reason: str) -> Step:
    """Stop what a step asks for: take an added step away, or stop the vote of a ballot's step.

    The proposal itself goes on: without the added step it moves where the other steps lead; after a stopped vote the
    step stays open, and the vote can be held anew. (A proposer who wants to end it all withdraws the proposal.)
    Effects: the row or the ballot is void, an entry in the record, notices and mail to those concerned.
    PermissionDenied unless `by` is its programme manager. Refused: one's own proposal, a step that is not open, a
    step that the policy asks for and in which no vote is under way, a missing reason.
    """
    proposal, step = locked(step)
    standpoint = Standpoint(proposal, by)
    right = _right(standpoint)
    refuse_if(adding.not_cancellable(step, standpoint))
    if not reason.strip():
        raise Refused(Reason("Say why, so that those who were asked know.", field="reason"))
    hooks.step_handler(step.kind).voided(step, reason.strip())
    touch(proposal)
    if not step.ad_hoc:
        _write(step, "cancel_ballot", by, right, {"note": reason.strip()})
        return step
    step.status = StepStatus.VOID
    step.save(update_fields=["status"])
    _write(step, "cancel_step", by, right, {"note": reason.strip()})
    telling.step_cancelled(step)
    transitions.settle(proposal, transitions.Hand(by, right.on_behalf_of, reason.strip()))
    return step


def _write(step: Step, act: str, by: Person, right: Authority, said: dict[str, Any]) -> None:
    proposal = step.proposal
    record.write(
        subject_kind="proposal",
        subject_id=proposal.pk,
        institution=proposal.institution,
        act=act,
        by=by,
        on_behalf_of=right.on_behalf_of,
        detail={"step": step.pk, "key": step.key, "name": step.title, **said},
    )
