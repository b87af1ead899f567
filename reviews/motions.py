"""Motions on what a body decided: who may move to reconsider it or to rescind it, until when, and why not."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied

from accounts.once import once
from credentials.reach import grants_of
from journal import clock
from policies.calendar import deadline_at
from policies.reasons import Reason
from proposals.actions import reopening, rescinding
from reviews import rescission, rolls, tally
from reviews.models import BallotState, Choice, MotionNotice, PanelMember
from reviews.models.joining import joined
from reviews.moments import written

if TYPE_CHECKING:
    from accounts.models import Person
    from reviews.models import Ballot
    from reviews.viewpoint import Viewpoint

YES = (tally.APPROVE, tally.WITH_CONDITIONS)
PREVAILING = "Only a member who voted on the side that won can have it decided anew"


def _undecided(ballot: Ballot) -> list[Reason]:
    """Why there is no decision to take up."""
    clause = ballot.body_rules.clause or ballot.clause
    if ballot.state != BallotState.CLOSED or ballot.closed_at is None:
        return [Reason("Only what was decided can be taken up again.", clause)]
    if ballot.rescinds:
        return [Reason("Whether to rescind is not itself reconsidered. Another motion can be made.", clause)]
    if ballot.outcome not in tally.OUTCOMES:
        return [Reason("Nothing was decided. The vote can be held again.", clause)]
    return []


# --- reconsider ----------------------------------------------------------------------------------
def require_mover(view: Viewpoint) -> None:
    """PermissionDenied for who has no vote on the roll of this ballot, and for proposers."""
    voter = view.seat is not None and view.seat.votes
    if not view.person.is_active or view.proposes or not voter:
        raise PermissionDenied("Only members who voted on it take a decision up again.")


def mover_reasons(view: Viewpoint) -> list[Reason]:
    """Why this member cannot move to reconsider: in a ballot by name they did not vote on the side that won, in a
    secret one they took no part."""
    ballot, vote = view.ballot, view.line_vote
    clause = ballot.body_rules.clause or ballot.clause
    if view.is_recused:
        return [Reason("You are recused from this ballot, so you cannot take its decision up again.", clause)]
    if ballot.secret:
        said = "Only a member who took part in this secret ballot can have it decided anew, and you did not."
        return [] if vote else [Reason(said, clause)]
    if vote is None:
        return [Reason(f"{PREVAILING}, and you did not vote.", clause)]
    won = YES if ballot.outcome in YES else (ballot.outcome,)
    if vote.choice not in won:
        return [Reason(f"{PREVAILING}. You voted “{Choice(vote.choice).label}”.", clause)]
    return []


def reconsider_reasons(ballot: Ballot) -> list[Reason]:
    """Why the body cannot take its decision up again, by its own rule and for what rests on it."""
    if undecided := _undecided(ballot):
        return undecided
    clause, days = ballot.body_rules.clause or ballot.clause, ballot.voting_rule.reconsider_days
    if days is None:
        said = f"No rule of {ballot.body_rules.name} lets it take up again what it decided."
        return [Reason(said, clause)]
    last = _last_moment(ballot, days)
    if clock.now() > last:
        return [Reason(f"It could be reconsidered until {written(last, ballot)}.", clause)]
    return reopening.reasons(ballot.step, ballot.proposal)


def _last_moment(ballot: Ballot, days: int) -> dt.datetime:
    zone = ballot.proposal.policy.pack.calendar.timezone
    closed_on = (ballot.closed_at or clock.now()).astimezone(ZoneInfo(zone)).date()
    return deadline_at(closed_on + dt.timedelta(days=days), zone)


# --- rescind -------------------------------------------------------------------------------------
def sits_with_a_vote(ballot: Ballot, person: Person) -> bool:
    """Whether the person is a member of the body today with a vote, and neither proposes nor was recused."""
    body, proposal = ballot.body_rules, ballot.proposal
    if not person.is_active or any(row.person_id == person.pk for row in proposal.proposers.all()):
        return False
    if any(row.person_id == person.pk for row in ballot.recusals.all()):
        return False
    voting = {seat.id for seat in body.seats if seat.votes}
    return any(
        member.person == person and member.seat in voting for member in rolls.members_of(body, proposal)
    )


def _may_sit(ballot: Ballot, person: Person) -> bool:
    """Whether it is worth looking who sits on the body: cheap, for lists."""
    campus, body = ballot.proposal.institution_id, ballot.body_rules
    if body.formed == "proposal":
        panels = PanelMember.objects.filter(person=person).values_list("panel__proposal", "panel__body")
        return (ballot.proposal_id, body.id) in once(person, "panels", lambda: set(panels))
    offices = {seat.office for seat in body.seats if seat.office}
    by_office = any(grant.institution_id == campus and grant.office in offices for grant in grants_of(person))
    return by_office or (campus, body.id) in joined(person)


def joined_later(view: Viewpoint) -> list[Reason]:
    """Why a member of today has no vote in this ballot: its roll was fixed when it opened, before they took their seat.
    Empty for everybody else."""
    ballot = view.ballot
    if view.seat is not None or view.is_recused or not _may_sit(ballot, view.person):
        return []
    if not sits_with_a_vote(ballot, view.person):
        return []
    clause = ballot.body_rules.clause or ballot.clause
    said = (
        "You took your seat after this vote opened, and its roll was fixed then. So you have no vote in it."
    )
    if ballot.rescinds or not ballot.voting_rule.rescind or ballot.state != BallotState.CLOSED:
        return [Reason(said, clause)]
    also = "Whether to rescind what was decided, those say who are members on the day: you can move it, and vote on it."
    return [Reason(f"{said} {also}", clause)]


def require_member(ballot: Ballot, person: Person) -> None:
    """PermissionDenied for anyone but a member of the body with a vote."""
    if not sits_with_a_vote(ballot, person):
        raise PermissionDenied("A member of the body moves to rescind what it decided.")


def rescind_reasons(ballot: Ballot) -> list[Reason]:
    """Why the decision cannot be rescinded: by the body's own rule, or since nothing can be undone any more."""
    if undecided := _undecided(ballot):
        return undecided
    if not ballot.voting_rule.rescind:
        said = f"By its rules, {ballot.body_rules.name} does not rescind what it decided."
        return [Reason(said, ballot.body_rules.clause or ballot.clause)]
    if ballot.taken_up_by.filter(kind="rescind", state=BallotState.OPEN).exists():
        return [Reason("A vote on rescinding it is open already.", ballot.clause)]
    return rescinding.reasons(ballot.step, ballot.proposal)


def pending(ballot: Ballot) -> MotionNotice | None:
    """The motion to rescind on which no vote has come to a result yet."""
    voted = ballot.taken_up_by.filter(outcome__in=(rescission.RESCINDED, rescission.KEPT))
    last = voted.order_by("opened_at").last()
    notices = MotionNotice.objects.filter(ballot=ballot, **({"at__gt": last.opened_at} if last else {}))
    return notices.select_related("by").order_by("at").last()


def move_reasons(ballot: Ballot) -> list[Reason]:
    """Why nobody can move to rescind it now."""
    if stopped := rescind_reasons(ballot):
        return stopped
    if made := pending(ballot):
        said = f"{made.by} moved this on {written(made.at, ballot)}. The chair opens the vote."
        return [Reason(said, ballot.clause)]
    return []


def vote_reasons(ballot: Ballot) -> list[Reason]:
    """Why no vote on rescinding it can be opened now."""
    if stopped := rescind_reasons(ballot):
        return stopped
    if pending(ballot) is None:
        return [Reason("Nobody has moved to rescind it.", ballot.clause)]
    return []


def noticed_from(notice: MotionNotice, ballot: Ballot) -> dt.datetime:
    """From when on a vote on the motion counts as one after notice."""
    return notice.at + dt.timedelta(days=ballot.body_rules.rule.notice_days)


def overtaken(ballot: Ballot) -> list[Reason]:
    """Why a vote on rescinding can have no effect any more; empty while it can."""
    end = "Nothing can come of this vote any more: stop it."
    found = rescinding.reasons(ballot.step, ballot.proposal)
    return [Reason(f"{reason.text} {end}", reason.clause) for reason in found]
