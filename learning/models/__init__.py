"""Who is on the way: offerings and what each learner has shown, with competencies met and evidence."""

from learning.models.completion import Change, CompetencyMet, Completion, Offering

__all__ = ["Change", "CompetencyMet", "Completion", "Offering"]
