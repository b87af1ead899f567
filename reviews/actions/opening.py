"""Open a ballot of a step, or void it; called by the handler of ballots and by `ballots.rerun` and `panels.form`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from journal import clock
from journal.actions import record
from policies.calendar import deadline_at
from policies.reasons import Reason, Refused
from reviews import rolls
from reviews.actions import telling
from reviews.models import Ballot, BallotBox, BallotSeat, BallotState, Condition, Recusal
from reviews.viewpoint import people_of

if TYPE_CHECKING:
    from accounts.models import Person
    from policies.schema import Body
    from proposals.models import Proposal, Step

QUESTIONS = {
    "new": "Shall “{}” be approved?",
    "change": "Shall the change to “{}” be approved?",
    "move_to_credit": "Shall “{}” move to credit?",
    "retire": "Shall “{}” be retired?",
}


def body_of(step: Step) -> Body:
    return step.proposal.policy.pack.body(step.body)


def open_reasons(step: Step) -> list[Reason]:
    """Why the step's body cannot vote yet: its panel is not formed, or seats it needs are empty. Empty when it can."""
    body = body_of(step)
    members = rolls.members_of(body, step.proposal)
    if body.formed == "proposal" and not members:
        former = step.proposal.policy.pack.actor_name(body.formed_by or "")
        return [Reason(f"{body.name} has not been formed yet. It is formed by: {former}.", body.clause)]
    return rolls.lacking(body, members)


def open_ballot(*, step: Step, by: Person | None) -> Ballot:
    """Open a ballot on the proposal's latest revision, with the roll as it is today, in the caller's transaction.

    Effects: ballot, frozen roll, recusal of each proposer on it (and by pack of those of their unit), open conditions
    of an earlier vote in this step dropped, record, mail and notices to its voters.
    Refused with the reasons of `open_reasons`.
    """
    if reasons := open_reasons(step):
        raise Refused(reasons)
    body, proposal = body_of(step), step.proposal
    ballot = _ballot(step, body)
    BallotSeat.objects.bulk_create(rolls.seats_for(ballot, body, rolls.members_of(body, proposal)))
    _recuse_proposers(ballot, proposal)
    _drop_conditions(ballot)
    if ballot.secret:
        BallotBox.objects.create(ballot=ballot, counts=dict.fromkeys([*ballot.outcomes, "abstain"], 0))
    note_in_record(ballot, "ballot_opened", by, roll=_roll(ballot))
    telling.ballot_opened(ballot, body)
    return ballot


def _ballot(step: Step, body: Body) -> Ballot:
    proposal = step.proposal
    return Ballot.objects.create(
        proposal=proposal,
        step=step,
        revision=proposal.revisions.latest("number"),
        body=body.id,
        question=QUESTIONS[proposal.kind].format(proposal),
        outcomes=list(body.outcomes),
        rule=body.rule.model_dump(mode="json"),
        opened_at=clock.now(),
        closes_at=_closes_at(proposal, body),
    )


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


def _drop_conditions(ballot: Ballot) -> None:
    """A body that votes anew decides anew: what its earlier approval in this step hung on is not asked any more."""
    earlier = Condition.objects.pending().filter(proposal=ballot.proposal, step__key=ballot.step.key)
    dropped = list(earlier.select_for_update())
    for row in dropped:
        row.state, row.settled_at, row.reason = "void", clock.now(), "The body votes anew."
        row.save(update_fields=["state", "settled_at", "reason"])
    if dropped:
        note_in_record(ballot, "conditions_void", None, conditions=[row.pk for row in dropped])


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
        ballot.state, ballot.void_reason = BallotState.VOID, reason[:200]
        ballot.save(update_fields=["state", "void_reason"])
        note_in_record(ballot, "ballot_void", None, reason=reason[:200])
        telling.ballot_void(ballot, body_of(step))


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
