"""The count of a ballot: a pure function of the body's rule and its roll, in whole numbers only.

After the usual rules of order (a body's own rule overrides each of them):

- The quorum is counted over the seats that vote and count for it. Who voted, abstained included, takes part.
- `approve` and `approve_with_conditions` count together, `request_changes` and `decline` each alone. The outcome is
  the one that reaches the majority; approval is unconditional only if `approve` reaches it by itself. If none does,
  or two do at once, there is no decision: a mere lead over the others never decides.
- Nothing reaches a majority with no vote at all, and a body in which nobody but recused members takes part has no
  quorum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TypeVar

from policies.schema import Fraction, VotingRule
from reviews import wording

ABSTAIN = "abstain"
INQUORATE = "inquorate"
NO_DECISION = "no_decision"
APPROVE = "approve"
WITH_CONDITIONS = "approve_with_conditions"
NEGATIVE = ("request_changes", "decline")
OUTCOMES = (APPROVE, WITH_CONDITIONS, *NEGATIVE)


@dataclass(frozen=True)
class Line:
    """One seat of the roll and what came of it.

    `choice` is an outcome, "abstain", or "" without a vote. `present` is for those who take part without a vote:
    recused members, a chair who presides, in a meeting everybody in the room. What a recused member or a seat without a
    vote chose is not counted, nor is anything of who is `away` from the meeting in which it is counted.
    """

    choice: str = ""
    present: bool = False
    recused: bool = False
    filled: bool = True
    chair: bool = False
    votes: bool = True
    counts_for_quorum: bool = True
    away: bool = False

    @property
    def takes_part(self) -> bool:
        return self.filled and not self.away and (self.present or bool(self.choice))


Roll = Sequence[Line]


@dataclass(frozen=True)
class Result:
    """The arithmetic. `base` is what the majority is taken of, `outcome` an outcome, "no_decision" or "inquorate"."""

    quorate: bool
    present: int
    quorum_needed: int
    quorum_base: int
    base: int
    majority_needed: int
    yes: int
    no: int
    abstain: int
    recused: int
    counts: dict[str, int] = field(default_factory=dict)
    chair_decided: bool = False
    outcome: str = INQUORATE
    sentence: str = ""

    @property
    def decided(self) -> bool:
        return self.outcome in OUTCOMES

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


Found = TypeVar("Found", bound=Result)


def least(fraction: Fraction, of: int) -> int:
    """The smallest whole number that is more than, or at least, the fraction of `of`; never below 1."""
    whole, rest = divmod(of * fraction.num, fraction.den)
    return max(1, whole + 1 if fraction.strict or rest else whole)


def count(rule: VotingRule, roll: Roll) -> Result:
    """Count a roll. Where the chair votes only if it decides, the chair's vote is left out unless it does."""
    result = with_chair(rule, roll, numbers)
    return replace(result, sentence=wording.sentence(rule, result, attended=attended(roll)))


def attended(roll: Roll) -> bool:
    """Whether it was counted over who was in a room: everybody who takes part is there, and not by a recusal alone."""
    here = [line for line in roll if line.takes_part]
    return all(line.present for line in here) and any(not line.recused for line in here)


def with_chair(rule: VotingRule, roll: Roll, counting: Callable[[VotingRule, Roll], Found]) -> Found:
    """Count with the chair's vote, without it, or with it only where it decides, as the rule says."""
    if rule.chair_votes == "always":
        return counting(rule, roll)
    without = counting(rule, [_silent(line) for line in roll])
    if rule.chair_votes == "never":
        return without
    counted = counting(rule, roll)
    return without if counted.outcome == without.outcome else replace(counted, chair_decided=True)


def chair_could_decide(
    rule: VotingRule,
    roll: Roll,
    outcomes: Sequence[str],
    counting: Callable[[VotingRule, Roll], Result] = count,
) -> bool:
    """Whether the vote of a chair who votes only if it decides, and has not yet, would change the result."""
    chair = next((line for line in roll if line.chair), None)
    if rule.chair_votes != "if_decisive" or not chair or chair.choice or chair.recused or not chair.filled:
        return False
    if chair.away:
        return False
    without = counting(rule, roll).outcome
    trials = (
        [replace(line, choice=outcome) if line.chair else line for line in roll] for outcome in outcomes
    )
    return any(counting(rule, trial).outcome != without for trial in trials)


def quorum(rule: VotingRule, roll: Roll) -> tuple[int, int]:
    """How many seats must take part, and of how many."""
    counted = [line for line in roll if line.votes and line.counts_for_quorum]
    base = len(counted) if rule.quorum_base == "seats" else sum(line.filled for line in counted)
    return rule.quorum_fixed or least(rule.quorum, base), base


def _silent(line: Line) -> Line:
    """A chair who presides: there, but without a vote."""
    return replace(line, choice="", present=True) if line.chair and line.filled else line


def numbers(rule: VotingRule, roll: Roll) -> Result:
    """The arithmetic alone: every vote of the roll counts, the chair's too, and nothing is said in words."""
    voters = [line for line in roll if line.votes]
    here = [line for line in voters if line.takes_part]
    active = [line for line in here if not line.recused]
    counts = Counter(line.choice for line in active if line.choice)
    needed, of = quorum(rule, roll)
    attending = active if not rule.recused_counts_for_quorum else here
    present = sum(line.counts_for_quorum for line in attending)
    cast = sum(counts[outcome] for outcome in OUTCOMES)
    yes = counts[APPROVE] + counts[WITH_CONDITIONS]
    base = _base(rule, voters, here, cast)
    quorate = present >= needed and bool(active)
    return Result(
        quorate=quorate,
        present=present,
        quorum_needed=needed,
        quorum_base=of,
        base=base,
        majority_needed=least(rule.majority, base),
        yes=yes,
        no=cast - yes,
        abstain=counts[ABSTAIN],
        recused=sum(line.recused and line.filled for line in voters),
        counts={outcome: counts[outcome] for outcome in OUTCOMES},
        outcome=_outcome(counts, least(rule.majority, base)) if quorate else INQUORATE,
    )


def _base(rule: VotingRule, voters: Roll, here: Roll, cast: int) -> int:
    """What the majority is a fraction of. All seats (`seats`) is a fixed number, which no recusal lowers."""
    if rule.basis == "cast":
        return cast
    if rule.basis == "seats":
        return len(voters)
    members = here if rule.basis == "present" else [line for line in voters if line.filled]
    return sum(rule.recused_stays_in_base or not line.recused for line in members)


def _outcome(counts: Counter[str], needed: int) -> str:
    groups = {APPROVE: counts[APPROVE] + counts[WITH_CONDITIONS], **{name: counts[name] for name in NEGATIVE}}
    reached = [name for name, votes in groups.items() if votes >= needed]
    if len(reached) != 1:
        return NO_DECISION
    if reached == [APPROVE] and counts[APPROVE] < needed:
        return WITH_CONDITIONS
    return reached[0]
