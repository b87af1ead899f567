"""What is kept of how well it works: surveys with their answers, yearly programme reviews."""

from evaluation.models.asking import Invitation, InvitationState, SurveyLink, SurveyStop
from evaluation.models.evidence import Evidence
from evaluation.models.letter import GraduateLetter
from evaluation.models.response import Response
from evaluation.models.review import Filing, Review, ReviewState
from evaluation.models.survey import After, Audience, OfferingSurvey, Survey, SurveyVersion

__all__ = [
    "After",
    "Audience",
    "Evidence",
    "Filing",
    "GraduateLetter",
    "Invitation",
    "InvitationState",
    "OfferingSurvey",
    "Response",
    "Review",
    "ReviewState",
    "Survey",
    "SurveyLink",
    "SurveyStop",
    "SurveyVersion",
]
