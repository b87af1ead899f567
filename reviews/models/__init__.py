"""What bodies say: panels formed for a proposal, ballots, votes, recusals, rubric scores."""

from reviews.models.ballot import (
    Ballot,
    BallotBox,
    BallotSeat,
    BallotState,
    Choice,
    Recusal,
    Vote,
    VoteChange,
)
from reviews.models.panel import Panel, PanelMember

__all__ = [
    "Ballot",
    "BallotBox",
    "BallotSeat",
    "BallotState",
    "Choice",
    "Panel",
    "PanelMember",
    "Recusal",
    "Vote",
    "VoteChange",
]
