"""What bodies say: panels, ballots, votes, recusals, scores, conditions, alternates, comments; what units say."""

from reviews.models.alternate import Alternate
from reviews.models.ballot import (
    Ballot,
    BallotSeat,
    BallotState,
    Choice,
    Recusal,
    Vote,
)
from reviews.models.comment import Comment, CommentVersion, Visibility
from reviews.models.condition import Condition, ConditionState
from reviews.models.kept import BallotBox, VoteChange
from reviews.models.panel import Panel, PanelMember
from reviews.models.view import AskedView

__all__ = [
    "Alternate",
    "AskedView",
    "Ballot",
    "BallotBox",
    "BallotSeat",
    "BallotState",
    "Choice",
    "Comment",
    "CommentVersion",
    "Condition",
    "ConditionState",
    "Panel",
    "PanelMember",
    "Recusal",
    "Visibility",
    "Vote",
    "VoteChange",
]
