"""What is kept of how well it works: surveys with their answers, yearly programme reviews."""

from evaluation.models.asking import Invitation, InvitationState, SurveyLink, SurveyStop
from evaluation.models.letter import GraduateLetter
from evaluation.models.response import Response
from evaluation.models.survey import After, Audience, OfferingSurvey, Survey, SurveyVersion

__all__ = [
    "After",
    "Audience",
    "GraduateLetter",
    "Invitation",
    "InvitationState",
    "OfferingSurvey",
    "Response",
    "Survey",
    "SurveyLink",
    "SurveyStop",
    "SurveyVersion",
]
