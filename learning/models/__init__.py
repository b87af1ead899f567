"""Who is on the way: offerings, who is enrolled, and what each learner has shown, with competencies met and evidence."""

from learning.models.completion import Change, CompetencyMet, Completion
from learning.models.enrolment import Enrolment, EnrolmentState
from learning.models.grade import GradeThreshold
from learning.models.offering import Offering

__all__ = [
    "Change",
    "CompetencyMet",
    "Completion",
    "Enrolment",
    "EnrolmentState",
    "GradeThreshold",
    "Offering",
]
