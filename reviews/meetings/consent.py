"""Unanimous consent as a count: a pure function of the body's rule and the roll with who is in the room.

Nobody objects, so everybody in the room who has a vote and no conflict agrees. The body's own quorum is needed, and so
many must be there to agree as its majority asks for. Nobody's vote is counted, since none was taken.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from policies.schema import VotingRule
from reviews import tally, wording
from reviews.tally import Line, Roll


@dataclass(frozen=True)
class Consent(tally.Result):
    """The arithmetic of adoption by consent; `agreed` were in the room and did not object. `outcome` is "approve",
    "no_decision" (too few were there for the body's majority) or "inquorate"."""

    consent: bool = True
    agreed: int = 0


def count(rule: VotingRule, roll: Roll) -> Consent:
    """Count those who are in the room as agreeing."""
    found = tally.with_chair(rule, [_agreeing(line) for line in roll], tally.numbers)
    nobody = dict.fromkeys(found.counts, 0)
    result = Consent(
        **{**vars(found), "agreed": found.yes, "yes": 0, "counts": nobody, "chair_decided": False}
    )
    return replace(result, sentence=wording.consent(rule, result))


def _agreeing(line: Line) -> Line:
    there = line.votes and line.takes_part and not line.recused
    return replace(line, choice=tally.APPROVE if there else "")
