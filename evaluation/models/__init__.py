"""What is kept of how well it works: surveys with their answers, yearly programme reviews, goals, how long approval takes."""

from evaluation.models.asking import Invitation, InvitationState, SurveyLink, SurveyStop
from evaluation.models.evidence import Evidence
from evaluation.models.goal import Direction, Goal, Measured, Metric, PeriodKind
from evaluation.models.indicator import Indicator, Reading
from evaluation.models.letter import GraduateLetter
from evaluation.models.response import Response
from evaluation.models.review import Filing, Review, ReviewState
from evaluation.models.survey import After, Audience, OfferingSurvey, Survey, SurveyVersion
from evaluation.models.waits import RouteFigures

__all__ = [
    "After",
    "Audience",
    "Evidence",
    "Filing",
    "Direction",
    "Goal",
    "GraduateLetter",
    "Indicator",
    "Invitation",
    "InvitationState",
    "Measured",
    "Metric",
    "OfferingSurvey",
    "PeriodKind",
    "Reading",
    "Response",
    "Review",
    "ReviewState",
    "RouteFigures",
    "Survey",
    "SurveyLink",
    "SurveyStop",
    "SurveyVersion",
]
