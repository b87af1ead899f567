"""Open a ballot of a step, or void it; called by the handler of ballots and by `ballots.rerun` and `panels.form`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from journal import clock
from journal.actions import record
from policies.calendar import deadline_at
from policies.reasons import Reason, refuse_if
from reviews import rolls
from reviews.actions import condition_rows, telling, telling_meetings
from reviews.models import (
    Ballot,
    BallotBox,
    BallotKind,
    BallotSeat,
    BallotState,
    Choice,
    MotionNotice,
    Recusal,
)
from reviews.viewpoint import people_of

if TYPE_CHECKING:
    from accounts.models import Person
    from policies.schema import Body
    from proposals.models import Proposal, Step

LONGEST_REASON = 200
QUESTIONS = {
    "new": "Shall “{}” be approved?",
    "change": "Shall the change to “{}” be approved?",
    "move_to_credit": "Shall “{}” move to credit?",
    "retire": "Shall “{}” be retired?",
}


def body_of(step: Step) -> Body:
    return step.proposal.policy.pack.body(step.body)


def waits_for_meeting(step: Step) -> bool:
    """Whether its body votes only in a meeting, since it reads a proposal twice."""
    return body_of(step).readings == 2


def members_of(step: Step) -> list[rolls.Member]:
    """Who sits on the step's body today."""
    return rolls.members_of(body_of(step), step.proposal)


def open_reasons(step: Step, *, in_meeting: bool = False) -> list[Reason]:
    """Why the step's body cannot vote yet: its panel is not formed, seats it needs are empty, or it votes only in a
    meeting. Empty when it can."""
    return reasons_with(step, members_of(step), in_meeting=in_meeting)


def reasons_with(step: Step, members: list[rolls.Member], *, in_meeting: bool = False) -> list[Reason]:
    """`open_reasons` of a body that has these members."""
    body = body_of(step)
    if body.formed == "proposal" and not members:
        former = step.proposal.policy.pack.actor_name(body.formed_by or "")
        return [Reason(f"{body.name} has not been formed yet. It is formed by: {former}.", body.clause)]
    reasons = rolls.lacking(body, members)
    if waits_for_meeting(step) and not in_meeting:
        said = (
            f"{body.name} reads a proposal in one meeting and votes in a later one. It waits for its meeting."
        )
        reasons.append(Reason(said, body.clause))
    return reasons


def open_or_wait(step: Step, by: Person | None, members: list[rolls.Member] | None = None) -> None:
    """Open the ballot of a step whose body can vote or, where it votes only in a meeting, tell who plans one."""
    if waits_for_meeting(step):
        telling_meetings.meeting_needed(step, body_of(step))
    else:
        open_ballot(step=step, by=by, members=members)


def open_ballot(
    *, step: Step, by: Person | None, in_meeting: bool = False, members: list[rolls.Member] | None = None
) -> Ballot:
    """Open a ballot on the proposal's latest revision, with the roll as it is today, in the caller's transaction.

    Effects: ballot, frozen roll, recusal of each proposer on it (and by pack of those of their unit), open conditions
    of an earlier vote in this step dropped, record, mail and notices to its voters (none in a meeting: they are there).
    Refused with the reasons of `open_reasons`.
    """
    members = members_of(step) if members is None else members
    refuse_if(reasons_with(step, members, in_meeting=in_meeting))
    proposal = step.proposal
    asked = QUESTIONS[proposal.kind].format(proposal)
    ballot = _begin(step, by, members, question=asked, outcomes=list(body_of(step).outcomes))
    condition_rows.drop_earlier(step=step, reason="The body votes anew.")
    if not in_meeting:
        telling.ballot_opened(ballot, body_of(step))
    return ballot


def open_motion(*, decided: Ballot, by: Person, notice: MotionNotice) -> Ballot:
    """Open a ballot on a motion to rescind what an earlier one decided, in the caller's transaction.

    Effects: those of `open_ballot`, but nothing is dropped. Refused with the reasons of `open_reasons`.
    """
    members = members_of(decided.step)
    refuse_if(reasons_with(decided.step, members, in_meeting=True))
    days = dt.timedelta(days=body_of(decided.step).rule.notice_days)
    ballot = _begin(
        decided.step,
        by,
        members,
        question=f"Shall what was decided on “{decided.proposal}” be rescinded?",
        outcomes=[Choice.RESCIND.value, Choice.KEEP.value],
        kind=BallotKind.RESCIND,
        takes_up=decided,
        moved_by=notice.by,
        motion=notice.reason,
        noticed_at=notice.at if notice.at + days <= clock.now() else None,
    )
    telling.ballot_opened(ballot, body_of(decided.step))
    return ballot


def _begin(step: Step, by: Person | None, members: list[rolls.Member], **asked: Any) -> Ballot:
    """Save a ballot with its roll."""
    body, proposal = body_of(step), step.proposal
    ballot = Ballot.objects.create(
        proposal=proposal,
        step=step,
        revision=proposal.revisions.latest("number"),
        body=body.id,
        rule=body.rule.model_dump(mode="json"),
        opened_at=clock.now(),
        closes_at=_closes_at(proposal, body),
        **asked,
    )
    BallotSeat.objects.bulk_create(rolls.seats_for(ballot, body, members))
    _recuse_proposers(ballot, proposal)
    if ballot.secret:
        BallotBox.objects.create(ballot=ballot, counts=dict.fromkeys([*ballot.outcomes, "abstain"], 0))
    motion: dict[str, Any] = {"kind": ballot.kind, "note": ballot.motion} if ballot.motion else {}
    note_in_record(ballot, "ballot_opened", by, roll=_roll(ballot), **motion)
    return ballot


def _closes_at(proposal: Proposal, body: Body) -> dt.datetime | None:
    """A vote without a meeting has a last day, where the body's rule allows such a vote; else the chair closes it."""
    if not body.rule.asynchronous:
        return None
    zone = proposal.policy.pack.calendar.timezone
    return deadline_at(
        clock.now().astimezone(ZoneInfo(zone)).date() + dt.timedelta(days=body.rule.days_open), zone
    )


def _recuse_proposers(ballot: Ballot, proposal: Proposal) -> None:
    """Proposers, and where the body's rule says so everyone with a role in the unit that proposes or below it."""
    proposers = set(proposal.proposers.values_list("person_id", flat=True))
    unit = (
        set(people_of(proposal).values_list("person_id", flat=True))
        if ballot.voting_rule.recuse_unit
        else set()
    )
    seated = ballot.roll.filter(person__in=proposers | unit).values_list("person_id", flat=True)
    Recusal.objects.bulk_create(
        Recusal(
            ballot=ballot,
            person_id=person,
            how="author" if person in proposers else "unit",
            reason="Proposes this credential."
            if person in proposers
            else f"Holds a role in {proposal.unit}.",
            at=clock.now(),
        )
        for person in seated
    )


def _roll(ballot: Ballot) -> list[dict[str, object]]:
    recused = set(ballot.recusals.values_list("person_id", flat=True))
    return [
        {"seat": seat.seat, "person": seat.person_id, "recused": seat.person_id in recused}
        for seat in ballot.roll.all()
    ]


def void_ballots(*, step: Step, reason: str) -> None:
    """Void the step's open ballots, in the caller's transaction. Effects: record, mail and notices to their voters."""
    rows = Ballot.objects.select_for_update(of=("self",)).filter(step=step).open()
    for ballot in rows.select_related("revision"):
        ballot.proposal, ballot.step = step.proposal, step
        void(ballot=ballot, reason=reason)


def void(*, ballot: Ballot, reason: str, by: Person | None = None) -> None:
    """Void a locked open ballot, in the caller's transaction. Effects: record, mail and notices to all on its roll."""
    ballot.state, ballot.void_reason = BallotState.VOID, reason[:LONGEST_REASON]
    ballot.save(update_fields=["state", "void_reason"])
    act = "ballot_stopped" if by else "ballot_void"
    note_in_record(ballot, act, by, note=ballot.void_reason)
    telling.ballot_void(ballot, body_of(ballot.step))


def note_in_record(
    ballot: Ballot, act: str, by: Person | None, on_behalf_of: Person | None = None, **detail: object
) -> None:
    """An entry in the proposal's chain, bound to the revision that the ballot is about."""
    facts = {
        "ballot": ballot.pk,
        "body": ballot.body,
        "revision": ballot.revision.number,
        "hash": ballot.revision.hash,
    }
    record.write(
        subject_kind="proposal",
        subject_id=ballot.proposal_id,
        institution=ballot.proposal.institution,
        act=act,
        by=by,
        on_behalf_of=on_behalf_of,
        detail={**facts, **detail},
    )
