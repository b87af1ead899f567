"""From which grade of a course system something counts as shown."""

from __future__ import annotations

from django.db import models


class GradeThreshold(models.Model):
    """For one credential: at `least` so many per cent or points a competency counts as shown, at this level if it has levels.

    Without a competency it is the final grade with which the programme counts as completed.
    """

    definition = models.ForeignKey(
        "credentials.Definition", on_delete=models.CASCADE, related_name="grade_thresholds"
    )
    competency = models.CharField(max_length=300, blank=True)
    level = models.CharField(max_length=500, blank=True)
    least = models.DecimalField(max_digits=7, decimal_places=2)
    set_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ("competency", "least")
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "competency", "level"], name="grade_threshold_once"
            ),
            models.CheckConstraint(
                condition=models.Q(least__gte=0),
                name="grade_threshold_not_below_nought",
                violation_error_message="A threshold is not below nought.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.competency or 'Completed'} from {self.least}"
