"""What bodies say: panels, ballots, votes, recusals, scores, conditions, alternates, comments; what units
say; meetings with their agenda, attendance and minutes."""

from reviews.models.agenda import AgendaItem, Came, ItemKind, MinutesCorrection, TakenUp
from reviews.models.alternate import Alternate
from reviews.models.attendance import ActingChair, Attendance, MeetingSeat
from reviews.models.ballot import Ballot, BallotKind, BallotState
from reviews.models.comment import Comment, CommentVersion, Visibility
from reviews.models.condition import Condition, ConditionState
from reviews.models.kept import BallotBox, MotionNotice, VoteChange
from reviews.models.meeting import Meeting, MeetingState, MinutesState
from reviews.models.packet import Packet
from reviews.models.panel import Panel, PanelMember
from reviews.models.roll import BallotSeat
from reviews.models.view import AskedView
from reviews.models.vote import Choice, Recusal, Vote

__all__ = [
    "ActingChair",
    "AgendaItem",
    "Alternate",
    "AskedView",
    "Attendance",
    "Ballot",
    "BallotBox",
    "BallotKind",
    "BallotSeat",
    "BallotState",
    "Came",
    "Choice",
    "Comment",
    "CommentVersion",
    "Condition",
    "ConditionState",
    "ItemKind",
    "Meeting",
    "MeetingSeat",
    "MeetingState",
    "MinutesCorrection",
    "MinutesState",
    "MotionNotice",
    "Packet",
    "Panel",
    "PanelMember",
    "Recusal",
    "TakenUp",
    "Visibility",
    "Vote",
    "VoteChange",
]
