"""One person before one ballot: the roll, the recusals and the votes, looked up once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Q

from accounts import authority
from accounts.models import RoleGrant
from reviews import chairing
from reviews.models import BallotState
from reviews.models.alternate import ActsFor, acts_for

if TYPE_CHECKING:
    import uuid

    from django.db.models import QuerySet

    from accounts.models import Person
    from proposals.models import Proposal
    from reviews.models import Ballot, BallotSeat, Vote

MANAGER = "programme_manager"


def people_of(proposal: Proposal) -> QuerySet[RoleGrant]:
    """Roles held today in the unit that proposes, or below it."""
    below = Q(unit=proposal.unit) | Q(unit__path__contains=f"/{proposal.unit_id}/")
    return RoleGrant.objects.in_force().filter(below)


class Viewpoint:
    """What a ballot is to a person. Reads only `.all()` of the ballot's rows, so that lists can fetch them ahead."""

    def __init__(self, ballot: Ballot, person: Person, acts_for: ActsFor | None = None) -> None:
        self.ballot = ballot
        self.person = person
        self._acts_for = acts_for

    @property
    def alone(self) -> bool:
        """Whether the ballot is read by itself; in a list nothing is looked up for each."""
        return self._acts_for is None

    @cached_property
    def roll(self) -> list[BallotSeat]:
        return list(self.ballot.roll.all())

    @cached_property
    def recused(self) -> dict[uuid.UUID, str]:
        """Who is recused, and how it came about."""
        return {row.person_id: row.how for row in self.ballot.recusals.all()}

    @cached_property
    def votes(self) -> dict[int, Vote]:
        """The votes by line of the roll."""
        return {vote.seat_id: vote for vote in self.ballot.votes.all()}

    @cached_property
    def proposes(self) -> bool:
        return any(row.person_id == self.person.pk for row in self.ballot.proposal.proposers.all())

    @cached_property
    def own_seat(self) -> BallotSeat | None:
        """The person's own line of the roll."""
        return next((seat for seat in self.roll if seat.person_id == self.person.pk), None)

    @cached_property
    def acting(self) -> BallotSeat | None:
        """The line on which the person votes for its holder: where they have voted, else the first that is free. Who
        sits on the body acts for nobody."""
        lines = [seat for seat in self.roll if seat.alternates and seat.person_id]
        if self.own_seat or not lines:
            return None
        place = (self.ballot.proposal.institution_id, self.ballot.body)
        named = self._acts_for if self._acts_for is not None else acts_for(self.person)
        mine = [seat for seat in lines if (*place, seat.person_id) in named]
        return min(mine, key=self._nearest, default=None)

    def _nearest(self, seat: BallotSeat) -> int:
        vote = self.votes.get(seat.pk)
        return 1 if vote is None else 0 if vote.person_id == self.person.pk else 2

    @property
    def seat(self) -> BallotSeat | None:
        """The line on which the person votes: their own, or that of whom they act for."""
        return self.own_seat or self.acting

    @cached_property
    def of_the_unit(self) -> bool:
        """Whether the rule keeps the person out for a role in the unit that proposes."""
        if not self.ballot.voting_rule.recuse_unit:
            return False
        return people_of(self.ballot.proposal).filter(person=self.person).exists()

    @property
    def is_recused(self) -> bool:
        return self.person.pk in self.recused

    @property
    def vote(self) -> Vote | None:
        """The person's own vote, for themselves or for whom they act."""
        vote = self.line_vote
        return vote if vote and vote.person_id == self.person.pk else None

    @property
    def line_vote(self) -> Vote | None:
        """The vote that stands on the person's line, whoever cast it."""
        return self.votes.get(self.seat.pk) if self.seat else None

    @cached_property
    def closes(self) -> bool:
        """Whether the person closes this ballot: who presides or, where nobody can, the programme manager."""
        if presiding := chairing.of_ballot(self.ballot):
            return presiding.person_id == self.person.pk
        return not self.proposes and authority.holds(self.person, MANAGER, self.ballot.proposal.institution)

    @property
    def sees_votes(self) -> bool:
        """Blind until you have voted: members see how others voted after their own vote, the whole body and the
        offices that oversee it after closing. The chair, who decides when to close, waits for that, and so does who
        is recused. In a secret ballot nobody sees it, and proposers see the count alone."""
        if self.ballot.secret or self.proposes:
            return False
        if self.ballot.state != BallotState.OPEN:
            return self.ballot.state == BallotState.CLOSED
        return self.vote is not None and not self.is_recused and not self.closes

    @property
    def sees_who_voted(self) -> bool:
        """Who has not voted yet, without how the others did: for who closes the ballot."""
        return not self.proposes and (
            self.closes or self.sees_votes or self.ballot.state == BallotState.CLOSED
        )

    @cached_property
    def waiting(self) -> list[BallotSeat]:
        """The lines whose holder could vote and has not."""
        presiding = self.ballot.rule.get("chair_votes") == "never"
        return [
            seat
            for seat in self.roll
            if seat.person_id
            and seat.votes
            and seat.pk not in self.votes
            and seat.person_id not in self.recused
            and not (seat.chair and presiding)
        ]
