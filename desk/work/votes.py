"""Ballots: those to vote in, those one chairs, and what became of those one voted on."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db.models import TextField
from django.db.models.functions import Cast, Length
from django.urls import reverse

from desk.work.item import MOST, Item, Items, counted, first
from proposals.models import Revision
from reviews import discussion, queues, rolls, tally
from reviews.models import Ballot, BallotSeat
from reviews.models.alternate import acts_for
from reviews.viewpoint import Viewpoint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Person
    from desk.work.standing import Standing

CHARACTERS_A_MINUTE = 1_300  # some 220 words
LATELY = 8
SHARED = ("proposal__institution", "proposal__policy")  # by most rows: read apart, once each
DECIDED = {
    "approve": "approved",
    "approve_with_conditions": "approved_with_conditions",
    "request_changes": "sent_back",
    "decline": "declined",
}


def to_vote(standing: Standing) -> list[Item]:
    """Ballots that wait for the person's vote, the one that closes first on top."""
    person = standing.person
    if not (standing.ties.on_rolls or acts_for(person)):
        return []
    waiting = Ballot.objects.waiting_for(person).select_related("proposal").prefetch_related(*SHARED)
    rows, more = first(waiting.order_by("closes_at", "opened_at", "pk"), standing, MOST)
    members, minutes = _acted_for(person, rows), _minutes(ballot.revision_id for ballot in rows)
    found = [
        Item(
            title=str(ballot.proposal),
            text=f"{ballot.body_rules.name}: {ballot.question}",
            url=reverse("ballot", args=[ballot.pk]),
            place=ballot.proposal.institution.name,
            since=ballot.opened_at,
            until=ballot.closes_at,
            facts=[
                *(f"You vote for {name}" for name in members.get(ballot.pk, ())),
                f"About {counted(minutes[ballot.revision_id], 'minute', 'minutes')} to read",
            ],
        )
        for ballot in rows
    ]
    return Items(
        found, more=more, whole=reverse("waiting", args=["votes"]), words="Ballots that wait for you"
    )


def _acted_for(person: Person, ballots: list[Ballot]) -> dict[uuid.UUID, list[str]]:
    """The members for whom the person votes in these ballots, where they sit on the body themselves none."""
    if not acts_for(person):
        return {}
    own = BallotSeat.objects.filter(ballot__in=ballots, person=person).values("ballot")
    lines = BallotSeat.objects.filter(ballot__in=ballots, vote__isnull=True).exclude(ballot__in=own)
    found: dict[uuid.UUID, list[str]] = {}
    for seat in lines.acted_for_by(person).select_related("person").order_by("pk"):
        found.setdefault(seat.ballot_id, []).append(str(seat.person))
    return found


def _minutes(revisions: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How long each of these takes to read, by the length of its answers; one query."""
    length = Length(Cast("answers", TextField()))
    rows = Revision.objects.filter(pk__in=list(revisions)).values_list("pk", length)
    return {key: max(1, round(characters / CHARACTERS_A_MINUTE)) for key, characters in rows}


def to_chair(standing: Standing) -> list[Item]:
    """Open ballots that the person closes: who has not voted, and whether there is a quorum."""
    person = standing.person
    if not standing.presides:
        return []
    order = ("closes_at", "opened_at", "pk")
    chaired, more = first(Ballot.objects.chaired_by(person).order_by(*order).only("pk"), standing, MOST)
    if not chaired:  # to read them whole is long, and to plan that reading too
        return []
    ballots = list(
        queues.ballots_to_close(Ballot.objects.filter(pk__in=[one.pk for one in chaired])).order_by(*order)
    )
    held = discussion.held(ballots)
    found = [
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
    return Items(found, more=more, whole=reverse("waiting", args=["chairing"]), words="Ballots you chair")


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


def decided(standing: Standing) -> list[Item]:
    """What became of the last ballots on whose roll the person stood."""
    if not standing.ties.on_rolls:
        return []
    rows = Ballot.objects.decided_with(standing.person).select_related("proposal").prefetch_related(*SHARED)
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


def to_hold_again(standing: Standing) -> list[Item]:
    """Votes that came to nothing, or could not be held, and that the person can open."""
    if not standing.presides:
        return []
    rows, more = first(queues.votes_to_hold(standing.person).prefetch_related(*SHARED), standing, MOST)
    found = [
        Item(
            title=str(step.proposal),
            text="No vote is open on it. Hold it once the body can vote.",
            url=reverse("ballot_rerun", args=[step.pk]),
            place=step.proposal.policy.pack.body(step.body).name,
            since=step.opened_at,
        )
        for step in rows
    ]
    return Items(found, more=more, whole=reverse("waiting", args=["votes-to-hold"]), words="Votes to hold")
