"""What bodies say: panels formed for a proposal, ballots, votes, recusals, rubric scores, comments; what units say."""

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
from reviews.models.comment import Comment, CommentVersion, Visibility
from reviews.models.panel import Panel, PanelMember
from reviews.models.view import AskedView

__all__ = [
    "AskedView",
    "Ballot",
    "BallotBox",
    "BallotSeat",
    "BallotState",
    "Choice",
    "Comment",
    "CommentVersion",
    "Panel",
    "PanelMember",
    "Recusal",
    "Visibility",
    "Vote",
    "VoteChange",
]
