"""The count of a ballot as it stands, by the rule of its kind."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from reviews import rescission, rolls, tally

if TYPE_CHECKING:
    from collections.abc import Callable

    from policies.schema import VotingRule
    from reviews.models import Ballot


def of(ballot: Ballot) -> tally.Result:
    """The arithmetic of its votes now."""
    return _rule(ballot)(rolls.rule_of(ballot), rolls.lines(ballot))


def chair_could_decide(ballot: Ballot) -> bool:
    """Whether it waits for a chair whose vote would change the result."""
    return tally.chair_could_decide(
        rolls.rule_of(ballot), rolls.lines(ballot), ballot.outcomes, _rule(ballot)
    )


def _rule(ballot: Ballot) -> Callable[[VotingRule, tally.Roll], tally.Result]:
    if ballot.rescinds:
        return partial(rescission.count, noticed=ballot.noticed_at is not None)
    return tally.count
