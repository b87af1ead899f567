"""The one door: every move of a proposal goes through `perform`, or follows from a completed step or the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from journal import clock
from journal.actions import record
from policies.reasons import Refused, refuse_if
from proposals import conditions, hooks, reading, returns, rounds, sending
from proposals.actions import documents, progress, standing, telling
from proposals.actions.locking import lock, touch
from proposals.machine import TRANSITIONS
from proposals.permissions import Standpoint, officer
from proposals.rounds import Verdict
from proposals.routes import RESTING
from proposals.states import FORM_IN, State

if TYPE_CHECKING:
    from accounts.models import Person
    from proposals.models import Proposal, Revision, Step

_SAVED = ("state", "state_since", "held_from", "returned_from", "submitted_at")
_VOIDING = {
    "decline": "The proposal was declined.",
    "withdraw": "The proposal was withdrawn.",
    "lapse": "The pilot lapsed.",
}


@dataclass(frozen=True)
class Hand:
    """Whose act it is (None: the clock's), on whose behalf, and with which note."""

    by: Person | None
    on_behalf_of: Person | None = None
    note: str = ""


@transaction.atomic
def perform(
    *, proposal: Proposal, transition: str, by: Person, note: str = "", version: int | None = None
) -> Proposal:
    """Make a move by hand. `version` is the proposal's as the person saw it, where there was a page.

    Effects, all or none: the state, what belongs to it (revision, step rows, the credential's standing), entries in
    the record, notices and mail. PermissionDenied when the move is not this person's. Refused, with every reason and
    its clause, when it cannot be made now: the wrong state, steps or answers that are missing, a date that has
    passed, one's own proposal, a page drawn from an older version.
    """
    if transition not in TRANSITIONS:
        raise Refused(f"There is no move “{transition}”.")
    proposal = lock(proposal.pk)
    standpoint = Standpoint(proposal, by)
    right = standpoint.right_to(transition)
    refuse_if(conditions.stale(proposal, version))
    refuse_if(conditions.reasons(standpoint, transition))
    refuse_if(conditions.unsaid(proposal, transition, note))
    hand = Hand(by, right.on_behalf_of if right else None, note.strip())
    _BY_HAND.get(transition, _simply)(proposal, transition, hand)
    return proposal


def carry_out(
    proposal: Proposal,
    move: str,
    hand: Hand,
    revision: Revision | None = None,
    said: Mapping[str, Any] | None = None,
    **target: Any,
) -> bool:
    """Make the move on a locked proposal, with everything that goes with it. Says whether the state changed.

    `said` is what the record holds of the move beside where it led.

    Not a door: what may happen has been decided by `perform`, by a step's outcome or by the clock.
    """
    before = proposal.state
    getattr(proposal, move)(**target)
    if proposal.state != before:
        proposal.state_since = clock.now()
    touch(proposal, *_SAVED)
    standing.follow(proposal, move, before, hand.by, hand.note)
    if move in _VOIDING:
        progress.void_all(proposal=proposal, reason=_VOIDING[move])
    _write(proposal, move, before, hand, revision, said or {})
    telling.moved(proposal, move, before)
    hooks.follow(proposal)
    return proposal.state != before


def _write(
    proposal: Proposal,
    move: str,
    before: str,
    hand: Hand,
    revision: Revision | None,
    said: Mapping[str, Any],
) -> None:
    detail: dict[str, Any] = {"from": before, "to": proposal.state, **said}
    if hand.note:
        detail["note"] = hand.note
    if revision:
        detail |= {"revision": revision.number, "form": revision.form["id"], "hash": revision.hash}
    record.write(
        subject_kind="proposal",
        subject_id=proposal.pk,
        institution=proposal.institution,
        act=move,
        by=hand.by,
        on_behalf_of=hand.on_behalf_of,
        detail=detail,
    )


def _simply(proposal: Proposal, move: str, hand: Hand) -> None:
    carry_out(proposal, move, hand)


def _enter(proposal: Proposal, move: str, hand: Hand) -> None:
    carry_out(proposal, move, hand)
    entered(proposal, hand)


def _submit(proposal: Proposal, move: str, hand: Hand) -> None:
    """The document becomes a revision; the state is left when nothing else is asked in it and no officer decides."""
    revision = _file(proposal, hand)
    proposal.submitted_at = proposal.submitted_at or clock.now()
    progress.complete_form(proposal=proposal, revision=revision, by=revision.submitted_by)
    progress.fit(proposal)
    stage = proposal.policy.pack.stage(proposal.state)
    passed = rounds.verdict(progress.rows_of(proposal), stage) is Verdict.PASSED
    if carry_out(proposal, move, hand, revision, complete=passed and not stage.officer):
        entered(proposal, hand)
    else:
        settle(proposal, hand)


def _resubmit(proposal: Proposal, move: str, hand: Hand) -> None:
    """Back to the step that sent it back, or to the start of the review when an earlier approval no longer stands."""
    returned = proposal.returned_from
    if returned is None:
        raise Refused("It was not sent back by a step.")
    revision = _file(proposal, hand)
    restart = returns.restart_state(proposal, returned, revision)
    carry_out(proposal, move, hand, revision, to=restart or returned.state)
    if restart:
        progress.enter(proposal=proposal, by=revision.submitted_by, filed=revision)
    else:
        progress.again(proposal=proposal, returned=returned)
    settle(proposal, hand)


def _file_full_proposal(proposal: Proposal, move: str, hand: Hand) -> None:
    revision = _file(proposal, hand)
    carry_out(proposal, move, hand, revision)
    entered(proposal, hand, filed=revision)


def _file(proposal: Proposal, hand: Hand) -> Revision:
    if hand.by is None:
        raise ValueError("Only a person submits a document.")
    return documents.revise(proposal=proposal, document=reading.current(proposal), by=hand.by)


_BY_HAND: dict[str, Callable[[Proposal, str, Hand], None]] = {
    "submit": _submit,
    "open_proposal": _enter,
    "advance": _enter,
    "resubmit": _resubmit,
    "file_full_proposal": _file_full_proposal,
}


def entered(proposal: Proposal, hand: Hand, filed: Revision | None = None) -> None:
    """A state of the route was entered: its document and its step rows are made and the first step opens."""
    pack, by = proposal.policy.pack, hand.by or documents.last_author(proposal)
    form = FORM_IN.get(proposal.state, "")
    if proposal.state in (State.PROPOSAL, State.PILOT) and pack.has_form(form):
        documents.begin(proposal=proposal, form=form, by=by)
    progress.enter(proposal=proposal, by=by, filed=filed)
    settle(proposal, hand)


def settle(proposal: Proposal, hand: Hand) -> None:
    """What the steps of the present state come to takes effect: the next one opens, or the proposal moves."""
    stage = proposal.policy.pack.stage(proposal.state)
    rows = progress.rows_of(proposal)
    verdict = rounds.verdict(rows, stage)
    if verdict is Verdict.WAITS:
        progress.open_next(proposal)
    elif verdict is Verdict.SENT_BACK:
        _sent_back(proposal, hand, rounds.refusing(rounds.waiting_batch(rows, stage)))
    elif verdict is Verdict.DECLINED:
        carry_out(proposal, "decline", hand)
    elif proposal.state in RESTING or hooks.holds(proposal):
        return
    elif asker := sending.asker(proposal, rows):
        carry_out(proposal, "hand_back", hand, said={"name": asker.title}, to=asker.state)
        progress.fit(proposal)
        settle(proposal, hand)
    elif who := officer(proposal.policy.pack, proposal.state):
        telling.officer_next(proposal, who)
    else:
        carry_out(proposal, "advance", hand)
        entered(proposal, hand)


def _sent_back(proposal: Proposal, hand: Hand, refusing: list[Step]) -> None:
    """To the earlier step that was chosen; to the proposers where none was, or where not all of several chose one."""
    asking = [row for row in refusing if row.outcome == "request_changes"]
    target = sending.target(proposal, refusing)
    if target is None:
        carry_out(proposal, "request_changes", hand, step=(asking or refusing)[0])
        return
    progress.ask_again(proposal=proposal, refused=refusing, target=target)
    carry_out(proposal, "send_back", hand, said={"name": target.title}, to=target.state)
    progress.open_next(proposal)
