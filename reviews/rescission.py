"""The count of a motion to rescind: a pure function of the body's rule, its roll and whether notice was given.

After the usual rules of order what was decided is rescinded by any one of three majorities: at least two thirds of the
votes cast; more than half of the entire membership; more than half of the votes cast, where notice of the motion was
given. Quorum, recusals and the chair's vote follow the body's own rule, as in any other ballot.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from policies.schema import Fraction, VotingRule
from reviews import tally, wording
from reviews.tally import Roll

RESCIND, KEEP = "rescind", "keep"
RESCINDED, KEPT = "rescinded", "kept"
TWO_THIRDS = Fraction(num=2, den=3, strict=False)
HALF = Fraction(num=1, den=2, strict=True)
_AS = {RESCIND: tally.APPROVE, KEEP: "decline"}


@dataclass(frozen=True)
class Way:
    """One of the majorities that rescind: what it is taken of, how many it takes, and whether it was reached."""

    name: Literal["two_thirds", "members", "notice"]
    base: int
    needed: int
    reached: bool


@dataclass(frozen=True)
class Rescission(tally.Result):
    """The arithmetic of a motion to rescind; `yes` are for it. `outcome` is "rescinded", "kept" or "inquorate"."""

    ways: tuple[Way, ...] = ()
    noticed: bool = False

    @property
    def decided(self) -> bool:
        return self.outcome in (RESCINDED, KEPT)


def count(rule: VotingRule, roll: Roll, *, noticed: bool) -> Rescission:
    """Count the votes on a motion to rescind."""
    result = tally.with_chair(rule, roll, partial(_numbers, noticed=noticed))
    return replace(result, sentence=wording.rescission(rule, result, attended=tally.attended(roll)))


def _numbers(rule: VotingRule, roll: Roll, *, noticed: bool) -> Rescission:
    lines = [replace(line, choice=_AS.get(line.choice, line.choice)) for line in roll]
    whole: Literal["seats", "members"] = "seats" if rule.basis == "seats" else "members"
    cast = tally.numbers(rule.model_copy(update={"basis": "cast", "majority": TWO_THIRDS}), lines)
    members = tally.numbers(rule.model_copy(update={"basis": whole, "majority": HALF}), lines)
    ways = (
        Way("two_thirds", cast.base, cast.majority_needed, cast.yes >= cast.majority_needed),
        Way("members", members.base, members.majority_needed, cast.yes >= members.majority_needed),
        _by_notice(cast, noticed=noticed),
    )
    decided = RESCINDED if any(way.reached for way in ways) else KEPT
    return Rescission(
        **{
            **vars(cast),
            "counts": {RESCIND: cast.yes, KEEP: cast.no},
            "outcome": decided if cast.quorate else tally.INQUORATE,
            "ways": ways,
            "noticed": noticed,
        }
    )


def _by_notice(cast: tally.Result, *, noticed: bool) -> Way:
    needed = tally.least(HALF, cast.base)
    return Way("notice", cast.base, needed, noticed and cast.yes >= needed)
