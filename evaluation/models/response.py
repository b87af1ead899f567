"""What was answered, by nobody: no person, no time, no order (ADR on anonymous answers)."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models


class ResponseQuerySet(models.QuerySet["Response"]):
    """Responses."""

    def joined(self) -> Self:
        """Mixed with the others of their group, so that figures count them."""
        return self.filter(joined=True)


class Response(models.Model):
    """One set of answers: `answers` {question id: number, text, or list of texts}.

    It names no person and no time, its id is random, and `evaluation.actions.mixing` writes it anew together with the
    others of its group in random order before any figure counts it. `year` is that of partners alone, who have no cohort.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey("SurveyVersion", on_delete=models.PROTECT, related_name="+")
    survey = models.ForeignKey("Survey", on_delete=models.PROTECT, related_name="responses")
    definition = models.ForeignKey(
        "credentials.Definition", on_delete=models.PROTECT, related_name="survey_responses"
    )
    offering = models.ForeignKey(
        "learning.Offering", null=True, blank=True, on_delete=models.PROTECT, related_name="survey_responses"
    )
    wave = models.PositiveIntegerField(default=0)
    about = models.CharField(max_length=300, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    answers = models.JSONField()
    joined = models.BooleanField(default=False)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["definition", "survey", "wave", "about"], name="response_of"),
            models.Index(fields=["survey"], name="response_waits", condition=models.Q(joined=False)),
        ]

    def __str__(self) -> str:
        return f"answers to {self.version_id}"
