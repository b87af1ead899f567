"""Who is on the way: offerings and recorded completion, with competencies met and evidence."""

from learning.models.completion import CompetencyMet, Completion, Offering

__all__ = ["CompetencyMet", "Completion", "Offering"]
