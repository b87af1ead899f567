"""Ballots: those to vote in, those one chairs, and what became of those one voted on."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from desk.work.item import Item, counted
from policies.engine import word_count
from reviews import discussion, queues, rolls, tally
from reviews.models import Ballot, BallotSeat
from reviews.viewpoint import Viewpoint

if TYPE_CHECKING:
    from accounts.models import Person
    from proposals.models import Revision

WORDS_A_MINUTE = 220
LATELY = 8
MOST = 50
RELATED = ("proposal__institution", "proposal__policy", "revision")
DECIDED = {
    "approve": "approved",
    "approve_with_conditions": "approved_with_conditions",
    "request_changes": "sent_back",
    "decline": "declined",
}


def to_vote(person: Person) -> list[Item]:
    """Ballots that wait for the person's vote, the one that closes first on top."""
    waiting = Ballot.objects.waiting_for(person).select_related(*RELATED)
    rows = list(waiting.order_by("closes_at", "opened_at")[:MOST])
    members = _acted_for(person, rows)
    return [
        Item(
            title=str(ballot.proposal),
            text=f"{ballot.body_rules.name}: {ballot.question}",
            url=reverse("ballot", args=[ballot.pk]),
            place=ballot.proposal.institution.name,
            since=ballot.opened_at,
            until=ballot.closes_at,
            facts=[
                *(f"You vote for {name}" for name in members.get(ballot.pk, ())),
                f"About {counted(_minutes(ballot.revision), 'minute', 'minutes')} to read",
            ],
        )
        for ballot in rows
    ]


def _acted_for(person: Person, ballots: list[Ballot]) -> dict[uuid.UUID, list[str]]:
    """The members for whom the person votes in these ballots, where they sit on the body themselves none."""
    own = BallotSeat.objects.filter(ballot__in=ballots, person=person).values("ballot")
    lines = BallotSeat.objects.filter(ballot__in=ballots, vote__isnull=True).exclude(ballot__in=own)
    found: dict[uuid.UUID, list[str]] = {}
    for seat in lines.acted_for_by(person).select_related("person").order_by("pk"):
        found.setdefault(seat.ballot_id, []).append(str(seat.person))
    return found


def _minutes(revision: Revision) -> int:
    return max(1, round(_words(revision.answers) / WORDS_A_MINUTE))


def _words(value: Any) -> int:
    """All words of a document."""
    if isinstance(value, str):
        return word_count(value)
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(_words(part) for part in parts)


def to_chair(person: Person) -> list[Item]:
    """Open ballots that the person closes: who has not voted, and whether there is a quorum."""
    rows = queues.ballots_for(Ballot.objects.chaired_by(person)).order_by("closes_at", "opened_at")
    held = discussion.held(ballots := list(rows[:MOST]))
    return [
        Item(
            title=str(ballot.proposal),
            text=_quorum(ballot, held=ballot.pk in held),
            url=reverse("ballot", args=[ballot.pk]),
            place=ballot.body_rules.name,
            since=ballot.opened_at,
            until=ballot.closes_at,
            facts=_missing(ballot, person),
        )
        for ballot in ballots
    ]


def _quorum(ballot: Ballot, *, held: bool) -> str:
    """How many have taken part, of how many that are needed; and what keeps the ballot from closing."""
    needed, _of = tally.quorum(rolls.rule_of(ballot), rolls.lines(ballot))
    present = len(ballot.votes.all()) + len(ballot.recusals.all())
    said = f"{counted(present, 'member has', 'members have')} taken part; {needed} are needed."
    if held:
        return f"{said} A concern or a unit's view waits for an answer before it can close."
    return f"{said} You can close it." if present >= needed else said


def _missing(ballot: Ballot, person: Person) -> list[str]:
    names = [str(seat.person) for seat in Viewpoint(ballot, person).waiting]
    return [f"Not yet: {'; '.join(names)}"] if names else ["Everybody has voted"]


def decided(person: Person) -> list[Item]:
    """What became of the last ballots on whose roll the person stood."""
    rows = Ballot.objects.decided_with(person).select_related(*RELATED)
    return [
        Item(
            title=str(ballot.proposal),
            text=ballot.tally.get("sentence", ""),
            url=reverse("ballot", args=[ballot.pk]),
            place=ballot.body_rules.name,
            state=DECIDED.get(ballot.outcome, ballot.outcome),
            since=ballot.closed_at,
        )
        for ballot in rows[:LATELY]
    ]


def to_hold_again(person: Person) -> list[Item]:
    """Votes that came to nothing, or could not be held, and that the person can open."""
    rows = queues.votes_to_hold(person).select_related("proposal__institution", "proposal__policy")
    return [
        Item(
            title=str(step.proposal),
            text="No vote is open on it. Hold it once the body can vote.",
            url=reverse("ballot_rerun", args=[step.pk]),
            place=step.proposal.policy.pack.body(step.body).name,
            since=step.opened_at,
        )
        for step in rows[:MOST]
    ]
