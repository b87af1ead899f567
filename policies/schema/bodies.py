"""Bodies that vote: their seats, their rubric and their rules of voting."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from policies.schema.base import Actor, ClauseId, Decision, Id, Name, Strict, Text, in_order, no_twins


class Seat(Strict):
    """A seat or, with `maximum` over 1, a category of seats. Vacant seats below `minimum` stop a body from convening.

    A seat with an `office` goes to whoever holds that office. With `alternates` its holder may name somebody to vote
    for them between two days. The holder of the `vice_chair` stands in for a chair who is missing or recused.
    """

    id: Id
    title: Name
    office: str = ""
    minimum: int = 1
    maximum: int = 1
    chair: bool = False
    vice_chair: bool = False
    votes: bool = True
    counts_for_quorum: bool = True
    alternates: bool = False
    clause: ClauseId = ""

    @model_validator(mode="after")
    def _sane(self) -> Seat:
        in_order(self.minimum, self.maximum, "number of seats")
        if self.minimum < 0 or self.maximum < 1:
            raise ValueError("a seat needs a minimum of 0 or more and a maximum of 1 or more")
        if (self.chair or self.vice_chair) and self.maximum > 1:
            raise ValueError("only one person chairs: a chair's seat has a maximum of 1")
        if self.chair and self.vice_chair:
            raise ValueError("who chairs cannot stand in for the chair: vice_chair belongs to another seat")
        return self


class Fraction(Strict):
    """An exact fraction: more than it (`strict`) or at least it."""

    num: int
    den: int
    strict: bool = True  # more than (true) or at least (false)

    @model_validator(mode="after")
    def _sane(self) -> Fraction:
        if self.den < 1 or not 0 < self.num <= self.den:
            raise ValueError("a fraction lies above 0 and is at most 1 (num/den)")
        if self.strict and self.num == self.den:
            raise ValueError("more than all can never be reached: set strict = false")
        return self


class VotingRule(Strict):
    """How a ballot is counted; the defaults are the usual rules of order.

    The quorum is `quorum_fixed` seats, or more than (or at least) the fraction `quorum` of the filled seats or of
    all seats (`quorum_base`). The majority is the fraction `majority` of the votes cast, of those present, of the
    members or of all seats (`basis`). Voting without a meeting (`asynchronous`) and secret ballots are off unless
    the pack cites the rule that allows them. With `names_in_minutes` the minutes say who voted how. With
    `motion` a vote taken in a meeting names the member who moved it, or who seconded it as well. What was decided is
    rescinded by two thirds of the votes cast, by a majority of all members, or by a majority of the votes cast if notice
    was given `notice_days` before; any one is enough, unless the pack says that this body rescinds nothing.
    """

    quorum: Fraction = Fraction(num=1, den=2, strict=True)
    quorum_fixed: int | None = None
    quorum_base: Literal["filled", "seats"] = "filled"
    majority: Fraction = Fraction(num=1, den=2, strict=True)
    basis: Literal["cast", "present", "members", "seats"] = "cast"
    chair_votes: Literal["always", "if_decisive", "never"] = "always"
    recused_counts_for_quorum: bool = True
    recused_stays_in_base: bool = True
    recuse_unit: bool = False
    asynchronous: bool = False
    asynchronous_rule: str = ""
    secret: bool = False
    secret_rule: str = ""
    names_in_minutes: bool = False
    motion: Literal["not_asked", "moved", "seconded"] = "not_asked"
    days_open: int = 14
    reconsider_days: int | None = None
    rescind: bool = True
    notice_days: int = 7

    @model_validator(mode="after")
    def _sane(self) -> VotingRule:
        if self.asynchronous and not self.asynchronous_rule:
            raise ValueError("voting without a meeting needs the rule that allows it: asynchronous_rule")
        if self.secret and not self.secret_rule:
            raise ValueError("a secret ballot needs the rule that allows it: secret_rule")
        if self.secret and self.names_in_minutes:
            raise ValueError(
                "of a secret ballot nobody learns who voted how: names_in_minutes cannot go with it"
            )
        if self.days_open < 1:
            raise ValueError("a ballot is open for at least one day")
        if self.reconsider_days is not None and self.reconsider_days < 0:
            raise ValueError("a decision is reconsidered within 0 days or more (0: on the same day)")
        if self.notice_days < 1:
            raise ValueError("notice of a motion to rescind is given at least one day before")
        if self.quorum_fixed is not None and self.quorum_fixed < 1:
            raise ValueError("a fixed quorum is at least 1")
        return self


class Body(Strict):
    """`formed` is standing (seats held for terms) or proposal (a panel formed anew for each proposal).

    `experience` is a sentence: at least one member must have it ("has run a micro-credential").
    `rubric` lists what members judge by. With `conditions_block` a proposal that it approves with conditions stays in
    its state until each is accepted or waived. With two `readings` it votes only in the meeting of the second one.
    With `publishes_counts` its part of a badge's approval says how many voted how.
    """

    id: Id
    name: Name
    short_name: str = ""
    formed: Literal["standing", "proposal"] = "standing"
    formed_by: Actor | None = None
    seats: list[Seat]
    experience: str = ""
    experience_clause: ClauseId = ""
    outcomes: list[Decision]
    rubric: list[Text] = []
    rubric_clause: ClauseId = ""
    rule: VotingRule = VotingRule()
    conditions_block: bool = False
    readings: Literal[1, 2] = 1
    publishes_counts: bool = False
    clause: ClauseId = ""

    @model_validator(mode="after")
    def _sane(self) -> Body:
        no_twins([seat.id for seat in self.seats], "seat")
        no_twins(list(self.outcomes), "outcome")
        if "approve" not in self.outcomes:
            raise ValueError("without the outcome approve nothing could ever pass this body")
        if sum(seat.chair for seat in self.seats) != 1:
            raise ValueError("exactly one seat has chair = true: the chair opens and closes ballots")
        if sum(seat.vice_chair for seat in self.seats) > 1:
            raise ValueError("at most one seat has vice_chair = true: one person stands in for the chair")
        if not any(seat.votes and seat.minimum for seat in self.seats):
            raise ValueError("a body needs at least one seat that votes and must be filled")
        if (self.formed == "proposal") != bool(self.formed_by):
            raise ValueError(
                "a body formed for a proposal says who forms it (formed_by), a standing body does not"
            )
        if self.publishes_counts and self.rule.secret:
            raise ValueError("how many voted how in a secret ballot is not published: publishes_counts")
        if self.readings == 2 and self.rule.asynchronous:
            raise ValueError(
                "a body that reads twice votes in a meeting: it cannot vote without one (asynchronous)"
            )
        self._check_quorum()
        return self

    def _check_quorum(self) -> None:
        most = sum(seat.maximum for seat in self.seats if seat.counts_for_quorum)
        if not most or (self.rule.quorum_fixed or 0) > most:
            raise ValueError(f"the quorum can never be reached: at most {most} can be counted for it")
