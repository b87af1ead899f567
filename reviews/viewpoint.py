"""One person before one ballot: the roll, the recusals and the votes, looked up once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from accounts import authority
from reviews.models import BallotState

if TYPE_CHECKING:
    import uuid

    from accounts.models import Person
    from reviews.models import Ballot, BallotSeat, Vote

MANAGER = "programme_manager"


class Viewpoint:
    """What a ballot is to a person. Reads only `.all()` of the ballot's rows, so that lists can fetch them ahead."""

    def __init__(self, ballot: Ballot, person: Person) -> None:
        self.ballot = ballot
        self.person = person

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
    def seat(self) -> BallotSeat | None:
        """The person's line of the roll."""
        return next((seat for seat in self.roll if seat.person_id == self.person.pk), None)

    @property
    def is_recused(self) -> bool:
        return self.person.pk in self.recused

    @property
    def vote(self) -> Vote | None:
        """The person's own vote."""
        return self.votes.get(self.seat.pk) if self.seat else None

    @cached_property
    def closes(self) -> bool:
        """Whether the person closes this ballot: its chair or, where that seat is vacant or its holder recused, the
        programme manager."""
        chairs = [
            seat for seat in self.roll if seat.chair and seat.person_id and seat.person_id not in self.recused
        ]
        if chairs:
            return chairs[0].person_id == self.person.pk
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
